import type { ReadPermission } from '../../domain/account.ts'

const BTC_USD = 'futures/inverse/btc_usd'

/** Candle ranges of the exchange. */
const CANDLE_RANGES = [
  '1m',
  '3m',
  '5m',
  '10m',
  '15m',
  '30m',
  '45m',
  '1h',
  '2h',
  '3h',
  '4h',
  '1d',
  '1w',
  '1month',
  '3months',
] as const

/** The stream's topics other than candles. */
export const TOPICS = {
  announcements: 'announcements',
  ticker: `${BTC_USD}/ticker`,
  lastPrice: `${BTC_USD}/lastPrice`,
  index: `${BTC_USD}/index`,
  buckets: `${BTC_USD}/buckets`,
  funding: `${BTC_USD}/funding`,
  deposit: 'wallet/deposit',
  withdrawal: 'wallet/withdrawal',
  isolatedTrades: `${BTC_USD}/isolated/trades`,
  crossOrders: `${BTC_USD}/cross/orders`,
  crossPosition: `${BTC_USD}/cross/position`,
} as const

/** Returns the candle topic of a range. */
function candleTopic(range: (typeof CANDLE_RANGES)[number]): string {
  return `${BTC_USD}/ohlc/${range}`
}

/** Returns the range of a candle topic, or null for other topics and unknown ranges. */
export function rangeOf(topic: string): string | null {
  const prefix = `${BTC_USD}/ohlc/`
  if (!topic.startsWith(prefix)) return null
  const range = topic.slice(prefix.length)
  return CANDLE_RANGES.some(known => known === range) ? range : null
}

/** All 26 topics of the stream. */
export const ALL_TOPICS: readonly string[] = [...Object.values(TOPICS), ...CANDLE_RANGES.map(candleTopic)]

const PUBLIC: readonly string[] = [
  TOPICS.ticker,
  TOPICS.lastPrice,
  TOPICS.index,
  TOPICS.buckets,
  TOPICS.funding,
  candleTopic('1m'),
  TOPICS.announcements,
]

const PRIVATE: readonly (readonly [topic: string, permission: ReadPermission])[] = [
  [TOPICS.isolatedTrades, 'futures:isolated:read'],
  [TOPICS.crossOrders, 'futures:cross:read'],
  [TOPICS.crossPosition, 'futures:cross:read'],
  [TOPICS.deposit, 'account:deposits:read'],
  [TOPICS.withdrawal, 'account:withdrawals:read'],
]

/** True for topics of one account. */
export function isPrivateTopic(topic: string): boolean {
  return permissionOf(topic) !== null
}

/** Returns the permission that a topic needs, or null for a public or unknown topic. */
export function permissionOf(topic: string): ReadPermission | null {
  return PRIVATE.find(([known]) => known === topic)?.[1] ?? null
}

const PRICES: readonly string[] = [TOPICS.ticker, TOPICS.lastPrice, TOPICS.index, TOPICS.buckets]

/** True for the topics that send prices every few seconds. */
export function isPriceTopic(topic: string): boolean {
  return PRICES.includes(topic)
}

/** The topics of the market to subscribe to. */
export const MARKET_TOPICS: readonly string[] = PUBLIC

/** The topics of the account. All of them are requested, whatever the key's permissions are: the exchange refuses what it does not allow. */
export const ACCOUNT_TOPICS: readonly string[] = PRIVATE.map(([topic]) => topic)
