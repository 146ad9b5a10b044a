import type { Clock } from '../ports/clock.ts'
import type { Hmac } from '../ports/hmac.ts'
import type { ApiKey } from './auth/request-signature.ts'
import type { Faults } from './faults.ts'
import type { TickerView } from './market/ticker.ts'
import type { ExchangeState } from './state.ts'

/** The parts that REST, the stream and the knobs have in common. */
export interface SimulatorContext {
  readonly clock: Clock
  readonly hmac: Hmac
  readonly state: ExchangeState
  readonly faults: Faults
  /** None while the keys are revoked. */
  keys(): readonly ApiKey[]
}

/** The exchange's own time, which `skew` puts off. */
export function exchangeNow({ clock, faults }: SimulatorContext): number {
  return clock.nowMs() + faults.skewMs
}

/** What the market's replies need. */
export function tickerView(core: SimulatorContext): TickerView {
  const { state, faults, clock } = core
  return { market: state.market, faults, now: exchangeNow(core), realNow: clock.nowMs() }
}
