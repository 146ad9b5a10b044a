import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { CANDLE_LENGTHS } from '../../../../src/domain/candle-range.ts'
import { usd } from '../../../../src/domain/units.ts'
import {
  candlesJsonSchema,
  decodeCandlesDocument,
  decodeCandlesRequest,
  encodeCandlesDocument,
} from '../../../../src/wire/relay/candles-document.ts'

const price = fc.integer({ min: 10_000, max: 400_000 }).map(halves => usd(halves / 2))

const candle = fc.record({
  openedAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  openUsd: price,
  highUsd: price,
  lowUsd: price,
  closeUsd: price,
  volumeUsd: fc.nat(),
})

const document = fc.record({
  range: fc.constantFrom(...CANDLE_LENGTHS),
  asOf: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  unreadableRows: fc.nat(1_000),
  candles: fc
    .uniqueArray(candle, { selector: ({ openedAt }) => openedAt, maxLength: 500 })
    .map(rows => rows.toSorted((a, b) => a.openedAt - b.openedAt)),
})

const schema = z.fromJSONSchema(candlesJsonSchema() as never)

test('decodes what it encodes, which is as the JSON Schema says', () => {
  fc.assert(
    fc.property(document, made => {
      const text = encodeCandlesDocument(made)
      expect(decodeCandlesDocument(text, made.range)).toEqual({ ok: true, value: made })
      expect(schema.safeParse(JSON.parse(text)).success).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('keeps every good row whatever stands beside it', () => {
  fc.assert(
    fc.property(document, fc.array(fc.jsonValue(), { maxLength: 20 }), (made, others) => {
      const bad = others.filter(other => typeof other !== 'object' || other === null || !('openUsd' in other))
      const rows = [...made.candles, ...bad].sort(() => (bad.length % 2 === 0 ? 1 : -1))
      const decoded = decodeCandlesDocument(JSON.stringify({ ...made, candles: rows }), made.range)
      expect(decoded).toMatchObject({
        value: { candles: made.candles, unreadableRows: made.unreadableRows + bad.length },
      })
    }),
    { numRuns: 50 },
  )
})

test('never throws, and never repeats what it got', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map(value => JSON.stringify({ candles: value })),
  )
  fc.assert(
    fc.property(hostile, text => {
      const decoded = decodeCandlesDocument(text, '1d')
      expect(decoded.ok).toBe(false)
    }),
  )
  const { fault } = decodeCandlesRequest({ range: '\u001b[2J' }) as { fault: { message: string } }
  expect(fault.message).toMatch(/^range is not one of 1m, /)
  expect(decodeCandlesRequest({ range: '3months' })).toEqual({ ok: true, value: '3months' })
})
