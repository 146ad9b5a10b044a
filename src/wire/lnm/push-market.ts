import * as z from 'zod/mini'
import type { Decoded } from '../decoded.ts'
import { lazy, validate } from '../validate.ts'
import { msTime, msTimeOrNull, priceField, rateOrNull } from './fields.ts'
import { candleFields, candleOf, sizeBucketsSchema } from './rest-market.ts'
import { type StreamMessage, streamMessage } from './stream-message.ts'

const fundingSchema = lazy(() => z.object({ rate: rateOrNull, time: msTimeOrNull }))

const tickerSchema = lazy(() =>
  z.object({
    time: msTime,
    lastPrice: z.nullable(priceField),
    index: z.nullable(priceField),
    funding: fundingSchema(),
  }),
)

/** Decodes `ticker`: prices and funding, no buckets. */
export function decodeTickerMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(tickerSchema(), data, where)
  if (!checked.ok) return checked
  const { time, lastPrice, index, funding } = checked.value
  return streamMessage(
    {
      kind: 'ticker',
      lastPriceUsd: lastPrice,
      indexUsd: index,
      funding: { rate: funding.rate, at: funding.time },
    },
    time,
  )
}

const lastPriceSchema = lazy(() => z.object({ time: msTime, lastPrice: priceField }))

/** Decodes `lastPrice`. */
export function decodeLastPriceMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(lastPriceSchema(), data, where)
  if (!checked.ok) return checked
  return streamMessage({ kind: 'last-price', lastPriceUsd: checked.value.lastPrice }, checked.value.time)
}

const indexSchema = lazy(() => z.object({ time: msTime, index: priceField }))

/** Decodes `index`. */
export function decodeIndexMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(indexSchema(), data, where)
  if (!checked.ok) return checked
  return streamMessage({ kind: 'index', indexUsd: checked.value.index }, checked.value.time)
}

const bucketMessageSchema = lazy(() => z.object({ time: msTime, buckets: sizeBucketsSchema() }))

/** Decodes `buckets`. */
export function decodeBucketMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(bucketMessageSchema(), data, where)
  if (!checked.ok) return checked
  return streamMessage({ kind: 'buckets', buckets: checked.value.buckets }, checked.value.time)
}

const fundingMessageSchema = lazy(() => z.object({ current: fundingSchema() }))

/** Decodes `funding`: the rate of the next settlement. The message has no time of its own. */
export function decodeFundingMessage(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(fundingMessageSchema(), data, where)
  if (!checked.ok) return checked
  const { rate, time } = checked.value.current
  return streamMessage({ kind: 'funding', funding: { rate, at: time } }, null)
}

const candleSchema = lazy(() => z.object({ time: msTime, ...candleFields }))

/** Decodes `ohlc/…`: the current candle. Its time is the opening time, not the time of the message. */
export function decodeCandleMessage(data: unknown, where: string, range: string): Decoded<StreamMessage> {
  const checked = validate(candleSchema(), data, where)
  if (!checked.ok) return checked
  return streamMessage({ kind: 'candle', range, candle: candleOf(checked.value) }, null)
}

const announcementSchema = lazy(() => z.object({ id: z.string(), title: z.nullish(z.string()) }))

/** Decodes `announcements`. One without a title was withdrawn. */
export function decodeAnnouncement(data: unknown, where: string): Decoded<StreamMessage> {
  const checked = validate(announcementSchema(), data, where)
  if (!checked.ok) return checked
  return streamMessage(
    { kind: 'announcement', id: checked.value.id, title: checked.value.title ?? null },
    null,
  )
}
