import { AxisorError } from '../../src/domain/error.ts'
import { sats, usd } from '../../src/domain/units.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { INITIAL_UI, type Ui } from '../../src/tui/input/ui-state.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { alertLogOf } from '../support/alert-log.ts'
import { ACCOUNT, madeCross, madePosition, readAt, resetEvent, statusEvent, T0 } from '../support/samples.ts'
import { contextOf, READ_AT, sampleStore } from './sample-screens.ts'

/** A long that is far from its liquidation. */
const SAFE = madePosition({
  id: '91b00000-0000-4000-8000-000000000011',
  quantityUsd: 4_000,
  liquidationPriceUsd: usd(40_000),
  leverage: 2,
  marginSats: sats(2_900_000),
})

/** A store with an account of another name, read at `at`. */
export function accountStore(name: string, at = READ_AT, over: Parameters<typeof resetEvent>[1] = {}): Store {
  return storeOf(
    resetEvent(at, {
      account: readAt(at, { ...ACCOUNT, username: name, balanceSats: sats(1_000_000) }),
      isolated: readAt(at, [SAFE]),
      isolatedOrders: readAt(at, []),
      cross: readAt(at, madeCross({ marginSats: sats(0), position: null })),
      ...over,
    }),
    statusEvent(at),
  )
}

/** A store after some events. */
function storeOf(...events: readonly FeedEvent[]): Store {
  const store = openStore()
  for (const event of events) store.dispatch(event)
  return store
}

/** Data that is 42 s old on a lost link. */
export function staleStore(name: string, over: Parameters<typeof resetEvent>[1] = {}): Store {
  const store = accountStore(name, T0 - 42_000, over)
  store.dispatch(
    statusEvent(T0 - 41_000, {
      link: 'waiting',
      attempt: 3,
      retryAt: T0 + 7_000,
      lastError: new AxisorError('connection-lost', 'the exchange closed the connection (1006)'),
    }),
  )
  return store
}

/** Data of a moment ago, of an account whose feed has stopped for good. */
export function refusedStore(name: string, over: Parameters<typeof resetEvent>[1] = {}): Store {
  const store = accountStore(name, READ_AT, over)
  const lastError = new AxisorError('key-refused', 'token refused')
  store.dispatch(statusEvent(T0 - 200, { link: 'stopped', lastError }))
  return store
}

/** An account that never connected. */
export function failedStore(message = 'profile gone does not exist'): Store {
  return storeOf(
    statusEvent(T0 - 5_000, { link: 'stopped', lastError: new AxisorError('usage', message), key: null }),
  )
}

/** Simulated data. */
export function simulatedStore(): Store {
  return accountStore('simulated_trader', READ_AT, { origin: 'simulated', network: 'simulator' })
}

/** Accounts of every kind, in the order of the tabs. */
export const FIVE: readonly (readonly [string, () => Store])[] = [
  ['main', sampleStore],
  ['alt', () => staleStore('alt_trader')],
  ['hedge-long-name', () => accountStore('hedger')],
  ['gone', failedStore],
  ['demo', simulatedStore],
]

/** The context of several accounts at `now`; `shown`: null for the sum. */
export function accountsContext(
  accounts: readonly (readonly [string, () => Store])[],
  {
    shown = 0,
    selected = shown ?? 0,
    columns = 80,
    rows = 24,
    ui = {},
    uis = [],
  }: {
    readonly shown?: number | null
    readonly selected?: number
    readonly columns?: number
    readonly rows?: number
    readonly ui?: Partial<Ui>
    readonly uis?: readonly Partial<Ui>[]
  } = {},
  now = T0,
): RenderContext {
  const contexts = accounts.map(([profile, open], index) => {
    const base = contextOf(open(), { columns, rows }, now)
    return {
      ...base,
      alerts: alertLogOf(base.live),
      info: { ...base.info, profile, address: `test/${profile}` },
      ui: { ...INITIAL_UI, ...ui, ...uis[index] },
      hasKeys: index === shown,
    }
  })
  const base = contexts[shown ?? selected]
  if (base === undefined) throw new Error('no such account')
  return { ...base, hasKeys: true, accounts: { contexts, shown, selected } }
}
