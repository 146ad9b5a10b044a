import type { Clock } from '../ports/clock.ts'
import type { Hmac } from '../ports/hmac.ts'
import type { ApiKey } from './auth/request-signature.ts'
import type { Faults } from './faults.ts'
import type { TickerView } from './market/ticker.ts'
import type { Desk } from './state.ts'

/** The parts that REST, the stream and the knobs have in common. */
export interface Core {
  readonly clock: Clock
  readonly hmac: Hmac
  readonly desk: Desk
  readonly faults: Faults
  /** None while the keys are revoked. */
  keys(): readonly ApiKey[]
}

/** The exchange's own time, which `skew` puts off. */
export function exchangeNow({ clock, faults }: Core): number {
  return clock.nowMs() + faults.skewMs
}

/** What the market's replies need. */
export function tickerView(core: Core): TickerView {
  const { desk, faults, clock } = core
  return { market: desk.market, faults, now: exchangeNow(core), realNow: clock.nowMs() }
}
