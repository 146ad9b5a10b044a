import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addedMargin } from '../../../src/domain/added-margin.ts'
import {
  coverForLevel,
  crossMaintenanceMarginSats,
  isLiquidatedAt,
  liquidationUsd,
  newTradeLiquidationUsd,
  openingMarginSats,
  openingReserveSats,
  usedMarginSats,
} from '../../../src/domain/liquidation.ts'
import type { Position, Side } from '../../../src/domain/position.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import { liquidationDistance } from '../../../src/domain/valuation.ts'
import { madePosition } from '../../support/samples.ts'

const side = fc.constantFrom<Side>('long', 'short')
const quantity = fc.integer({ min: 100, max: 500_000 })
const price = fc.integer({ min: 20_000, max: 400_000 }).map(halves => usd(halves / 2))
const leverage = fc.integer({ min: 2, max: 100 })

describe('the formulas of the exchange', () => {
  test.each([
    ['long', 1_000, 110_000, 1, 55_000],
    ['long', 1_000, 110_000, 100, 108_911],
    ['short', 1_000, 110_000, 100, 111_111],
    ['long', 10, 90_000, 10, 81_819],
    ['long', 60, 60_000, 10, 54_545.5],
    ['long', 1, 100_000, 100, 99_010],
    ['long', 25_000, 64_000, 10, 58_182],
  ] as const)(
    'liquidate an isolated %s of %i at %i with %ix at %d',
    (side, quantityUsd, entry, times, level) => {
      expect(newTradeLiquidationUsd(side, quantityUsd, usd(entry), times)).toBe(level)
    },
  )

  test('reserve and charge what the worked examples do', () => {
    expect(openingReserveSats('long', 1, usd(100_000), 100)).toBe(2)
    expect(openingReserveSats('long', 60, usd(60_000), 10)).toBe(210)
    expect(openingReserveSats('long', 25_000, usd(64_000), 10)).toBe(82_030)
    expect(openingMarginSats(25_000, usd(64_000), 10)).toBe(3_906_250)
    expect(openingMarginSats(10_000, usd(70_150), 20)).toBe(712_759)
    expect(usedMarginSats(1_000, usd(100_000), 10)).toBe(100_000)
    expect(usedMarginSats(2, usd(66_834), 1)).toBe(2_992)
  })

  test('liquidate the cross position by margin, not by leverage', () => {
    const maintenance = crossMaintenanceMarginSats(1_000, usd(100_000))
    expect(maintenance).toBe(1_500)
    expect(liquidationUsd('long', 1_000, usd(100_000), 500_000 - maintenance)).toBe(66_733.5)
    expect(liquidationUsd('short', 1_000, usd(100_000), 500_000 - maintenance)).toBe(199_402)
  })

  test('have no liquidation for a short at 1x', () => {
    expect(newTradeLiquidationUsd('short', 1_000, usd(100_000), 1)).toBeNull()
    expect(openingReserveSats('short', 1_000, usd(100_000), 1)).toBe(1_000)
  })
})

test('the cover for a level is the least that reaches it', () => {
  fc.assert(
    fc.property(
      side,
      quantity,
      price,
      fc.double({ min: 0.01, max: 0.4, noNaN: true }),
      (side, q, entry, away) => {
        const level = usd(Math.round(entry * (side === 'long' ? 1 - away : 1 + away) * 2) / 2)
        const cover = coverForLevel(side, q, entry, level)
        const reached = liquidationUsd(side, q, entry, cover)
        expect(reached !== null && isLiquidatedAt(side, reached, level)).toBe(true)
      },
    ),
    { numRuns: 2_000 },
  )
})

/** A position whose liquidation price follows from entry and margin. */
function made(
  side: Side,
  quantityUsd: number,
  entryPriceUsd: number,
  times: number,
  over: Partial<Position> = {},
) {
  const entry = usd(entryPriceUsd)
  return madePosition({
    side,
    quantityUsd,
    entryPriceUsd: entry,
    marginSats: openingMarginSats(quantityUsd, entry, times),
    liquidationPriceUsd: newTradeLiquidationUsd(side, quantityUsd, entry, times),
    ...over,
  })
}

describe('the margin to add', () => {
  test('moves the liquidation price to the wanted distance and no further', () => {
    fc.assert(
      fc.property(
        side,
        quantity,
        price,
        leverage,
        fc.integer({ min: 1, max: 45 }),
        (side, q, entry, times, percent) => {
          const position = made(side, q, entry, times)
          const distance = percent / 100
          const { sats: added } = addedMargin(position, entry, distance)
          if (added === null) return
          const margin = (position.marginSats ?? 0) + added
          const level = liquidationUsd(side, q, entry, margin)
          const then = level === null ? Infinity : liquidationDistance(side, entry, level)
          expect(then).toBeGreaterThanOrEqual(distance - 1e-12)
          if (added === 0) return
          // One tick and one sat less do not reach it.
          const less = liquidationUsd(side, q, entry, margin - 2 - Math.ceil((q * 1e8) / entry / entry))
          expect(liquidationDistance(side, entry, less ?? entry)).toBeLessThan(distance + 1 / entry)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('is 0 for a position that is far enough', () => {
    expect(addedMargin(made('long', 1_000, 100_000, 2), usd(100_000), 0.3)).toEqual({
      sats: 0,
      unknownReason: null,
    })
  })

  test('reaches the distance for the cross position as well', () => {
    const entry = usd(100_000)
    const position = madePosition({
      mode: 'cross',
      quantityUsd: 1_000,
      entryPriceUsd: entry,
      marginSats: sats(500_000),
      maintenanceMarginSats: sats(1_500),
      liquidationPriceUsd: usd(66_733.5),
    })
    const { sats: added } = addedMargin(position, entry, 0.5)
    expect(added).toBe(501_500)
    expect(liquidationUsd('long', 1_000, entry, 500_000 + Number(added) - 1_500)).toBe(50_000)
  })

  test('reaches the distance from a liquidation price that follows from nothing known', () => {
    const position = made('long', 10_000, 70_000, 20, { liquidationPriceUsd: usd(66_000) })
    const { sats: added } = addedMargin(position, usd(70_000), 0.1)
    // The price that the exchange states may have been rounded up by a quarter dollar.
    const stated = liquidationUsd('long', 10_000, usd(66_000.25), Number(added))
    expect(stated).toBeLessThanOrEqual(63_000)
    expect(stated).toBeGreaterThan(62_999)
  })

  test.each([
    ['entry', { entryPriceUsd: null }, 'its entry price is not known'],
    ['margin', { marginSats: null }, 'its margin is not known'],
    ['liquidation price', { liquidationPriceUsd: null }, 'the exchange reports no liquidation price'],
    ['market', { otherMarket: 'eth_usd' }, 'it is of another market'],
  ] as const)('is unknown without a known %s', (_what, over, reason) => {
    expect(addedMargin(made('long', 1_000, 100_000, 10, over), usd(100_000), 0.2)).toEqual({
      sats: null,
      unknownReason: reason,
    })
  })

  test('is refused where it would take a leverage below 1', () => {
    const { unknownReason } = addedMargin(made('long', 1_000, 100_000, 10), usd(100_000), 0.6)
    expect(unknownReason).toBe('it would take a leverage below 1x')
  })
})
