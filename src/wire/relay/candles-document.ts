import * as z from 'zod/mini'
import { CANDLE_LENGTHS, type CandleLength } from '../../domain/candle-range.ts'
import type { Candle } from '../../domain/market.ts'
import { type Decoded, decoded, invalid } from '../decoded.ts'
import { count, describe } from '../document-fields.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import { type ChartCandles, chartCandlesOf } from '../lnm/chart-candles.ts'
import { lazy, parseJson, validate, validateFields } from '../validate.ts'
import { candleJson } from './encode-parts.ts'
import { timeField } from './fields.ts'
import { candleSchema } from './part-schemas.ts'

const WHERE = 'GET /v1/candles'

/** A hostile relay must not fill the memory. */
const MAX_ROWS = 1_000

/** The candles of a chart that a relay has read from the exchange. */
export interface CandlesDocument extends ChartCandles {
  readonly range: CandleLength
  /** When the relay read them, its clock. */
  readonly asOf: number
}

function head() {
  return {
    range: describe(z.enum(CANDLE_LENGTHS), 'Length of a candle'),
    asOf: describe(timeField, "When they were read from the exchange, ms of the relay's clock"),
    unreadableRows: describe(count(), "Rows of the exchange that can't be read, and are left out"),
  }
}

const schema = lazy(() => z.object({ ...head(), candles: z.array(z.unknown()).check(z.maxLength(MAX_ROWS)) }))

/**
 * Decodes the candles of a range; never throws. A row that can't be read is counted, and does not affect the others. A document of another
 * range is a fault.
 */
export function decodeCandlesDocument(text: string, range: CandleLength): Decoded<CandlesDocument> {
  const parsed = parseJson(text, WHERE)
  const checked = parsed.ok ? validate(schema(), parsed.value, WHERE) : parsed
  if (!checked.ok) return checked
  const { asOf, candles: rows } = checked.value
  if (checked.value.range !== range) return invalid(WHERE, 'range is not the requested one')
  const items: Candle[] = []
  let unreadableRows = checked.value.unreadableRows
  for (const row of rows) {
    const candle = validateFields(candleSchema(), row)
    if (candle.ok) items.push(candle.value)
    else unreadableRows += 1
  }
  return decoded({ range, asOf, ...chartCandlesOf({ items, unreadableRows }) })
}

/** Encodes candles. */
export function encodeCandlesDocument({ range, asOf, unreadableRows, candles }: CandlesDocument): string {
  return JSON.stringify({ range, asOf, unreadableRows, candles: candles.map(candleJson) })
}

/** Decodes the parameters of a request but `user`; never throws. The fault names a parameter, and never contains its value. */
export function decodeCandlesRequest(parameters: Readonly<Record<string, unknown>>): Decoded<CandleLength> {
  const where = 'query'
  if (Object.keys(parameters).some(name => name !== 'range'))
    return invalid(where, 'a parameter is unknown; known are: range, user')
  const range = CANDLE_LENGTHS.find(known => known === parameters.range)
  return range === undefined
    ? invalid(where, `range is not one of ${CANDLE_LENGTHS.join(', ')}`)
    : decoded(range)
}

/** The JSON Schema of the document. */
export function candlesJsonSchema(): object {
  const number = (description: string) => describe(z.number(), description)
  const candle = z.strictObject({
    openedAt: describe(timeField, "Opening time, ms of the exchange's clock"),
    openUsd: number('Price in USD per BTC'),
    highUsd: number('Price in USD per BTC'),
    lowUsd: number('Price in USD per BTC'),
    closeUsd: number('Price in USD per BTC; of the last candle, at `asOf`'),
    volumeUsd: number('Traded in USD'),
  })
  const candles = describe(
    z.array(candle),
    'At most 500, oldest first; candles without a trade may be missing',
  )
  return jsonSchemaOf(z.strictObject({ ...head(), candles }), 'axisor candles 1')
}
