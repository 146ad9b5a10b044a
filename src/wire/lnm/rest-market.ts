import * as z from 'zod/mini'
import type { Bucket, Candle, Ticker } from '../../domain/market.ts'
import type { Decoded } from '../decoded.ts'
import { lazy, validate } from '../validate.ts'
import { isoTime, priceField, priceOrNull, rateOrNull } from './fields.ts'
import { decodePage, type Page } from './page.ts'
import { ROUTES } from './routes.ts'

/** Size buckets, the same in REST and on the stream. Sorted by size, smallest first. */
export const sizeBucketsSchema = lazy(() =>
  z.pipe(
    z.array(
      z.object({
        minSize: z.number().check(z.nonnegative()),
        maxSize: z.number().check(z.positive()),
        askPrice: priceOrNull,
        bidPrice: priceOrNull,
      }),
    ),
    z.transform((rows): readonly Bucket[] =>
      rows
        .map(row => ({
          minSizeUsd: row.minSize,
          maxSizeUsd: row.maxSize,
          bidUsd: row.bidPrice,
          askUsd: row.askPrice,
        }))
        .sort((a, b) => a.maxSizeUsd - b.maxSizeUsd),
    ),
  ),
)

const tickerSchema = lazy(() =>
  z.object({
    index: z.nullable(priceField),
    lastPrice: z.nullable(priceField),
    fundingRate: rateOrNull,
    fundingTime: z.nullable(isoTime),
    prices: sizeBucketsSchema(),
  }),
)

/** Decodes the reply to `GET /futures/ticker`. It has no time of its own. */
export function decodeTicker(body: unknown): Decoded<Ticker> {
  const checked = validate(tickerSchema(), body, ROUTES.ticker.label)
  if (!checked.ok) return checked
  const { index, lastPrice, fundingRate, fundingTime, prices } = checked.value
  return {
    ok: true,
    value: {
      indexUsd: index,
      lastPriceUsd: lastPrice,
      funding: { rate: fundingRate, at: fundingTime },
      buckets: prices,
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
