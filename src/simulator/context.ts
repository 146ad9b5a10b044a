import type { Clock } from '../ports/clock.ts'
import type { Hmac } from '../ports/hmac.ts'
import type { ApiKey } from './auth/request-signature.ts'
import type { Faults } from './faults.ts'
import type { TickerView } from './market/ticker.ts'
import type { ExchangeState } from './state.ts'

/** Dependencies shared by REST, the stream and the knobs. */
export interface SimulatorContext {
  readonly clock: Clock
  readonly hmac: Hmac
  readonly state: ExchangeState
  readonly faults: Faults
  /** The accepted API keys; empty while they are revoked. */
  keys(): readonly ApiKey[]
}

/** The exchange's clock in ms: the real clock plus the offset of the `skew` knob. */
export function exchangeTimeMs({ clock, faults }: SimulatorContext): number {
  return clock.nowMs() + faults.skewMs
}

/** The view of the market that its replies and pushes are built from. */
export function tickerView(context: SimulatorContext): TickerView {
  const { state, faults, clock } = context
  return { market: state.market, faults, now: exchangeTimeMs(context), realNow: clock.nowMs() }
}
