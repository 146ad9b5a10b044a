import { describe, expect, it } from 'vitest'
import { bucketFor, bucketsAround } from '../../../../src/simulator/market/buckets.ts'
import { nextFundingAfter } from '../../../../src/simulator/market/funding-times.ts'
import { type Market, openMarket } from '../../../../src/simulator/market/market.ts'
import { CANDLE_RANGES, candleOpenedAt } from '../../../../src/simulator/protocol/candle-ranges.ts'
import { SCENARIOS } from '../../../../src/simulator/scenarios/scenarios.ts'

const START = Date.UTC(2026, 10, 23, 18, 47, 40)
const HOUR = 3_600_000

function open(seed = 1, name = 'default'): Market {
  const scenario = SCENARIOS.find(candidate => candidate.name === name)
  if (scenario === undefined) throw new Error(name)
  const { marketProfile: profile, waypoints } = scenario
  return openMarket({ seed, profile, waypoints, startAt: START })
}

function run(market: Market, seconds: number): number[] {
  return Array.from({ length: seconds }, (_, n) => {
    market.step(START + (n + 1) * 1000, 1000)
    return market.lastUsd()
  })
}

describe('the market', () => {
  it('reproduces its prices for the same seed only', () => {
    expect(run(open(7), 300)).toEqual(run(open(7), 300))
    expect(run(open(7), 300)).not.toEqual(run(open(8), 300))
  })

  it('moves visibly and stays near its anchor', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const prices = run(open(seed), 3 * 3600)
      const range = Math.max(...prices) - Math.min(...prices)
      expect(range).toBeGreaterThan(400)
      expect(Math.max(...prices)).toBeLessThan(80_000)
      expect(Math.min(...prices)).toBeGreaterThan(57_000)
    }
  })

  it('keeps every price on the 0.5 USD tick and the bid below the ask', () => {
    const market = open()
    for (let n = 1; n < 500; n++) {
      market.step(START + n * 1000, 1000)
      for (const { bidUsd, askUsd } of market.buckets()) {
        expect((bidUsd * 2) % 1).toBe(0)
        expect((askUsd * 2) % 1).toBe(0)
        expect(bidUsd).toBeLessThan(market.lastUsd())
        expect(askUsd).toBeGreaterThan(market.lastUsd())
      }
      expect((market.indexUsd() * 2) % 1).toBe(0)
      expect(Math.abs(market.indexUsd() / market.lastUsd() - 1)).toBeLessThan(0.003)
    }
  })

  it('widens the spread with the order size', () => {
    const spreads = bucketsAround(68_000, 2.5).map(({ askUsd, bidUsd }) => askUsd - bidUsd)
    expect(spreads).toEqual([...spreads].sort((a, b) => a - b))
    expect(new Set(spreads).size).toBe(spreads.length)
  })

  it('assigns a boundary size to the smaller bucket and oversized orders to the largest', () => {
    const buckets = bucketsAround(68_000, 2.5)
    expect(bucketFor(buckets, 1_000).maxSizeUsd).toBe(1_000)
    expect(bucketFor(buckets, 1_001).maxSizeUsd).toBe(10_000)
    expect(bucketFor(buckets, 9_000_000).maxSizeUsd).toBe(500_000)
  })

  it('has the same volatility in small and large steps', () => {
    const spread = (ms: number) => {
      const ends = Array.from({ length: 40 }, (_, seed) => {
        const market = open(seed, 'calm')
        for (let at = ms; at <= 600_000; at += ms) market.step(START + at, ms)
        return Math.log(market.lastUsd() / 68_420)
      })
      return Math.sqrt(ends.reduce((sum, end) => sum + end * end, 0) / ends.length)
    }
    const ratio = spread(250) / spread(2_000)
    expect(ratio).toBeGreaterThan(0.5)
    expect(ratio).toBeLessThan(2)
  })

  it('jumps to a price and stays near it', () => {
    const market = open(1, 'calm')
    market.jumpTo(START, 60_000)
    expect(market.lastUsd()).toBe(60_000)
    for (const price of run(market, 1_800)) expect(Math.abs(price - 60_000)).toBeLessThan(1_200)
  })

  it('gaps down within one tick in the scenario crash', () => {
    const prices = run(open(1, 'crash'), 25)
    const steps = prices.slice(1).map((price, n) => price / (prices[n] ?? price))
    expect(Math.min(...steps)).toBeLessThan(0.965)
  })
})

