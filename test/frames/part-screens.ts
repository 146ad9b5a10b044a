import type { ErrorCode } from '../../src/domain/error.ts'
import {
  PART_NAMES,
  type PartErrorKind,
  type PartName,
  type PartReport,
  type RowFault,
  reportsOf,
  UNREAD,
} from '../../src/domain/parts.ts'
import { type AccountSnapshot, PART_VALUES } from '../../src/domain/snapshot.ts'
import { sats } from '../../src/domain/units.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { alertLogOf } from '../support/alert-log.ts'
import {
  madeCross,
  madeOrder,
  madePosition,
  readAt,
  SHORT,
  sampleSnapshot,
  statusEvent,
  T0,
} from '../support/samples.ts'
import { contextOf, sampleStore } from './sample-screens.ts'

/** When the screens of this file are drawn: 42 s after the sample account was read. */
export const NOW = T0 + 41_600

/** What became of one part in a read: an error, or rows that can't be read. */
export type PartFailure = Partial<Pick<PartReport, 'error' | 'unreadable' | 'faults'>>

const CODES: Readonly<Record<PartErrorKind, ErrorCode>> = {
  unreadable: 'unreadable',
  limited: 'rate-limited',
  refused: 'missing-permission',
  failed: 'unavailable',
  gone: 'unavailable',
}

/** The error of a part. */
export function failed(kind: PartErrorKind, message: string): PartFailure {
  return { error: { kind, code: CODES[kind], message, hint: null } }
}

/** Rows of a part that can't be read. */
export function unread(...unreadable: readonly RowFault[]): PartFailure {
  return { unreadable }
}

const PATHS: Readonly<Record<PartName, string>> = {
  market: 'futures/ticker',
  account: 'account',
  isolatedPositions: 'futures/isolated/trades/running',
  isolatedOrders: 'futures/isolated/trades/open',
  crossPosition: 'futures/cross/position',
  crossOrders: 'futures/cross/orders/open',
}

/** The error of a part whose route answers a status. */
export function answered(status: number, part: PartName): PartFailure {
  const kind = status === 404 || status === 410 ? 'gone' : status === 403 ? 'refused' : 'failed'
  return failed(kind, `api.lnmarkets.com answered ${status} to GET /v3/${PATHS[part]}`)
}

/** A snapshot that was read just before `at`, in which the named parts have failed. */
function partsEvent(
  at: number,
  failures: Partial<Record<PartName, PartFailure>>,
  over: Partial<AccountSnapshot> = {},
): FeedEvent {
  const values: Partial<AccountSnapshot> = {
    isolated: readAt(at, [LONG, FAR_SHORT]),
    cross: readAt(at, madeCross()),
    isolatedOrders: readAt(at, [madeOrder({ reservedSats: sats(0) })]),
    ...over,
  }
  const failing = PART_NAMES.filter(part => failures[part]?.error)
  const lost = Object.fromEntries(failing.map(part => [PART_VALUES[part], null]))
  const parts = reportsOf(part => {
    const report = { ...UNREAD, since: failures[part] === undefined ? null : at, ...failures[part] }
    return { ...report, readAt: report.error === null ? at - 80 : null }
  })
  return { type: 'reset', at, snapshot: sampleSnapshot(at, { ...values, ...lost, parts }) }
}

const RESERVES = [14_255, 7_153] as const
const LONG = madePosition({ maintenanceMarginSats: sats(RESERVES[0]) })
const FAR_SHORT = { ...SHORT, maintenanceMarginSats: sats(RESERVES[1]) }
const FLAT = madeCross({ position: null })

/** The sample account, of which some parts fail since shortly after its first read. Everything else is current. */
export function impairedStore(
  failures: Partial<Record<PartName, PartFailure>>,
  over: Partial<AccountSnapshot> = {},
): Store {
  const store = sampleStore(RESERVES)
  store.dispatch(partsEvent(T0 + 4_600, failures, over))
  store.dispatch(partsEvent(NOW - 400, failures, over))
  store.dispatch(statusEvent(NOW - 400))
  return store
}

