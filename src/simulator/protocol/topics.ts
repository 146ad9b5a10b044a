import { CANDLE_RANGES, type CandleRange } from './candle-ranges.ts'
import type { Scope } from './scopes.ts'

const PAIR = 'futures/inverse/btc_usd'

/** The topics of the stream, except the candle topics. */
export const TOPIC = {
  announcements: 'announcements',
  ticker: `${PAIR}/ticker`,
  lastPrice: `${PAIR}/lastPrice`,
  index: `${PAIR}/index`,
  buckets: `${PAIR}/buckets`,
  funding: `${PAIR}/funding`,
  deposit: 'wallet/deposit',
  withdrawal: 'wallet/withdrawal',
  isolatedTrades: `${PAIR}/isolated/trades`,
  crossOrders: `${PAIR}/cross/orders`,
  crossPosition: `${PAIR}/cross/position`,
} as const

/** Returns the candle topic of a range. */
export function candleTopic(range: CandleRange): string {
  return `${PAIR}/ohlc/${range}`
}

/** Private topics and the scope required by each. */
export const PRIVATE_TOPICS: ReadonlyMap<string, Scope> = new Map<string, Scope>([
  [TOPIC.deposit, 'account:deposits:read'],
  [TOPIC.withdrawal, 'account:withdrawals:read'],
  [TOPIC.isolatedTrades, 'futures:isolated:read'],
  [TOPIC.crossOrders, 'futures:cross:read'],
  [TOPIC.crossPosition, 'futures:cross:read'],
])

/** All 26 topics. */
export const TOPICS: ReadonlySet<string> = new Set([
  ...Object.values(TOPIC),
  ...CANDLE_RANGES.map(candleTopic),
])
