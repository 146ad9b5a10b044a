import * as z from 'zod/mini'
import type { Funding } from '../../domain/market.ts'
import { type Decoded, invalid } from '../decoded.ts'
import { sentenceField, textField, wordField } from '../foreign-text.ts'
import { decodeObject, optional, type RowOf, type RowSpec, required } from '../rows.ts'
import { lazy, validate } from '../validate.ts'
import { msTime, priceField, rateField } from './fields.ts'
import { otherMarketOf } from './instrument.ts'
import { candleFields, candleOf, decodeBuckets } from './rest-market.ts'
import { type StreamMessage, streamMessage } from './stream-message.ts'

/** Decodes a message about the market. A message about another market is a fault. */
function decodeMessage<S extends RowSpec>(
  data: unknown,
  where: string,
  spec: S,
  build: (row: RowOf<S>, faults: StreamMessage['faults'], raw: object) => Decoded<StreamMessage>,
): Decoded<StreamMessage> {
  const object = decodeObject(data, where, spec, (row, raw) => ({ row, raw }))
  if (!object.ok) return object
  const { row, raw } = object.value.value
  if (otherMarketOf(raw) !== null) return invalid(where, 'is about another market')
  return build(row, object.value.faults, raw)
}

const fundingSpec = lazy(() => ({ rate: optional(rateField), time: optional(msTime) }))

/** Decodes the next settlement; null if nothing of it can be read. */
function fundingOf(raw: unknown): Funding | null {
  const funding = decodeObject(raw, 'funding', fundingSpec(), row => row)
  if (!funding.ok) return null
  const { value, faults } = funding.value
  const { rate, time } = value
  // Null is sent for unknown values. A value that can't be read must not replace the known one.
  return rate === null && time === null && faults.length > 0 ? null : { rate, at: time }
}

const tickerSpec = lazy(() => ({
  time: optional(msTime),
  lastPrice: optional(priceField),
  index: optional(priceField),
}))

/** Decodes `ticker`: prices and funding, no buckets. Without its funding it is a message about one price, as on the topics of prices. */
export function decodeTickerMessage(data: unknown, where: string): Decoded<StreamMessage> {
  return decodeMessage(data, where, tickerSpec(), ({ time, lastPrice, index }, faults, raw) => {
    const funding = fundingOf(Reflect.get(raw, 'funding'))
    if (funding !== null)
      return streamMessage(
        { kind: 'ticker', lastPriceUsd: lastPrice, indexUsd: index, funding },
        time,
        faults,
      )
    const noFunding = [...faults, { field: 'funding', problem: 'has no readable value' }]
    if (lastPrice !== null)
      return streamMessage({ kind: 'last-price', lastPriceUsd: lastPrice }, time, noFunding)
    if (index !== null) return streamMessage({ kind: 'index', indexUsd: index }, time, noFunding)
    return invalid(where, 'has no readable value')
  })
}

const lastPriceSpec = lazy(() => ({ time: optional(msTime), lastPrice: required(priceField) }))

/** Decodes `lastPrice`. */
export function decodeLastPriceMessage(data: unknown, where: string): Decoded<StreamMessage> {
  return decodeMessage(data, where, lastPriceSpec(), ({ time, lastPrice }, faults) =>
    streamMessage({ kind: 'last-price', lastPriceUsd: lastPrice }, time, faults),
  )
}

const indexSpec = lazy(() => ({ time: optional(msTime), index: required(priceField) }))

/** Decodes `index`. */
export function decodeIndexMessage(data: unknown, where: string): Decoded<StreamMessage> {
  return decodeMessage(data, where, indexSpec(), ({ time, index }, faults) =>
    streamMessage({ kind: 'index', indexUsd: index }, time, faults),
  )
}

const bucketMessageSpec = lazy(() => ({ time: optional(msTime) }))

/** Decodes `buckets`. */
export function decodeBucketMessage(data: unknown, where: string): Decoded<StreamMessage> {
  return decodeMessage(data, where, bucketMessageSpec(), ({ time }, faults, raw) => {
    const buckets = decodeBuckets(Reflect.get(raw, 'buckets'), where)
    if (!buckets.ok) return buckets
    return streamMessage({ kind: 'buckets', buckets: buckets.value.value }, time, [
      ...faults,
      ...buckets.value.faults,
    ])
  })
}

/** Decodes `funding`: the rate of the next settlement. The message has no time of its own. */
export function decodeFundingMessage(data: unknown, where: string): Decoded<StreamMessage> {
  return decodeMessage(data, where, {}, (_, faults, raw) => {
    const funding = fundingOf(Reflect.get(raw, 'current'))
    if (funding === null) return invalid(where, 'current has no readable value')
    return streamMessage({ kind: 'funding', funding }, null, faults)
  })
}

const candleSchema = lazy(() => z.object({ time: msTime, ...candleFields }))

/** Decodes `ohlc/…`: the current candle. Its time is the opening time, not the time of the message. */
export function decodeCandleMessage(data: unknown, where: string, range: string): Decoded<StreamMessage> {
  const checked = validate(candleSchema(), data, where)
  if (!checked.ok) return checked
  return streamMessage({ kind: 'candle', range, candle: candleOf(checked.value) }, null)
}

const announcementSpec = lazy(() => ({
  id: required(wordField),
  title: optional(sentenceField),
  message: optional(textField),
  link: optional(sentenceField),
}))

/** Decodes `announcements`. One without a title was withdrawn. */
export function decodeAnnouncement(data: unknown, where: string): Decoded<StreamMessage> {
  const row = decodeObject(data, where, announcementSpec(), value => value)
  if (!row.ok) return row
  return streamMessage({ kind: 'announcement', ...row.value.value }, null, row.value.faults)
}
