import type { Clock } from '../ports/clock.ts'
import type { Hmac } from '../ports/hmac.ts'
import type { PlainCredentials, SimulatedExchange } from '../ports/simulated-exchange.ts'
import { openActivity } from './account/activity.ts'
import { newExchangeBooks } from './account/new-books.ts'
import { simulateHistory } from './account/seed-history.ts'
import { type ApiKey, makeKeys } from './auth/request-signature.ts'
import type { SimulatorContext } from './context.ts'
import { openControl } from './control/control.ts'
import { type Faults, noFaults } from './faults.ts'
import { openMarket } from './market/market.ts'
import type { Scope } from './protocol/scopes.ts'
import { openRest } from './rest/rest.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'
import { openSeededRandom } from './seeded-random.ts'
import { documentedConventions, type ExchangeState } from './state.ts'
import { type Hub, openHub } from './stream/hub.ts'
import { openTickLoop, type TickLoop } from './tick-loop.ts'

/** Settings of an exchange. Defaults: `tickMs` 1,000, `seed` 1. */
export interface ExchangeOptions {
  readonly clock: Clock
  readonly hmac: Hmac
  /** The same seed, scenario and start time reproduce the same run. */
  readonly seed?: number
  /** Interval between price moves, 1 to 3,600,000 ms. */
  readonly tickMs?: number
  /** One of `SCENARIOS` or a custom one. Defaults to the first of `SCENARIOS`. */
  readonly scenario?: Scenario
  /** Additional keys, for example one that lacks a scope. */
  readonly extraKeys?: readonly {
    readonly credentials: PlainCredentials
    readonly scopes: readonly Scope[]
  }[]
}

/** The simulated exchange. */
export interface Exchange extends SimulatedExchange {
  readonly scenario: Scenario
  /** Ledger and market, for tests that inspect internal state. */
  readonly state: ExchangeState
  /** Number of open stream connections. */
  connections(): number
}

const DEFAULT_SCENARIO = SCENARIOS[0]

/** Opens an exchange that starts at the current time of its clock. @throws RangeError without a scenario */
export function openExchange(options: ExchangeOptions): Exchange {
  const { clock, hmac, seed = 1, tickMs = 1_000, scenario = DEFAULT_SCENARIO, extraKeys = [] } = options
  if (scenario === undefined) throw new RangeError('no scenario')
  const { reader, writer } = makeKeys(openSeededRandom(seed, 'keys'))
  const faults: Faults = noFaults()
  const startAt = clock.nowMs()
  const market = openMarket({ seed, profile: scenario.marketProfile, waypoints: scenario.waypoints, startAt })
  const ids = openSeededRandom(seed, 'ids')
  let publisher: Hub | null = null
  const state: ExchangeState = {
    books: newExchangeBooks(ids, startAt),
    market,
    ids,
    conventions: documentedConventions(),
    publish: (topic, data) => publisher?.publish(topic, data),
  }
  simulateHistory(state, seed, scenario, startAt)

  const apiKeys: readonly ApiKey[] = [reader, writer, ...extraKeys]
  const context: SimulatorContext = {
    clock,
    hmac,
    state,
    faults,
    keys: () => (faults.revoked ? [] : apiKeys),
  }
  const hub = openHub(context)
  publisher = hub
  const rest = openRest(context)
  const activity = openActivity(state, openSeededRandom(seed, 'activity'), scenario.activityMs)
  const tickLoop: TickLoop = openTickLoop(context, hub, activity, tickMs)
  const control = openControl({ context, hub, tickLoop })

  return {
    scenario,
    state,
    credentials: reader.credentials,
    writeCredentials: writer.credentials,
    handle: rest,
    openSession: connection => hub.open(connection),
    control,
    isDown: () => clock.nowMs() < faults.downUntil,
    isMuted: () => clock.nowMs() < faults.muteUntil,
    connections: hub.size,
    close() {
      tickLoop.stop()
      hub.closeAll(1001)
    },
  }
}
