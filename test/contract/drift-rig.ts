import type { PartName, RowFault } from '../../src/domain/parts.ts'
import type { Scenario } from '../../src/simulator/scenarios/scenario.ts'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import type { State } from '../../src/store/state.ts'
import { openStore } from '../../src/store/store.ts'
import type { MemoryRig } from './feed-memory-rig.ts'

/** The route of each part. */
export const PART_PATHS: Readonly<Record<PartName, string>> = {
  market: '/futures/ticker',
  account: '/account',
  isolatedPositions: '/futures/isolated/trades/running',
  isolatedOrders: '/futures/isolated/trades/open',
  crossPosition: '/futures/cross/position',
  crossOrders: '/futures/cross/orders/open',
}

/** A market whose price and quotes do not move, and an account with several rows of each kind. */
export function quietScenario(): Scenario {
  const scenario = findScenario('default')
  if (scenario === null) throw new Error('no scenario default')
  const marketProfile = { ...scenario.marketProfile, turbulence: 0, jumpsPerHour: 0 }
  const [isolated, cross] = scenario.orders
  if (isolated === undefined || cross === undefined) throw new Error('no orders')
  const orders = [...scenario.orders, { ...isolated, priceUsd: 65_000 }, { ...cross, priceUsd: 66_000 }]
  return { ...scenario, marketProfile, orders, activityMs: null }
}

/** Opens a rig of a scenario. */
export type OpenMemoryRig = (scenario: Scenario) => Promise<MemoryRig>

/** A feed in memory and the state that its events lead to. */
export interface DriftRig {
  readonly rig: MemoryRig
  readonly state: () => State
  /** Starts the feed and waits until it is live. */
  start(): Promise<void>
  /** Reads all parts again and waits for what that changes. */
  reread(): Promise<void>
  /** Lets time pass. */
  wait(ms: number): Promise<void>
  /** Lets time pass until the condition holds, at most 5 minutes. */
  until(condition: () => boolean): Promise<void>
  close(): Promise<void>
}

/** Opens a source with a still market, and a feed of it that is not started. */
async function openDriftRig(openRig: OpenMemoryRig): Promise<DriftRig> {
  const rig = await openRig(quietScenario())
  const store = openStore()
  const feed = rig.open()
  const until = async (condition: () => boolean): Promise<void> => {
    for (let waited = 0; !condition(); waited += 50) {
      if (waited > 300_000) throw new Error(`condition not met within 5 minutes: ${condition}`)
      await rig.clock.advance(50)
    }
  }
  return {
    rig,
    state: store.state,
    until,
    async start() {
      feed.start(event => store.dispatch(event))
      await until(() => store.state().status?.link === 'live')
    },
    async reread() {
      const before = rig.requests.length
      feed.resync()
      const isRead = (path: string) =>
        rig.requests.slice(before).some(({ target }) => target === `/v3${path}`)
      await until(() => Object.values(PART_PATHS).every(isRead))
      // A list that lacks a row is read once more after a second. A relay sends what changed a moment later.
      await rig.clock.advance(2_500)
    },
    wait: ms => rig.clock.advance(ms),
    async close() {
      feed.stop()
      await rig.close()
    },
  }
}

/** Runs a body with a rig, and always closes it. */
export async function withRig(openRig: OpenMemoryRig, body: (rig: DriftRig) => Promise<void>): Promise<void> {
  const rig = await openDriftRig(openRig)
  try {
    await body(rig)
  } finally {
    await rig.close()
  }
}

/** The known values of each part: rows by id, or the one value under its own name. Without their times. */
export type PartView = Readonly<Record<string, unknown>>

function rowsOf(rows: ReadonlyMap<string, { readonly value: unknown }> | null): PartView {
  return Object.fromEntries([...(rows ?? [])].map(([id, { value }]) => [id, value]))
}

/** What a user sees of each part. Last known rows count as rows. */
export function viewOf(state: State): Readonly<Record<PartName, PartView>> {
  return {
    market: {
      lastPriceUsd: state.lastPrice?.value,
      hasIndex: state.index !== null,
      funding: state.funding?.value,
      buckets: state.buckets?.value,
    },
    account: { account: state.account?.value },
    isolatedPositions: { ...rowsOf(state.lastKnown), ...rowsOf(state.isolated) },
    isolatedOrders: rowsOf(state.isolatedOrders),
    crossPosition: { cross: state.cross?.value },
    crossOrders: rowsOf(state.crossOrders),
  }
}

/** Rows that a part reports as unreadable or as without effect. */
export function reportedRows(state: State, part: PartName): readonly RowFault[] {
  return [...state.parts[part].unreadable, ...state.parts[part].faults]
}