describe('market history', () => {
  it('fills all 15 ranges, oldest first, with open and close within high and low', () => {
    const market = open()
    for (const range of CANDLE_RANGES) {
      const candles = market.candles.of(range)
      expect(candles.length, range).toBeGreaterThan(10)
      for (const [n, { time, open: first, close, high, low, volume }] of candles.entries()) {
        expect(time).toBe(candleOpenedAt(range, time))
        expect(high).toBeGreaterThanOrEqual(Math.max(first, close))
        expect(low).toBeLessThanOrEqual(Math.min(first, close))
        expect(volume).toBeGreaterThan(0)
        if (n > 0) expect(time).toBeGreaterThan(candles[n - 1]?.time ?? 0)
      }
    }
  })

  it('has every minute of the last two days and ends at the start price', () => {
    const minutes = open().candles.of('1m')
    expect(minutes.length).toBeGreaterThanOrEqual(2 * 24 * 60)
    expect(minutes.at(-1)?.time).toBe(START - (START % 60_000))
    expect(minutes.at(-1)?.close).toBe(68_420)
    for (const [n, { time }] of minutes.entries()) expect(time).toBe((minutes[0]?.time ?? 0) + n * 60_000)
  })

  it('passes through the entry prices of the scenario', () => {
    const { waypoints } = SCENARIOS[0] ?? { waypoints: [] }
    const market = open()
    for (const { agoMs, usd } of waypoints) {
      expect(Math.abs(market.priceAt(START - agoMs) / usd - 1)).toBeLessThan(0.01)
    }
  })

  it('settles funding every eight hours at 00:00, 08:00 and 16:00 UTC', () => {
    const { settlements } = open()
    expect(settlements.length).toBe(180)
    for (const { time } of settlements) expect(time % (8 * HOUR)).toBe(0)
    expect(settlements.at(-1)?.time).toBe(Date.UTC(2026, 10, 23, 16))
    expect(new Set(settlements.map(({ id }) => id)).size).toBe(180)
  })
})

describe('candles', () => {
  it.each([
    ['1m', '2026-11-23T18:47:00.000Z'],
    ['45m', '2026-11-23T18:45:00.000Z'],
    ['4h', '2026-11-23T16:00:00.000Z'],
    ['1d', '2026-11-23T00:00:00.000Z'],
    ['1w', '2026-11-23T00:00:00.000Z'],
    ['1month', '2026-11-01T00:00:00.000Z'],
    ['3months', '2026-10-01T00:00:00.000Z'],
  ] as const)('of range %s open at %s', (range, opened) => {
    expect(new Date(candleOpenedAt(range, START)).toISOString()).toBe(opened)
  })

  it('of range 1w open on Monday', () => {
    expect(new Date(candleOpenedAt('1w', Date.UTC(2026, 10, 29))).toISOString()).toBe(
      '2026-11-23T00:00:00.000Z',
    )
  })

  it('do not open in the past when the clock is set back', () => {
    const { candles } = open()
    const before = candles.of('1m').length
    const piece = { open: 70_000, high: 70_000, low: 70_000, close: 70_000, volume: 1 }
    candles.add({ time: START - HOUR, ...piece })
    expect(candles.of('1m').length).toBe(before)
    expect(candles.current('1m')?.close).toBe(70_000)
  })
})

describe('funding times', () => {
  it('are strictly after the given time, even at a settlement', () => {
    expect(nextFundingAfter(Date.UTC(2026, 0, 1, 8))).toBe(Date.UTC(2026, 0, 1, 16))
    expect(nextFundingAfter(Date.UTC(2026, 0, 1, 8) - 1)).toBe(Date.UTC(2026, 0, 1, 8))
  })
})