/** An account that was never read whole: the named parts failed from the start. */
function unreadStore(
  failures: Partial<Record<PartName, PartFailure>>,
  over: Partial<AccountSnapshot> = {},
): Store {
  const store = openStore()
  store.dispatch(partsEvent(NOW - 400, failures, over))
  store.dispatch(statusEvent(NOW - 400, over.key === undefined ? {} : { key: over.key }))
  return store
}

/** The render context of a store at `NOW`, with the alerts of its data. */
export function impairedContext(store: Store, size: Pick<RenderContext, 'columns' | 'rows'>): RenderContext {
  const context = contextOf(store, size, NOW)
  return { ...context, alerts: alertLogOf(context.model) }
}

const SIDE_MISSING = { id: LONG.id, field: 'side', problem: 'is missing' }

/** A store for each kind of failure, by name. */
export const IMPAIRED: Readonly<Record<string, () => Store>> = {
  'orders-failed': () => impairedStore({ isolatedOrders: answered(503, 'isolatedOrders') }),
  'positions-failed': () => impairedStore({ isolatedPositions: answered(503, 'isolatedPositions') }),
  'positions-refused': () =>
    unreadStore(
      {
        isolatedPositions: answered(403, 'isolatedPositions'),
        isolatedOrders: answered(403, 'isolatedOrders'),
      },
      { missing: ['futures:isolated:read'], key: { permissions: ['account:read', 'futures:cross:read'] } },
    ),
  'positions-blocked': () =>
    unreadStore(
      { isolatedPositions: answered(403, 'isolatedPositions') },
      { missing: ['futures:isolated:read'] },
    ),
  'row-unreadable': () =>
    impairedStore({ isolatedPositions: unread(SIDE_MISSING) }, { isolated: readAt(NOW - 400, [FAR_SHORT]) }),
  'rows-unreadable': () =>
    impairedStore({
      isolatedPositions: unread(
        { id: 'aaaa1', field: 'side', problem: 'is missing' },
        { id: 'bbbb2', field: 'quantity', problem: 'is not a number' },
        { id: null, field: 'the row', problem: 'is not an object' },
      ),
    }),
  'flat-unreadable': () =>
    unreadStore(
      { isolatedPositions: unread(SIDE_MISSING) },
      { isolated: readAt(NOW - 400, []), cross: readAt(NOW - 400, FLAT) },
    ),
  'cross-unreadable': () =>
    impairedStore({ crossPosition: failed('unreadable', 'GET /v3/futures/cross/position: side is missing') }),
  'prices-silent': () => impairedStore({ market: answered(503, 'market') }),
  'prices-missing': () => unreadStore({ market: answered(503, 'market') }),
  'account-limited': () =>
    impairedStore({
      account: failed(
        'limited',
        'api.lnmarkets.com answered 429 to GET /v3/account, rate-limited until 18:49:30Z',
      ),
    }),
  'isolated-gone': () =>
    impairedStore({
      isolatedPositions: answered(404, 'isolatedPositions'),
      isolatedOrders: answered(410, 'isolatedOrders'),
    }),
  'all-gone': () =>
    impairedStore(
      Object.fromEntries(PART_NAMES.map(part => [part, answered(404, part)])) as Record<
        PartName,
        PartFailure
      >,
    ),
  'other-market': () =>
    unreadStore(
      {},
      {
        isolated: readAt(NOW - 400, [FAR_SHORT, { ...LONG, otherMarket: 'BTC_EUR' }]),
        crossOrders: readAt(NOW - 400, [madeOrder({ id: 'x1', mode: 'cross', otherMarket: 'ETH_USD' })]),
      },
    ),
  'order-unreadable': () =>
    unreadStore({
      isolatedOrders: unread({ id: '0d0d9', field: 'price', problem: 'is missing' }),
      account: { faults: [{ id: null, field: 'feeTier', problem: 'is a number in a string' }] },
    }),
  'no-data': () =>
    unreadStore(
      Object.fromEntries(PART_NAMES.map(part => [part, answered(503, part)])) as Record<
        PartName,
        PartFailure
      >,
    ),
}
