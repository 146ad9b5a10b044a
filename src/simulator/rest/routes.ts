import { leaderboard } from '../account/leaderboard.ts'
import { restTicker, type TickerView } from '../market/ticker.ts'
import { CANDLE_RANGES } from '../protocol/candle-ranges.ts'
import { formatIso } from '../protocol/iso.ts'
import { pageOf } from '../protocol/pages.ts'
import { choiceParameter, flagParameter, type PageRequest, uuidParameter } from '../protocol/query.ts'
import type { Scope } from '../protocol/scopes.ts'
import type { ExchangeState } from '../state.ts'
import * as serializers from './serializers.ts'

/** Input of a route handler. */
interface RouteView extends TickerView {
  readonly state: ExchangeState
  readonly query: URLSearchParams
  /** Reads the requested page from the query. @throws BadRequest */
  page(): PageRequest
}

/** A GET route. */
export interface Route {
  /** The required scope, or null if the route is public. */
  readonly scope: Scope | null
  /** Set on routes of the account state, whose replies the `holdSnapshot` knob delays. */
  readonly snapshot?: true
  /** Returns the JSON value of the reply. @throws BadRequest if the query is invalid */
  reply(view: RouteView): unknown
}

/** Public routes (reference 4.1), by path. */
const PUBLIC: Record<string, Route['reply']> = {
  '/v3/ping': () => 'pong',
  '/v3/time': ({ now }) => ({ time: formatIso(now) }),
  '/v3/futures/ticker': restTicker,
  '/v3/futures/candles': ({ market, query, page }) => {
    const range = choiceParameter(query, 'range', CANDLE_RANGES) ?? '1m'
    return pageOf(market.candles.of(range), page(), row => row.time, serializers.serializeCandle)
  },
  '/v3/futures/funding-settlements': ({ market, page }) =>
    pageOf(market.settlements, page(), row => row.time, serializers.serializeSettlement),
  '/v3/futures/leaderboard': leaderboard,
  '/v3/synthetic-usd/best-price': view => {
    const { askPrice = null, bidPrice = null } = restTicker(view).prices[0] ?? {}
    return { askPrice, bidPrice }
  },
}

/** Futures (4.3 and 4.4). */
const FUTURES: Record<string, Route> = {
  '/v3/futures/isolated/trades/open': {
    scope: 'futures:isolated:read',
    snapshot: true,
    reply: ({ state }) => tradesIn(state, 'open'),
  },
  '/v3/futures/isolated/trades/running': {
    scope: 'futures:isolated:read',
    snapshot: true,
    reply: ({ state }) => tradesIn(state, 'running'),
  },
  '/v3/futures/isolated/trades/closed': {
    scope: 'futures:isolated:read',
    reply: ({ state, page }) =>
      pageOf(
        state.books.closed,
        page(),
        row => row.closedAt ?? 0,
        row => serializers.serializeTrade(state, row),
      ),
  },
  '/v3/futures/isolated/trades/canceled': {
    scope: 'futures:isolated:read',
    reply: ({ state, page }) =>
      pageOf(
        state.books.canceled,
        page(),
        row => row.closedAt ?? 0,
        row => serializers.serializeTrade(state, row),
      ),
  },
  '/v3/futures/isolated/funding-fees': {
    scope: 'futures:isolated:read',
    reply: ({ state, query, page }) => {
      const tradeId = uuidParameter(query, 'tradeId')
      const rows = state.books.isolatedFunding.filter(row => tradeId === null || row.tradeId === tradeId)
      return pageOf(rows, page(), row => row.time, serializers.serializeFundingFee)
    },
  },
  '/v3/futures/cross/position': {
    scope: 'futures:cross:read',
    snapshot: true,
    reply: ({ state }) => serializers.serializePosition(state),
  },
  '/v3/futures/cross/orders/open': {
    scope: 'futures:cross:read',
    snapshot: true,
    reply: ({ state }) =>
      [...state.books.crossOpen.values()].map(row => serializers.serializeCrossOrder(state, row)),
  },
  '/v3/futures/cross/orders/filled': {
    scope: 'futures:cross:read',
    reply: ({ state, page }) =>
      pageOf(
        state.books.crossFilled,
        page(),
        row => row.filledAt ?? 0,
        row => serializers.serializeCrossOrder(state, row),
      ),
  },
  '/v3/futures/cross/funding-fees': {
    scope: 'futures:cross:read',
    reply: ({ state, page }) =>
      pageOf(state.books.crossFunding, page(), row => row.time, serializers.serializeFundingFee),
  },
  '/v3/futures/cross/transfers': {
    scope: 'futures:cross:read',
    reply: ({ state, page }) =>
      pageOf(
        state.books.transfers,
        page(),
        row => row.time,
        row => serializers.serializeTransfer(state, row),
      ),
  },
}

