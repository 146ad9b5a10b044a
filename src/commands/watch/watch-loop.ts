import { alertInputOf } from '../../alerts/alert-input.ts'
import type { AlertHost, AlertsView } from '../../alerts/host/alert-host.ts'
import type { AlertChange } from '../../alerts/host/alert-monitor.ts'
import type { Alert, Notice } from '../../domain/alerts/alert.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { PrintedFormat } from '../../ports/terminal.ts'
import type { State } from '../../store/state.ts'
import type { Store } from '../../store/store.ts'
import { openWatched, type WatchedContext } from '../alerts/open-watched.ts'
import type { SourceSettings } from '../source-settings.ts'

export type WatchContext = WatchedContext

type Gap = NonNullable<AlertChange['gap']>

/** The state of a watch at one time. */
export interface WatchUpdate {
  readonly state: State
  readonly now: number
  readonly alerts: AlertsView
  /** Alerts that are new or worse since the last update. */
  readonly raised: readonly Alert[]
  /** Times without sight that have ended since the last update. */
  readonly gaps: readonly Gap[]
  /** What became of alerts since the last update, in order. */
  readonly notices: readonly Notice[]
}

/** Formats the updates of a watch. */
export interface WatchWriter {
  /**
   * Returns the text to print now, and the time (local clock, ms) of the next call if nothing changes. An empty text prints nothing;
   * null postpones the output without delaying the next change.
   */
  write(update: WatchUpdate): { readonly text: string | null; readonly nextAt: number }
  /** The minimum time between two outputs. */
  readonly everyMs: number
  readonly format: PrintedFormat
}

/** Calls a writer after changes, at a limited rate, and prints. A slow consumer of stdout receives fewer updates, never outdated ones. */
class Watch {
  readonly #context: Pick<WatchContext, 'clock' | 'terminal'>
  readonly #writer: WatchWriter
  readonly #store: Store
  readonly #alerts: AlertHost
  readonly #ended: (end: ExitCode | AxisorError) => void
  readonly #unsubscribe: () => void
  #raised: readonly Alert[] = []
  #gaps: readonly Gap[] = []
  #notices: readonly Notice[] = []
  readonly #wake: DeadlineTimer
  #printing: Promise<void> | null = null
  #changed = false
  #isEvaluating = false
  #writtenAt = Number.NEGATIVE_INFINITY

  constructor(
    context: Pick<WatchContext, 'clock' | 'terminal'>,
    { store, alerts }: { readonly store: Store; readonly alerts: AlertHost },
    writer: WatchWriter,
    ended: (end: ExitCode | AxisorError) => void,
  ) {
    this.#context = context
    this.#writer = writer
    this.#store = store
    this.#alerts = alerts
    this.#ended = ended
    this.#wake = new DeadlineTimer(context.clock, () => this.#write())
    const unsubscribe = [
      store.subscribe(() => this.#onChange()),
      alerts.subscribe(({ raised, gap, notices }) => {
        this.#raised = [...this.#raised, ...raised]
        this.#notices = [...this.#notices, ...notices]
        if (gap !== null) this.#gaps = [...this.#gaps, gap]
        if (!this.#isEvaluating) this.#onChange()
      }),
    ]
    this.#unsubscribe = () => {
      for (const cancel of unsubscribe) cancel()
    }
  }

  /** Prints the pending update, then stops. */
  async finish(): Promise<void> {
    await this.#printing
    if (this.#changed) this.#write()
    this.close()
    await this.#printing
  }

  close(): void {
    this.#unsubscribe()
    this.#wake.close()
  }

  #onChange(): void {
    this.#changed = true
    this.#plan(Math.max(this.#context.clock.nowMs(), this.#writtenAt + this.#writer.everyMs))
  }

  #plan(at: number): void {
    if (this.#printing === null) this.#wake.armBy(at)
  }

  #write(): void {
    const now = this.#context.clock.nowMs()
    const state = this.#store.state()
    // The alerts of this moment belong to its output and cause no other one.
    this.#isEvaluating = true
    this.#alerts.evaluate(alertInputOf(state, now))
    this.#isEvaluating = false
    const [raised, gaps, notices] = [this.#raised, this.#gaps, this.#notices]
    this.#changed = false
    const { text, nextAt } = this.#writer.write({
      state,
      now,
      alerts: this.#alerts.view(),
      raised,
      gaps,
      notices,
    })
    if (text !== null) {
      this.#writtenAt = now
      this.#raised = []
      this.#gaps = []
      this.#notices = []
    }
    if (text === null || text === '') this.#plan(nextAt)
    else this.#printing = this.#print(text, nextAt)
  }

  async #print(text: string, nextAt: number): Promise<void> {
    try {
      if (!(await this.#context.terminal.print(text, this.#writer.format))) this.#ended(EXIT.done)
    } catch (error) {
      // A full disk, for example.
      if (!(error instanceof AxisorError)) throw error
      this.#ended(error)
      return
    } finally {
      this.#printing = null
    }
    this.#plan(this.#changed ? this.#writtenAt + this.#writer.everyMs : nextAt)
  }
}

/**
 * Watches until a signal, until stdout is closed, or until the source stops permanently.
 * @throws AxisorError the error that stopped the source, or the output
 */
export async function runWatch(
  settings: SourceSettings,
  context: WatchContext,
  writer: WatchWriter,
): Promise<ExitCode> {
  const requirements = { account: true, retryRefusedKey: true, candlesAndHistory: true, equity: false }
  const watched = await openWatched(settings, requirements, context, { command: 'axisor watch' })
  const { source, store, host: alerts } = watched
  const { promise: closed, resolve: ended } = Promise.withResolvers<ExitCode | AxisorError>()
  const watch = new Watch(context, { store, alerts }, writer, ended)
  const failed = new Promise<AxisorError>(resolve => {
    source.feed.start(event => {
      store.dispatch(event)
      const { status } = store.state()
      if (status?.link !== 'stopped') return
      resolve(status.lastError ?? new AxisorError('connection-lost', 'the source has stopped'))
    })
  })
  try {
    const end = await Promise.race([closed, context.interrupted, failed])
    if (!(end instanceof AxisorError)) return end
    await watch.finish()
    throw end
  } finally {
    watch.close()
    await watched.close()
  }
}
