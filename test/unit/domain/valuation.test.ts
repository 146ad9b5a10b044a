import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Side } from '../../../src/domain/position.ts'
import { usd } from '../../../src/domain/units.ts'
import {
  breakEvenUsd,
  closingPriceUsd,
  feeRateOf,
  feeSats,
  fundingEstimateSats,
  liquidationDistance,
  plSats,
} from '../../../src/domain/valuation.ts'

/** P&L by rational arithmetic on half dollars, without doubles. */
function exactPl(side: Side, quantityUsd: number, entryHalves: number, markHalves: number): number {
  const e = BigInt(entryHalves)
  const x = BigInt(markHalves)
  const numerator = BigInt(quantityUsd) * 100_000_000n * 2n * (x - e) * (side === 'long' ? 1n : -1n)
  const denominator = e * x
  const magnitude = numerator < 0n ? -numerator : numerator
  const rounded = (2n * magnitude + denominator) / (2n * denominator)
  return Number(numerator < 0n ? -rounded : rounded)
}

const side = fc.constantFrom<Side>('long', 'short')
const quantity = fc.integer({ min: 1, max: 15_000_000 })
const halves = fc.integer({ min: 2, max: 4_000_000 })

describe('plSats', () => {
  it('matches rational arithmetic to the sat', () => {
    fc.assert(
      fc.property(side, quantity, halves, halves, (side, quantityUsd, entry, mark) => {
        expect(plSats(side, quantityUsd, usd(entry / 2), usd(mark / 2))).toBe(
          exactPl(side, quantityUsd, entry, mark) + 0,
        )
      }),
      { numRuns: 5_000 },
    )
  })

  it('has the sign of the price move for a long and the opposite for a short', () => {
    fc.assert(
      fc.property(quantity, halves, halves, (quantityUsd, entry, mark) => {
        const long = plSats('long', quantityUsd, usd(entry / 2), usd(mark / 2))
        const short = plSats('short', quantityUsd, usd(entry / 2), usd(mark / 2))
        expect(long + short).toBe(0)
        if (long !== 0) expect(Math.sign(long)).toBe(Math.sign(mark - entry))
      }),
    )
  })

  it('never returns minus zero', () => {
    expect(Object.is(plSats('short', 10, usd(60_000), usd(60_000)), 0)).toBe(true)
    expect(Object.is(plSats('long', 1, usd(60_000), usd(59_999.5)), 0)).toBe(true)
  })

  it.each([
    ['long', 1_000, 100_000, 110_000, 90_909],
    ['long', 1_000, 100_000, 90_000, -111_111],
    ['short', 1_000, 100_000, 90_000, 111_111],
    ['long', 25_000, 64_000, 64_500, 302_810],
    ['long', 25_000, 64_000, 63_000, -620_040],
    ['long', 10_000, 70_150, 68_418, -360_869],
    ['short', 5_000, 69_900, 68_423, 154_409],
    ['long', 25_000, 67_300, 68_418, 607_011],
  ] as const)('of a %s of %d USD from %d to %d is %d sats', (side, quantityUsd, entry, mark, expected) => {
    expect(plSats(side, quantityUsd, usd(entry), usd(mark))).toBe(expected)
  })

  it('rounds halves away from zero', () => {
    // 1e8/3 − 1e8/6 is not a half, but 1 USD from 200,000,000 to 100,000,000 loses exactly half a sat.
    expect(plSats('long', 1, usd(200_000_000), usd(100_000_000))).toBe(-1)
    expect(plSats('short', 1, usd(200_000_000), usd(100_000_000))).toBe(1)
  })
})

describe('feeSats', () => {
  it('returns the floor of rate times notional', () => {
    expect(feeSats(10, usd(77_055), feeRateOf(0))).toBe(12)
    expect(feeSats(1_000, usd(100_000), feeRateOf(0))).toBe(1_000)
    expect(feeSats(25_000, usd(64_000), feeRateOf(0))).toBe(39_062)
  })

  it('matches rational arithmetic for every tier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), quantity, halves, (tier, quantityUsd, price) => {
        const tenThousandths = [10n, 8n, 7n, 6n][tier] ?? 10n
        const exact = (BigInt(quantityUsd) * 100_000_000n * 2n * tenThousandths) / (BigInt(price) * 10_000n)
        expect(feeSats(quantityUsd, usd(price / 2), feeRateOf(tier))).toBe(Number(exact))
      }),
      { numRuns: 2_000 },
    )
  })

  it('uses the highest rate for an unknown tier', () => {
    expect(feeRateOf(7)).toBe(feeRateOf(0))
  })
})

describe('breakEvenUsd', () => {
  it('returns the price at which gross P&L equals both fees', () => {
    fc.assert(
      fc.property(
        side,
        fc.integer({ min: 1_000, max: 500_000 }),
        fc.integer({ min: 40_000, max: 400_000 }),
        (side, q, e) => {
          const entry = usd(e / 2)
          const exit = breakEvenUsd(side, entry, 0.001)
          const net = plSats(side, q, entry, exit) - feeSats(q, entry, 0.001) - feeSats(q, exit, 0.001)
          expect(net).toBeGreaterThanOrEqual(-1)
          expect(net).toBeLessThanOrEqual(2)
        },
      ),
    )
  })
})

describe('closingPriceUsd', () => {
  const buckets = [
    { minSizeUsd: 0, maxSizeUsd: 1_000, bidUsd: usd(99), askUsd: usd(101) },
    { minSizeUsd: 1_000, maxSizeUsd: 10_000, bidUsd: usd(98), askUsd: null },
  ]

  it('returns the bid of the bucket of the size for a long, the ask for a short', () => {
    expect(closingPriceUsd(buckets, 'long', 1_000)).toBe(99)
    expect(closingPriceUsd(buckets, 'long', 1_001)).toBe(98)
    expect(closingPriceUsd(buckets, 'short', 500)).toBe(101)
  })

  it('returns null without a price, never the price of another bucket', () => {
    expect(closingPriceUsd(buckets, 'short', 5_000)).toBeNull()
    expect(closingPriceUsd([], 'long', 1)).toBeNull()
  })

  it('returns the price of the largest bucket for a size above all buckets', () => {
    expect(closingPriceUsd(buckets, 'long', 20_000)).toBe(98)
  })
})

describe('liquidationDistance', () => {
  it('is negative if the price is beyond the liquidation price', () => {
    expect(liquidationDistance('long', usd(68_418), usd(66_809.5))).toBeCloseTo(0.02351, 5)
    expect(liquidationDistance('short', usd(68_423), usd(77_666.7))).toBeCloseTo(0.1351, 4)
    expect(liquidationDistance('long', usd(66_000), usd(66_809.5))).toBeLessThan(0)
    expect(liquidationDistance('short', usd(78_000), usd(77_666.7))).toBeLessThan(0)
    expect(Object.is(liquidationDistance('short', usd(100), usd(100)), 0)).toBe(true)
  })
})

describe('fundingEstimateSats', () => {
  it('is paid by longs and received by shorts for a positive rate', () => {
    expect(fundingEstimateSats('long', 10_000, usd(60_000), 0.0001)).toBe(-1_667)
    expect(fundingEstimateSats('short', 10_000, usd(60_000), 0.0001)).toBe(1_667)
    expect(fundingEstimateSats('long', 30_000, usd(68_412), 0.000042)).toBe(-1_842)
  })
})
