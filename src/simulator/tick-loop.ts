import type { Cancel } from '../ports/clock.ts'
import type { Activity } from './account/activity.ts'
import { fundAll } from './account/settlement.ts'
import { applyPrices } from './account/triggers.ts'
import { exchangeNow, type SimulatorContext, tickerView } from './context.ts'
import type { Hub } from './stream/hub.ts'
import { pushFundingMessage, pushMarket } from './stream/market-push.ts'

/** Ticks that were missed, because the machine was busy or asleep, are made up for up to so many at once. */
const CATCH_UP = 25

/** The passing of time in the exchange. */
export interface TickLoop {
  setTickMs(ms: number): void
  /** Does what the prices of this moment demand and tells the market, without letting time pass. */
  refresh(): void
  /** Settles funding at once. */
  settle(): void
  stop(): void
}

/** Starts to tick at once, first after one whole tick. */
export function openTickLoop(
  core: SimulatorContext,
  hub: Hub,
  activity: Activity,
  firstTickMs: number,
): TickLoop {
  const { clock, state } = core
  let tickMs = firstTickMs
  let lastAt = clock.nowMs()
  let cancel: Cancel = () => {}

  function settle(): void {
    fundAll(state, state.market.settle(exchangeNow(core)))
    pushFundingMessage(hub, tickerView(core))
  }

  function refresh(): void {
    applyPrices(state, exchangeNow(core))
    pushMarket(hub, tickerView(core))
  }

  function tick(): void {
    const at = exchangeNow(core)
    state.market.step(at, tickMs)
    if (at >= state.market.nextFundingAt()) settle()
    applyPrices(state, at)
    activity.step(at, tickMs)
    pushMarket(hub, tickerView(core))
  }

  function wake(): void {
    const due = Math.max(1, Math.floor((clock.nowMs() - lastAt) / tickMs))
    lastAt = due > CATCH_UP ? clock.nowMs() : lastAt + due * tickMs
    for (let n = Math.min(due, CATCH_UP); n > 0; n--) tick()
    wait()
  }

  function wait(): void {
    cancel = clock.after(Math.max(0, lastAt + tickMs - clock.nowMs()), wake)
  }

  wait()
  return {
    setTickMs(ms) {
      cancel()
      tickMs = ms
      lastAt = clock.nowMs()
      wait()
    },
    refresh,
    settle,
    stop: () => cancel(),
  }
}
