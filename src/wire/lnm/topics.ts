import type { ReadPermission } from '../../domain/account.ts'
import { CANDLE_LENGTHS, type CandleLength } from '../../domain/candle-range.ts'
import { API, type ApiEntry } from './api-table.ts'

type TopicName = keyof typeof API.topics

/** The stream's topics other than candles. */
export const TOPICS = Object.fromEntries(
  Object.entries(API.topics).map(([name, [topic]]) => [name, topic]),
) as Readonly<Record<TopicName, string>>

/** Returns the candle topic of a range. */
function candleTopic(range: CandleLength): string {
  return API.candlePrefix + range
}

/** Returns the range of a candle topic, or null for other topics and unknown ranges. */
export function rangeOf(topic: string): string | null {
  if (!topic.startsWith(API.candlePrefix)) return null
  const range = topic.slice(API.candlePrefix.length)
  return CANDLE_LENGTHS.some(known => known === range) ? range : null
}

/** All 26 topics of the stream. */
export const ALL_TOPICS: readonly string[] = [...Object.values(TOPICS), ...CANDLE_LENGTHS.map(candleTopic)]

const PUBLIC: readonly string[] = [
  TOPICS.ticker,
  TOPICS.lastPrice,
  TOPICS.index,
  TOPICS.buckets,
  TOPICS.funding,
  candleTopic('1m'),
  TOPICS.announcements,
]

const ENTRIES: readonly ApiEntry[] = Object.values(API.topics)

/** The permissions by topic. A map, because each frame is looked up. */
const PERMISSIONS = new Map(ENTRIES)

/** True for topics of one account. */
export function isPrivateTopic(topic: string): boolean {
  return permissionOf(topic) !== null
}

/** Returns the permission that a topic needs, or null for a public or unknown topic. */
export function permissionOf(topic: string): ReadPermission | null {
  return PERMISSIONS.get(topic) ?? null
}

const PRICES: ReadonlySet<string> = new Set([TOPICS.ticker, TOPICS.lastPrice, TOPICS.index, TOPICS.buckets])

/** True for the topics that send prices every few seconds. */
export function isPriceTopic(topic: string): boolean {
  return PRICES.has(topic)
}

/** The topics of the market to subscribe to. */
export const MARKET_TOPICS: readonly string[] = PUBLIC

/** The topics of the account. All of them are requested, whatever the key's permissions are: the exchange refuses what it does not allow. */
export const ACCOUNT_TOPICS: readonly string[] = ENTRIES.flatMap(([topic, scope]) =>
  scope === null ? [] : topic,
)
