import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CANDLE_LENGTHS,
  candleLengthMs,
  candleOpening,
  candlesBetween,
} from '../../../src/domain/candle-range.ts'
import { joinCandles } from '../../../src/domain/join-candles.ts'
import type { Candle } from '../../../src/domain/market.ts'
import { usd } from '../../../src/domain/units.ts'
import {
  CANDLE_RANGES as SIMULATED,
  candleOpenedAt as simulatedOpening,
} from '../../../src/simulator/protocol/candle-ranges.ts'

const MINUTE_MS = 60_000
const range = fc.constantFrom(...CANDLE_LENGTHS)
const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) })

test('knows the ranges of the exchange and opens candles when its simulator does', () => {
  expect(CANDLE_LENGTHS).toEqual(SIMULATED)
  fc.assert(
    fc.property(range, time, (of, at) => {
      expect(candleOpening(of, at)).toBe(simulatedOpening(of, at))
    }),
  )
})

test('counts one candle to the next opening, and none within a candle', () => {
  fc.assert(
    fc.property(range, time, (of, at) => {
      const opening = candleOpening(of, at)
      const next = candleOpening(of, opening + candleLengthMs(of))
      expect(candlesBetween(of, opening, at)).toBe(0)
      expect(candlesBetween(of, opening, next)).toBe(1)
      expect(candlesBetween(of, next, opening)).toBe(-1)
    }),
  )
})

test('opens candles relative to a known one', () => {
  const thursday = Date.UTC(2026, 10, 19)
  expect(candleOpening('1w', Date.UTC(2026, 10, 28), thursday)).toBe(Date.UTC(2026, 10, 26))
})

const START = Date.UTC(2026, 10, 23)

/** Minutes from `START` on. */
const minutes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 })), {
    minLength: 1,
    maxLength: 90,
  })
  .map(prices =>
    prices.map(
      ([open, close], index): Candle => ({
        openedAt: START + index * MINUTE_MS,
        openUsd: usd(open),
        highUsd: usd(Math.max(open, close) + 1),
        lowUsd: usd(Math.min(open, close)),
        closeUsd: usd(close),
        volumeUsd: 1,
      }),
    ),
  )

describe('joined candles', () => {
  test('have the open of the first minute, the close of the last, and the extremes of all', () => {
    fc.assert(
      fc.property(minutes, shorter => {
        const joined = joinCandles('15m', [], shorter)
        expect(joined.map(({ openedAt }) => openedAt)).toEqual(
          Array.from(
            { length: Math.ceil(shorter.length / 15) },
            (_, index) => START + index * 15 * MINUTE_MS,
          ),
        )
        joined.forEach((candle, index) => {
          const part = shorter.slice(index * 15, index * 15 + 15)
          expect(candle).toMatchObject({
            openUsd: part[0]?.openUsd,
            closeUsd: part.at(-1)?.closeUsd,
            highUsd: Math.max(...part.map(({ highUsd }) => highUsd)),
            lowUsd: Math.min(...part.map(({ lowUsd }) => lowUsd)),
          })
        })
      }),
    )
  })

  test('are the same after a read in the middle as after all minutes', () => {
    fc.assert(
      fc.property(minutes, fc.nat(), (shorter, cut) => {
        const read = joinCandles('5m', [], shorter.slice(0, 1 + (cut % shorter.length)))
        expect(joinCandles('5m', read, shorter)).toEqual(joinCandles('5m', [], shorter))
      }),
    )
  })

  test('leave out the first one if its opening is unknown', () => {
    const price = usd(1)
    const prices = { openUsd: price, highUsd: price, lowUsd: price, closeUsd: price, volumeUsd: 1 }
    const at = (minute: number): Candle => ({ openedAt: START + minute * MINUTE_MS, ...prices })
    expect(joinCandles('5m', [], [at(1), at(2)])).toEqual([])
    expect(joinCandles('5m', [], [at(4), at(5), at(6)])).toEqual([at(5)])
  })
})