/** Account and synthetic dollars (4.2 and 4.5). */
const ACCOUNT: Record<string, Route> = {
  '/v3/account': {
    scope: 'account:read',
    snapshot: true,
    reply: ({ state }) => serializers.serializeAccount(state),
  },
  '/v3/account/address/bitcoin': {
    scope: 'account:deposits:read',
    reply: ({ state }) => ({ address: state.books.depositAddress }),
  },
  '/v3/account/deposits/lightning': {
    scope: 'account:deposits:read',
    reply: ({ state, query, page }) => {
      const settled = flagParameter(query, 'settled')
      const rows = state.books.lightningDeposits.filter(
        row => settled === null || settled === (row.settledAt !== null),
      )
      return pageOf(rows, page(), createdAt, serializers.serializeLightningDeposit)
    },
  },
  '/v3/account/deposits/on-chain': {
    scope: 'account:deposits:read',
    reply: ({ state, query, page }) => {
      const rows = withStatus(state.books.chainDeposits, query, ['MEMPOOL', 'CONFIRMED', 'IRREVERSIBLE'])
      return pageOf(rows, page(), createdAt, serializers.serializeChainDeposit)
    },
  },
  '/v3/account/withdrawals/lightning': {
    scope: 'account:withdrawals:read',
    reply: ({ state, query, page }) => {
      const rows = withStatus(state.books.lightningWithdrawals, query, ['failed', 'processed', 'processing'])
      return pageOf(rows, page(), createdAt, serializers.serializeLightningWithdrawal)
    },
  },
  '/v3/account/withdrawals/on-chain': {
    scope: 'account:withdrawals:read',
    reply: ({ state, query, page }) => {
      const statuses = ['canceled', 'pending', 'processed', 'processing', 'rejected'] as const
      const rows = withStatus(state.books.chainWithdrawals, query, statuses)
      return pageOf(rows, page(), createdAt, serializers.serializeChainWithdrawal)
    },
  },
  '/v3/account/notifications': {
    scope: 'account:notifications:read',
    reply: ({ state, query, page }) => {
      const read = flagParameter(query, 'read') ?? false
      const rows = state.books.notifications.filter(row => row.read === read)
      return pageOf(rows, page(), createdAt, serializers.serializeNotification)
    },
  },
  '/v3/synthetic-usd/swaps': {
    scope: 'synthetic-usd:read',
    reply: ({ state, page }) => pageOf(state.books.swaps, page(), createdAt, serializers.serializeSwap),
  },
}

/** Removed on 2026-07-17: 404 unless the `oracle` knob is on. The official client still requests them (4.1). */
export const REMOVED_ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/v3/oracle/index', { scope: null, reply: view => oracleRows(view, 'index') }],
  ['/v3/oracle/last-price', { scope: null, reply: view => oracleRows(view, 'lastPrice') }],
])

/** Every GET route of REST v3, by its full path. */
export const ROUTES: ReadonlyMap<string, Route> = new Map([
  ...Object.entries(PUBLIC).map(([path, reply]): [string, Route] => [path, { scope: null, reply }]),
  ...Object.entries(FUTURES),
  ...Object.entries(ACCOUNT),
])

/** A price a minute, newest first, as a bare list. */
function oracleRows({ market, page }: RouteView, name: 'index' | 'lastPrice'): readonly unknown[] {
  const rows = market.candles.of('1m')
  return pageOf(
    rows,
    page(),
    row => row.time,
    row => ({ time: formatIso(row.time), [name]: row.close }),
  ).data
}

function createdAt(row: { readonly createdAt: number }): number {
  return row.createdAt
}

function tradesIn(state: ExchangeState, tradeState: 'open' | 'running') {
  const trades = [...state.books.trades.values()].filter(trade => trade.state === tradeState)
  return trades.map(trade => serializers.serializeTrade(state, trade))
}

function withStatus<T extends { readonly status: string }>(
  rows: readonly T[],
  query: URLSearchParams,
  statuses: readonly string[],
): T[] {
  const status = choiceParameter(query, 'status', statuses)
  return rows.filter(row => status === null || row.status === status)
}
