import {
  type Alert,
  NO_RISK_ALERTS,
  type RiskAlertState,
  updateRiskAlerts,
} from '../../alerts/risk-alerts.ts'
import type { Settings } from '../../config/settings.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import type { World } from '../../ports/world.ts'
import { selectPositions } from '../../store/selectors/positions.ts'
import type { State } from '../../store/state.ts'
import { openStore } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { openSource } from '../source.ts'

/** A moment of a watch. */
export interface WatchUpdate {
  readonly state: State
  readonly now: number
  /** Alerts that have become worse since the last moment, and all that stand. */
  readonly raised: readonly Alert[]
  readonly active: readonly Alert[]
}

/** Who puts into words what is watched. */
export interface WatchWriter {
  /**
   * The text to print now, and when to be asked again though nothing changes (our clock). Empty: there is nothing to say; null:
   * not yet, so that the next change is not held back.
   */
  write(moment: WatchUpdate): { readonly text: string | null; readonly nextAt: number }
  /** However much happens, two calls are so far apart. */
  readonly everyMs: number
}

/** Calls a writer when something has changed, but not too often, and prints. A slow reader gets less, never old news. */
class Watch {
  readonly #world: World
  readonly #writer: WatchWriter
  readonly #store = openStore()
  readonly #over: (code: ExitCode) => void
  #riskAlerts: RiskAlertState = NO_RISK_ALERTS
  #raised: readonly Alert[] = []
  #active: readonly Alert[] = []
  readonly #wake: DeadlineTimer
  #printing: Promise<void> | null = null
  #changed = false
  #writtenAt = Number.NEGATIVE_INFINITY

  constructor(world: World, writer: WatchWriter, over: (code: ExitCode) => void) {
    this.#world = world
    this.#writer = writer
    this.#over = over
    this.#wake = new DeadlineTimer(world.clock, () => this.#write())
  }

  /** Takes an event of the feed; gives the state after it. */
  onEvent(event: Parameters<ReturnType<typeof openStore>['dispatch']>[0]): State {
    this.#store.dispatch(event)
    const state = this.#store.state()
    const now = this.#world.clock.nowMs()
    const step = updateRiskAlerts(this.#riskAlerts, selectPositions(state, now), now)
    this.#riskAlerts = step.state
    this.#raised = [...this.#raised, ...step.raised]
    this.#active = step.active
    this.#changed = true
    this.#plan(Math.max(now, this.#writtenAt + this.#writer.everyMs))
    return state
  }

  /** Prints what is still to be said, and nothing afterwards. */
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
    const now = this.#world.clock.nowMs()
    const moment = { state: this.#store.state(), now, raised: this.#raised, active: this.#active }
    this.#raised = []
    this.#changed = false
    const { text, nextAt } = this.#writer.write(moment)
    if (text !== null) this.#writtenAt = now
    if (text === null || text === '') this.#plan(nextAt)
    else this.#printing = this.#print(text, nextAt)
  }

  async #print(text: string, nextAt: number): Promise<void> {
    const isRead = await this.#world.terminal.print(text)
    this.#printing = null
    if (!isRead) this.#over(EXIT.done)
    this.#plan(this.#changed ? this.#writtenAt + this.#writer.everyMs : nextAt)
  }
}

/**
 * Watches until a signal, until nobody reads any more, or until the source has stopped for good.
 * @throws AxisorError when the source has stopped
 */
export async function runWatch(
  call: CommandContext,
  settings: Settings,
  writer: WatchWriter,
): Promise<ExitCode> {
  const source = await openSource(call, settings, { account: true, candlesAndHistory: false, equity: false })
  const { promise: unread, resolve: over } = Promise.withResolvers<ExitCode>()
  const watch = new Watch(call.world, writer, over)
  const failed = new Promise<AxisorError>(resolve => {
    source.feed.start(event => {
      const { status } = watch.onEvent(event)
      if (status?.link !== 'stopped') return
      resolve(status.lastError ?? new AxisorError('connection-lost', 'the source has stopped'))
    })
  })
  try {
    const end = await Promise.race([unread, call.interrupted, failed])
    if (!(end instanceof AxisorError)) return end
    await watch.finish()
    throw end
  } finally {
    watch.close()
    source.close()
  }
}
