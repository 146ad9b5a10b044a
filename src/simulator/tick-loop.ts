import type { Cancel } from '../ports/clock.ts'
import type { Activity } from './account/activity.ts'
import { fundAll } from './account/settlement.ts'
import { applyPrices } from './account/triggers.ts'
import { exchangeTimeMs, type SimulatorContext, tickerView } from './context.ts'
import type { Hub } from './stream/hub.ts'
import { pushFundingMessage, pushMarket } from './stream/market-push.ts'

/** Maximum number of missed ticks replayed at once after the machine was busy or suspended. */
const MAX_CATCH_UP_TICKS = 25

/** Advances the exchange in ticks. */
export interface TickLoop {
  setTickMs(ms: number): void
  /** Applies the current prices and publishes the market without advancing time. */
  refresh(): void
  /** Settles funding immediately. */
  settle(): void
  stop(): void
}

/** Starts the loop. The first tick runs after `firstTickMs`. */
export function openTickLoop(
  context: SimulatorContext,
  hub: Hub,
  activity: Activity,
  firstTickMs: number,
): TickLoop {
  const { clock, state } = context
  let tickMs = firstTickMs
  let lastAt = clock.nowMs()
  let cancel: Cancel = () => {}

  function settle(): void {
    fundAll(state, state.market.settle(exchangeTimeMs(context)))
    pushFundingMessage(hub, tickerView(context))
  }

  function refresh(): void {
    applyPrices(state, exchangeTimeMs(context))
    pushMarket(hub, tickerView(context))
  }

  function tick(): void {
    const at = exchangeTimeMs(context)
    state.market.step(at, tickMs)
    if (at >= state.market.nextFundingAt()) settle()
    applyPrices(state, at)
    activity.step(at, tickMs)
    pushMarket(hub, tickerView(context))
  }

  function wake(): void {
    const due = Math.max(1, Math.floor((clock.nowMs() - lastAt) / tickMs))
    lastAt = due > MAX_CATCH_UP_TICKS ? clock.nowMs() : lastAt + due * tickMs
    for (let n = Math.min(due, MAX_CATCH_UP_TICKS); n > 0; n--) tick()
    scheduleNext()
  }

  function scheduleNext(): void {
    cancel = clock.after(Math.max(0, lastAt + tickMs - clock.nowMs()), wake)
  }

  scheduleNext()
  return {
    setTickMs(ms) {
      cancel()
      tickMs = ms
      lastAt = clock.nowMs()
      scheduleNext()
    },
    refresh,
    settle,
    stop: () => cancel(),
  }
}
