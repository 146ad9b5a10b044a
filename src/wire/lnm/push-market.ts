import * as z from 'zod/mini'
import type { Decoded } from '../decoded.ts'
import { msTime, msTimeOrNull, priceField, rateOrNull } from './fields.ts'
import { bucketsSchema, candleFields, candleOf } from './rest-market.ts'
import { type News, news } from './stream-message.ts'
import { check, lazily } from './validate.ts'

const fundingSchema = lazily(() => z.object({ rate: rateOrNull, time: msTimeOrNull }))

const tickerSchema = lazily(() =>
  z.object({
    time: msTime,
    lastPrice: z.nullable(priceField),
    index: z.nullable(priceField),
    funding: fundingSchema(),
  }),
)

/** `ticker`: prices and funding, no buckets. */
export function decodeTickerNews(data: unknown, where: string): Decoded<News> {
  const checked = check(tickerSchema(), data, where)
  if (!checked.ok) return checked
  const { time, lastPrice, index, funding } = checked.value
  return news(
    {
      kind: 'ticker',
      lastPriceUsd: lastPrice,
      indexUsd: index,
      funding: { rate: funding.rate, at: funding.time },
    },
    time,
  )
}

const lastPriceSchema = lazily(() => z.object({ time: msTime, lastPrice: priceField }))

/** `lastPrice`. */
export function decodeLastPriceNews(data: unknown, where: string): Decoded<News> {
  const checked = check(lastPriceSchema(), data, where)
  if (!checked.ok) return checked
  return news({ kind: 'last-price', lastPriceUsd: checked.value.lastPrice }, checked.value.time)
}

const indexSchema = lazily(() => z.object({ time: msTime, index: priceField }))

/** `index`. */
export function decodeIndexNews(data: unknown, where: string): Decoded<News> {
  const checked = check(indexSchema(), data, where)
  if (!checked.ok) return checked
  return news({ kind: 'index', indexUsd: checked.value.index }, checked.value.time)
}

const bucketNewsSchema = lazily(() => z.object({ time: msTime, buckets: bucketsSchema() }))

/** `buckets`. */
export function decodeBucketNews(data: unknown, where: string): Decoded<News> {
  const checked = check(bucketNewsSchema(), data, where)
  if (!checked.ok) return checked
  return news({ kind: 'buckets', buckets: checked.value.buckets }, checked.value.time)
}

const fundingNewsSchema = lazily(() => z.object({ current: fundingSchema() }))

/** `funding`: the rate of the next settlement; the message has no time of its own. */
export function decodeFundingNews(data: unknown, where: string): Decoded<News> {
  const checked = check(fundingNewsSchema(), data, where)
  if (!checked.ok) return checked
  const { rate, time } = checked.value.current
  return news({ kind: 'funding', funding: { rate, at: time } }, null)
}

const candleSchema = lazily(() => z.object({ time: msTime, ...candleFields }))

/** `ohlc/…`: the candle that grows. Its time is when it opened, so it does not say when the message was made. */
export function decodeCandleNews(data: unknown, where: string, range: string): Decoded<News> {
  const checked = check(candleSchema(), data, where)
  if (!checked.ok) return checked
  return news({ kind: 'candle', range, candle: candleOf(checked.value) }, null)
}

const announcementSchema = lazily(() => z.object({ id: z.string(), title: z.nullish(z.string()) }))

/** `announcements`: one without a title was taken back. */
export function decodeAnnouncement(data: unknown, where: string): Decoded<News> {
  const checked = check(announcementSchema(), data, where)
  if (!checked.ok) return checked
  return news({ kind: 'announcement', id: checked.value.id, title: checked.value.title ?? null }, null)
}
