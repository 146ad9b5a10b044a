import { leaderboard } from '../account/leaderboard.ts'
import { CANDLE_RANGES } from '../market/candle-ranges.ts'
import { restTicker, type TickerView } from '../market/ticker.ts'
import { iso } from '../protocol/iso.ts'
import { pageOf } from '../protocol/pages.ts'
import { flagParameter, pageWish, uuidParameter, wordParameter } from '../protocol/query.ts'
import type { Scope } from '../protocol/scopes.ts'
import type { Desk } from '../state.ts'
import * as shape from './serializers.ts'

/** What a route sees. */
export interface RouteView extends TickerView {
  readonly desk: Desk
  readonly query: URLSearchParams
}

/** A GET route. */
export interface Route {
  /** Null: public. */
  readonly scope: Scope | null
  /** Part of the private picture, which `holdPicture` keeps back. */
  readonly picture?: true
  /** The JSON value of the reply. @throws BadRequest on a query that cannot be understood */
  reply(view: RouteView): unknown
}

/** Public routes (reference 4.1), by path. */
const PUBLIC: Record<string, Route['reply']> = {
  '/v3/ping': () => 'pong',
  '/v3/time': ({ now }) => ({ time: iso(now) }),
  '/v3/futures/ticker': restTicker,
  '/v3/futures/candles': ({ market, query }) => {
    const range = wordParameter(query, 'range', CANDLE_RANGES) ?? '1m'
    return pageOf(market.candles.of(range), pageWish(query), row => row.time, shape.candleShape)
  },
  '/v3/futures/funding-settlements': ({ market, query }) =>
    pageOf(market.settlements, pageWish(query), row => row.time, shape.settlementShape),
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
    picture: true,
    reply: ({ desk }) => tradesIn(desk, 'open'),
  },
  '/v3/futures/isolated/trades/running': {
    scope: 'futures:isolated:read',
    picture: true,
    reply: ({ desk }) => tradesIn(desk, 'running'),
  },
  '/v3/futures/isolated/trades/closed': {
    scope: 'futures:isolated:read',
    reply: ({ desk, query }) =>
      pageOf(
        desk.books.closed,
        pageWish(query),
        row => row.closedAt ?? 0,
        row => shape.tradeShape(desk, row),
      ),
  },
  '/v3/futures/isolated/trades/canceled': {
    scope: 'futures:isolated:read',
    reply: ({ desk, query }) =>
      pageOf(
        desk.books.canceled,
        pageWish(query),
        row => row.closedAt ?? 0,
        row => shape.tradeShape(desk, row),
      ),
  },
  '/v3/futures/isolated/funding-fees': {
    scope: 'futures:isolated:read',
    reply: ({ desk, query }) => {
      const tradeId = uuidParameter(query, 'tradeId')
      const rows = desk.books.isolatedFunding.filter(row => tradeId === null || row.tradeId === tradeId)
      return pageOf(rows, pageWish(query), row => row.time, shape.fundingFeeShape)
    },
  },
  '/v3/futures/cross/position': {
    scope: 'futures:cross:read',
    picture: true,
    reply: ({ desk }) => shape.positionShape(desk),
  },
  '/v3/futures/cross/orders/open': {
    scope: 'futures:cross:read',
    picture: true,
    reply: ({ desk }) => [...desk.books.crossOpen.values()].map(row => shape.crossOrderShape(desk, row)),
  },
  '/v3/futures/cross/orders/filled': {
    scope: 'futures:cross:read',
    reply: ({ desk, query }) =>
      pageOf(
        desk.books.crossFilled,
        pageWish(query),
        row => row.filledAt ?? 0,
        row => shape.crossOrderShape(desk, row),
      ),
  },
  '/v3/futures/cross/funding-fees': {
    scope: 'futures:cross:read',
    reply: ({ desk, query }) =>
      pageOf(desk.books.crossFunding, pageWish(query), row => row.time, shape.fundingFeeShape),
  },
  '/v3/futures/cross/transfers': {
    scope: 'futures:cross:read',
    reply: ({ desk, query }) =>
      pageOf(
        desk.books.transfers,
        pageWish(query),
        row => row.time,
        row => shape.transferShape(desk, row),
      ),
  },
}

/** Account and synthetic dollars (4.2 and 4.5). */
const ACCOUNT: Record<string, Route> = {
  '/v3/account': { scope: 'account:read', picture: true, reply: ({ desk }) => shape.accountShape(desk) },
  '/v3/account/address/bitcoin': {
    scope: 'account:deposits:read',
    reply: ({ desk }) => ({ address: desk.books.depositAddress }),
  },
  '/v3/account/deposits/lightning': {
    scope: 'account:deposits:read',
    reply: ({ desk, query }) => {
      const settled = flagParameter(query, 'settled')
      const rows = desk.books.lightningDeposits.filter(
        row => settled === null || settled === (row.settledAt !== null),
      )
      return pageOf(rows, pageWish(query), createdAt, shape.lightningDepositShape)
    },
  },
  '/v3/account/deposits/on-chain': {
    scope: 'account:deposits:read',
    reply: ({ desk, query }) => {
      const rows = withStatus(desk.books.chainDeposits, query, ['MEMPOOL', 'CONFIRMED', 'IRREVERSIBLE'])
      return pageOf(rows, pageWish(query), createdAt, shape.chainDepositShape)
    },
  },
  '/v3/account/withdrawals/lightning': {
    scope: 'account:withdrawals:read',
    reply: ({ desk, query }) => {
      const rows = withStatus(desk.books.lightningWithdrawals, query, ['failed', 'processed', 'processing'])
      return pageOf(rows, pageWish(query), createdAt, shape.lightningWithdrawalShape)
    },
  },
  '/v3/account/withdrawals/on-chain': {
    scope: 'account:withdrawals:read',
    reply: ({ desk, query }) => {
      const words = ['canceled', 'pending', 'processed', 'processing', 'rejected'] as const
      const rows = withStatus(desk.books.chainWithdrawals, query, words)
      return pageOf(rows, pageWish(query), createdAt, shape.chainWithdrawalShape)
    },
  },
  '/v3/account/notifications': {
    scope: 'account:notifications:read',
    reply: ({ desk, query }) => {
      const read = flagParameter(query, 'read') ?? false
      const rows = desk.books.notifications.filter(row => row.read === read)
      return pageOf(rows, pageWish(query), createdAt, shape.notificationShape)
    },
  },
  '/v3/synthetic-usd/swaps': {
    scope: 'synthetic-usd:read',
    reply: ({ desk, query }) => pageOf(desk.books.swaps, pageWish(query), createdAt, shape.swapShape),
  },
}

/** Every GET route of REST v3, by its whole path. */
export const ROUTES: ReadonlyMap<string, Route> = new Map([
  ...Object.entries(PUBLIC).map(([path, reply]): [string, Route] => [path, { scope: null, reply }]),
  ...Object.entries(FUTURES),
  ...Object.entries(ACCOUNT),
])

function createdAt(row: { readonly createdAt: number }): number {
  return row.createdAt
}

function tradesIn(desk: Desk, state: 'open' | 'running') {
  const trades = [...desk.books.trades.values()].filter(trade => trade.state === state)
  return trades.map(trade => shape.tradeShape(desk, trade))
}

function withStatus<T extends { readonly status: string }>(
  rows: readonly T[],
  query: URLSearchParams,
  words: readonly string[],
): T[] {
  const status = wordParameter(query, 'status', words)
  return rows.filter(row => status === null || row.status === status)
}
