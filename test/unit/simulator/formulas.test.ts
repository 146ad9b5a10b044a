import { describe, expect, it } from 'vitest'
import * as maths from '../../../src/simulator/formulas.ts'

describe("the exchange's formulas", () => {
  it.each([
    ['buy', 1000, 110_000, 1, 55_000],
    ['buy', 1000, 110_000, 100, 108_911],
    ['sell', 1000, 110_000, 100, 111_111],
    ['buy', 10, 90_000, 10, 81_819],
    ['buy', 60, 60_000, 10, 54_545.5],
    ['buy', 1, 100_000, 100, 99_010],
    ['buy', 25_000, 64_000, 10, 58_182],
  ] as const)(
    'returns the liquidation price of an isolated %s of %d at %d with %dx: %d',
    (side, quantity, entry, leverage, level) => {
      expect(maths.openingLiquidationUsd(side, quantity, entry, leverage)).toBe(level)
    },
  )

  it('returns an unreachable liquidation price for a short at 1x', () => {
    expect(maths.openingLiquidationUsd('sell', 1000, 100_000, 1)).toBeGreaterThan(10_000_000)
  })

  it.each([
    [1, 100_000, 100, 2],
    [60, 60_000, 10, 210],
    [25_000, 64_000, 10, 82_030],
  ])(
    'returns the fee reserve of a long of %d at %d with %dx: %d sats',
    (quantity, entry, leverage, reserve) => {
      expect(maths.isolatedReserveSats('buy', quantity, entry, leverage)).toBe(reserve)
    },
  )

  it('computes the documented example: a long of 25,000 USD at 64,000 with 10x', () => {
    expect(maths.marginSats(25_000, 64_000, 10)).toBe(3_906_250)
    expect(maths.tradingFeeSats(25_000, 64_000, 0)).toBe(39_062)
    expect(maths.profitSats('buy', 25_000, 64_000, 64_500)).toBe(302_810)
    expect(maths.profitSats('buy', 25_000, 64_000, 63_000)).toBe(-620_040)
    expect(maths.notionalSats(25_000, 64_500) / 1e8).toBeCloseTo(0.3875969, 8)
  })

  it.each([
    ['buy', 110_000, 90_909],
    ['buy', 90_000, -111_111],
    ['sell', 90_000, 111_111],
    ['sell', 110_000, -90_909],
  ] as const)(
    'returns the profit of a %s of 1,000 opened at 100,000 and marked at %d: %d sats',
    (side, mark, profit) => {
      expect(maths.profitSats(side, 1000, 100_000, mark)).toBe(profit)
    },
  )

  it('never returns negative zero', () => {
    expect(Object.is(maths.profitSats('sell', 1000, 70_000, 70_000), 0)).toBe(true)
    expect(Object.is(maths.fundingSats('sell', 1, 70_000, 0.000001), 0)).toBe(true)
  })

  it('rounds margins up and fees down', () => {
    expect(maths.marginSats(1000, 70_000, 10)).toBe(142_858)
    expect(maths.tradingFeeSats(10, 77_055, 0)).toBe(12)
    expect(maths.tradingFeeSats(1000, 100_000, 0)).toBe(1000)
  })

  it('charges lower fees in higher tiers', () => {
    expect([0, 1, 2, 3].map(tier => maths.tradingFeeSats(1000, 100_000, tier))).toEqual([1000, 800, 700, 600])
  })

  it.each([
    ['buy', 66_733.5],
    ['sell', 199_402],
  ] as const)(
    'returns the liquidation price of a cross %s of 1,000 at 100,000 with 500,000 sats of margin: %d',
    (side, level) => {
      expect(maths.runningMarginSats(1000, 100_000, 10)).toBe(100_000)
      expect(maths.crossMaintenanceSats(1000, 100_000)).toBe(1_500)
      expect(maths.crossLiquidationUsd(side, 1000, 100_000, 500_000)).toBe(level)
    },
  )

  it('rounds the running margin of a cross position down', () => {
    expect(maths.runningMarginSats(2, 66_834, 1)).toBe(2_992)
  })

  it('averages entry prices by the harmonic mean', () => {
    expect(maths.addedEntryUsd(1000, 100_000, 2000, 50_000)).toBeCloseTo(60_000, 6)
  })

  it('carries a loss into the remainder without changing the total P&L', () => {
    for (const [side, price] of [
      ['buy', 65_000],
      ['sell', 75_000],
    ] as const) {
      const entry = maths.carriedEntryUsd(side, 10_000, 70_000, 4_000, price)
      expect(entry).not.toBeNull()
      expect(maths.profitSats(side, 6_000, entry ?? 0, price)).toBe(
        maths.profitSats(side, 10_000, 70_000, price),
      )
    }
  })

  it('returns null if the remainder is too small to carry the loss', () => {
    expect(maths.carriedEntryUsd('buy', 10_000, 70_000, 9_999, 35_000)).toBeNull()
  })

  it('charges a positive funding rate to longs and pays it to shorts', () => {
    expect(maths.fundingSats('buy', 10_000, 60_000, 0.0001)).toBe(1_667)
    expect(maths.fundingSats('sell', 10_000, 60_000, 0.0001)).toBe(-1_667)
    expect(maths.fundingSats('buy', 10_000, 60_000, -0.0001)).toBe(-1_667)
  })
})
