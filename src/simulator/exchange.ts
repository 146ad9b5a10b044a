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
import type { ExchangeState } from './state.ts'
import { type Hub, openHub } from './stream/hub.ts'
import { openTickLoop, type TickLoop } from './tick-loop.ts'

/** What an exchange is opened with; `tickMs` is 1,000 and the seed 1 unless given. */
export interface ExchangeOptions {
  readonly clock: Clock
  readonly hmac: Hmac
  /** The same seed, scenario and times give the same run. */
  readonly seed?: number
  /** How often the price moves; 1 ms to an hour. */
  readonly tickMs?: number
  /** One of `SCENARIOS`, or one of your own; the first of them unless given. */
  readonly scenario?: Scenario
  /** Further keys, for example one that lacks a scope. */
  readonly extraKeys?: readonly {
    readonly credentials: PlainCredentials
    readonly scopes: readonly Scope[]
  }[]
}

/** The simulated exchange. */
export interface Exchange extends SimulatedExchange {
  readonly scenario: Scenario
  /** Its books and market, for tests that look behind the counter. */
  readonly state: ExchangeState
  /** Open stream connections. */
  connections(): number
}

const FIRST = SCENARIOS[0]

/** Opens an exchange whose time runs from now on, by the clock that it is given. */
export function openExchange(options: ExchangeOptions): Exchange {
  const { clock, hmac, seed = 1, tickMs = 1_000, scenario = FIRST, extraKeys = [] } = options
  if (scenario === undefined) throw new RangeError('no scenario')
  const { reader, writer } = makeKeys(openSeededRandom(seed, 'keys'))
  const faults: Faults = noFaults()
  const startAt = clock.nowMs()
  const market = openMarket({ seed, profile: scenario.marketProfile, waypoints: scenario.waypoints, startAt })
  const ids = openSeededRandom(seed, 'ids')
  let hub: Hub | null = null
  const state: ExchangeState = {
    books: newExchangeBooks(ids, startAt),
    market,
    ids,
    publish: (topic, data) => hub?.publish(topic, data),
  }
  simulateHistory(state, seed, scenario, startAt)

  const known: readonly ApiKey[] = [reader, writer, ...extraKeys]
  const core: SimulatorContext = { clock, hmac, state, faults, keys: () => (faults.revoked ? [] : known) }
  const connections = openHub(core)
  hub = connections
  const rest = openRest(core)
  const activity = openActivity(state, openSeededRandom(seed, 'activity'), scenario.activityMs)
  const ticking: TickLoop = openTickLoop(core, connections, activity, tickMs)
  const control = openControl({ context: core, hub: connections, tickLoop: ticking })

  return {
    scenario,
    state,
    credentials: reader.credentials,
    writeCredentials: writer.credentials,
    handle: rest,
    openSession: wire => connections.open(wire),
    control,
    isDown: () => clock.nowMs() < faults.downUntil,
    isMuted: () => clock.nowMs() < faults.muteUntil,
    connections: connections.size,
    close() {
      ticking.stop()
      connections.endAll(1001)
    },
  }
}
