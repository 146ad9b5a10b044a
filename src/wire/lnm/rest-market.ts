import * as z from 'zod/mini'
import type { Bucket, Candle, Ticker } from '../../domain/market.ts'
import { type Decoded, invalid } from '../decoded.ts'
import { decodeList, decodeObject, optional, type Readable, required } from '../rows.ts'
import { lazy } from '../validate.ts'
import { isoTime, priceField, rateField } from './fields.ts'
import { otherMarketOf } from './instrument.ts'
import { decodePage, type Page } from './page.ts'
import { ROUTES } from './routes.ts'

const bucketSpec = lazy(() => ({
  minSize: required(z.number().check(z.nonnegative())),
  // Null or absent in the largest one: it has no limit.
  maxSize: required(z.nullish(z.number().check(z.positive()))),
  askPrice: optional(priceField),
  bidPrice: optional(priceField),
}))

/** Returns why buckets can't be used, or null. Of two without a limit it is not known which one is the largest. */
function bucketProblem({ value, unreadable, faults }: Readable<readonly Bucket[]>): string | null {
  const [odd] = unreadable
  if (odd !== undefined) return `${odd.field} ${odd.problem}`
  const unlimited = value.filter(({ maxSizeUsd }) => maxSizeUsd === Number.POSITIVE_INFINITY)
  const largestMin = value.reduce((most, { minSizeUsd }) => Math.max(most, minSizeUsd), 0)
  if (unlimited.length > 1 || unlimited.some(({ minSizeUsd }) => minSizeUsd < largestMin))
    return 'maxSize is missing'
  // A strange price must not pass for none, and replace prices that were readable.
  const [fault] = faults
  const isBlind = value.every(({ bidUsd, askUsd }) => bidUsd === null && askUsd === null)
  return isBlind && fault !== undefined ? `${fault.field} ${fault.problem}` : null
}

/**
 * Decodes size buckets, the same in REST and on the stream, smallest first. A price that can't be read is unknown for its sizes alone. One
 * bucket without a readable size makes all unreadable: a size would be valued at the price of another one.
 */
export function decodeBuckets(body: unknown, label: string): Decoded<Readable<readonly Bucket[]>> {
  const list = decodeList(body, {
    label,
    spec: bucketSpec(),
    map: ({ minSize, maxSize, bidPrice, askPrice }): Bucket => ({
      minSizeUsd: minSize,
      maxSizeUsd: maxSize ?? Number.POSITIVE_INFINITY,
      bidUsd: bidPrice,
      askUsd: askPrice,
    }),
  })
  if (!list.ok) return list
  const problem = bucketProblem(list.value)
  if (problem !== null) return invalid(label, problem)
  const value = list.value.value
    .map(bucket => ({ ...bucket, maxSizeUsd: Math.min(bucket.maxSizeUsd, Number.MAX_SAFE_INTEGER) }))
    .toSorted((a, b) => a.maxSizeUsd - b.maxSizeUsd)
  return { ok: true, value: { ...list.value, value } }
}

const tickerSpec = lazy(() => ({
  index: optional(priceField),
  lastPrice: optional(priceField),
  fundingRate: optional(rateField),
  fundingTime: optional(isoTime),
  time: optional(isoTime),
}))

/** The market data of a ticker reply, and its time if it has one. */
export interface TickerReply {
  readonly ticker: Ticker
  readonly sourceAt: number | null
}

/** Decodes the reply to `GET /futures/ticker`. A reply without any price, or of another market, is a fault. */
export function decodeTicker(body: unknown): Decoded<Readable<TickerReply>> {
  const { label } = ROUTES.ticker
  const row = decodeObject(body, label, tickerSpec(), (fields, raw) => ({
    fields,
    prices: decodeBuckets(Reflect.get(raw, 'prices'), label),
    otherMarket: otherMarketOf(raw),
  }))
  if (!row.ok) return row
  const { fields, prices, otherMarket } = row.value.value
  if (otherMarket !== null) return invalid(label, 'is the ticker of another market')
  if (fields.index === null && fields.lastPrice === null && !prices.ok)
    return invalid(label, 'has no readable price')
  const { index, lastPrice, fundingRate, fundingTime, time } = fields
  const ticker: Ticker = {
    indexUsd: index,
    lastPriceUsd: lastPrice,
    funding: fundingRate === null && fundingTime === null ? null : { rate: fundingRate, at: fundingTime },
    buckets: prices.ok ? prices.value.value : null,
  }
  const bucketFaults = prices.ok
    ? prices.value.faults
    : [{ id: null, field: 'prices', problem: "can't be read" }]
  return {
    ok: true,
    value: {
      value: { ticker, sourceAt: time },
      unreadable: [],
      faults: [...row.value.faults, ...bucketFaults],
    },
  }
}

/** Prices and volume of a candle, the same in REST and on the stream. Only the time format differs. */
export const candleFields = {
  open: priceField,
  high: priceField,
  low: priceField,
  close: priceField,
  volume: z.number().check(z.nonnegative()),
}

/** Maps a validated candle to the domain. */
export function candleOf(row: {
  time: number
  open: Candle['openUsd']
  high: Candle['openUsd']
  low: Candle['openUsd']
  close: Candle['openUsd']
  volume: number
}): Candle {
  return {
    openedAt: row.time,
    openUsd: row.open,
    highUsd: row.high,
    lowUsd: row.low,
    closeUsd: row.close,
    volumeUsd: row.volume,
  }
}

const candleSchema = lazy(() => z.object({ time: isoTime, ...candleFields }))

/** Decodes one page of `GET /futures/candles`, in the exchange's order. */
export function decodeCandles(body: unknown): Decoded<Page<Candle>> {
  return decodePage(body, { label: ROUTES.candles.label, schema: candleSchema(), map: candleOf })
}
