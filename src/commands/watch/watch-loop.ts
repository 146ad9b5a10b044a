import {
  type Alert,
  NO_RISK_ALERTS,
  type RiskAlertState,
  updateRiskAlerts,
} from '../../alerts/risk-alerts.ts'
import { riskInputOf } from '../../alerts/risk-input.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { State } from '../../store/state.ts'
import { openStore } from '../../store/store.ts'
import { openSource, type SourceContext } from '../source.ts'
import type { SourceSettings } from '../source-settings.ts'

export type WatchContext = SourceContext

/** The state of a watch at one time. */
interface WatchUpdate {
  readonly state: State
  readonly now: number
  /** Alerts that have become worse since the last update. */
  readonly raised: readonly Alert[]
  readonly active: readonly Alert[]
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
}

/** Calls a writer after changes, at a limited rate, and prints. A slow consumer of stdout receives fewer updates, never outdated ones. */
class Watch {
  readonly #context: Pick<WatchContext, 'clock' | 'terminal'>
  readonly #writer: WatchWriter
  readonly #store = openStore()
  readonly #ended: (code: ExitCode) => void
  #riskAlerts: RiskAlertState = NO_RISK_ALERTS
  #raised: readonly Alert[] = []
  #active: readonly Alert[] = []
  readonly #wake: DeadlineTimer
  #printing: Promise<void> | null = null
  #changed = false
  #writtenAt = Number.NEGATIVE_INFINITY

  constructor(
    context: Pick<WatchContext, 'clock' | 'terminal'>,
    writer: WatchWriter,
    ended: (code: ExitCode) => void,
  ) {
    this.#context = context
    this.#writer = writer
    this.#ended = ended
    this.#wake = new DeadlineTimer(context.clock, () => this.#write())
  }

  /** Applies an event of the feed and returns the new state. */
  onEvent(event: Parameters<ReturnType<typeof openStore>['dispatch']>[0]): State {
    this.#store.dispatch(event)
    const state = this.#store.state()
    const now = this.#context.clock.nowMs()
    const update = updateRiskAlerts(this.#riskAlerts, riskInputOf(state, now), now)
    this.#riskAlerts = update.state
    this.#raised = [...this.#raised, ...update.raised]
    this.#active = update.active
    this.#changed = true
    this.#plan(Math.max(now, this.#writtenAt + this.#writer.everyMs))
    return state
  }

  /** Prints the pending update, then stops. */
  async finish(): Promise<void> {
    await this.#printing
    if (this.#changed) this.#write()
    this.close()
    await this.#printing
  }

  close(): void {
    this.#wake.close()
  }

  #plan(at: number): void {
    if (this.#printing === null) this.#wake.armBy(at)
  }

  #write(): void {
    const now = this.#context.clock.nowMs()
    const update = { state: this.#store.state(), now, raised: this.#raised, active: this.#active }
    this.#raised = []
    this.#changed = false
    const { text, nextAt } = this.#writer.write(update)
    if (text !== null) this.#writtenAt = now
    if (text === null || text === '') this.#plan(nextAt)
    else this.#printing = this.#print(text, nextAt)
  }

  async #print(text: string, nextAt: number): Promise<void> {
    const isOpen = await this.#context.terminal.print(text)
    this.#printing = null
    if (!isOpen) this.#ended(EXIT.done)
    this.#plan(this.#changed ? this.#writtenAt + this.#writer.everyMs : nextAt)
  }
}

/**
 * Watches until a signal, until stdout is closed, or until the source stops permanently.
 * @throws AxisorError the error that stopped the source
 */
export async function runWatch(
  settings: SourceSettings,
  context: WatchContext,
  writer: WatchWriter,
): Promise<ExitCode> {
  const requirements = { account: true, retryRefusedKey: true, candlesAndHistory: false, equity: false }
  const source = await openSource(settings, requirements, context)
  const { promise: closed, resolve: ended } = Promise.withResolvers<ExitCode>()
  const watch = new Watch(context, writer, ended)
  const failed = new Promise<AxisorError>(resolve => {
    source.feed.start(event => {
      const { status } = watch.onEvent(event)
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
    await source.close()
  }
}
