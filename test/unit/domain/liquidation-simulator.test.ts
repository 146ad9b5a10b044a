import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillCross } from '../../../src/domain/cross-replay.ts'
import {
  crossMaintenanceMarginSats,
  liquidationUsd,
  newTradeLiquidationUsd,
  openingMarginSats,
  openingReserveSats,
  usedMarginSats,
} from '../../../src/domain/liquidation.ts'
import type { Side } from '../../../src/domain/position.ts'
import { usd } from '../../../src/domain/units.ts'
import {
  addedEntryUsd,
  carriedEntryUsd,
  crossLiquidationUsd,
  isolatedLiquidationUsd,
  isolatedReserveSats,
  marginSats,
  profitSats,
  runningMarginSats,
  openingLiquidationUsd as simulatedOpening,
} from '../../../src/simulator/formulas.ts'

const sideArb = fc.constantFrom<Side>('long', 'short')
const quote = (side: Side) => (side === 'long' ? 'buy' : 'sell')
const quantityArb = fc.integer({ min: 1, max: 500_000 })
const priceArb = fc.integer({ min: 20_000, max: 400_000 }).map(halves => halves / 2)

/** The simulated exchange has formulas of its own (ADR 4). */
test('margins, reserves and liquidation prices are those of the simulated exchange', () => {
  fc.assert(
    fc.property(sideArb, quantityArb, priceArb, fc.integer({ min: 2, max: 100 }), (side, q, price, times) => {
      const entry = usd(price)
      expect(openingMarginSats(q, entry, times)).toBe(marginSats(q, price, times))
      expect(usedMarginSats(q, entry, times)).toBe(runningMarginSats(q, price, times))
      expect(openingReserveSats(side, q, entry, times)).toBe(
        isolatedReserveSats(quote(side), q, price, times),
      )
      expect(newTradeLiquidationUsd(side, q, entry, times)).toBe(
        simulatedOpening(quote(side), q, price, times),
      )
      const margin = marginSats(q, price, times)
      expect(liquidationUsd(side, q, entry, margin)).toBe(
        isolatedLiquidationUsd(quote(side), q, price, margin),
      )
      const cover = margin - crossMaintenanceMarginSats(q, entry)
      expect(liquidationUsd(side, q, entry, cover)).toBe(crossLiquidationUsd(quote(side), q, price, margin))
    }),
    { numRuns: 3_000, examples: [['long', 165_121, 123_245, 73]] },
  )
})

test('a fill that adds to the cross position gives the entry of the simulated exchange', () => {
  fc.assert(
    fc.property(sideArb, quantityArb, priceArb, quantityArb, priceArb, (side, held, entry, added, price) => {
      const signed = side === 'long' ? held : -held
      const filled = fillCross(signed, usd(entry), { side, quantityUsd: added, priceUsd: usd(price) })
      expect(filled.plSats).toBe(0)
      expect(Math.abs(filled.quantityUsd)).toBe(held + added)
      expect(filled.entryUsd).toBeCloseTo(addedEntryUsd(held, entry, added, price), 6)
    }),
  )
})

test('a fill that reduces it realizes a profit, or carries a loss, as the simulated exchange does', () => {
  fc.assert(
    fc.property(
      sideArb,
      fc.integer({ min: 100, max: 500_000 }),
      priceArb,
      priceArb,
      (side, held, entry, price) => {
        const closed = Math.ceil(held / 3)
        const opposite = side === 'long' ? 'short' : 'long'
        const signed = side === 'long' ? held : -held
        const filled = fillCross(signed, usd(entry), {
          side: opposite,
          quantityUsd: closed,
          priceUsd: usd(price),
        })
        const profit = profitSats(quote(side), closed, entry, price)
        const carried = carriedEntryUsd(quote(side), held, entry, closed, price)
        expect(Math.abs(filled.quantityUsd)).toBe(held - closed)
        if (profit > 0) {
          expect(filled.plSats).toBe(profit)
          expect(filled.entryUsd).toBeCloseTo(entry, 6)
        } else if (profit < 0 && carried !== null) {
          expect(filled.plSats).toBe(0)
          expect(filled.entryUsd).toBeCloseTo(carried, 5)
        }
      },
    ),
  )
})

test('a fill that closes it leaves nothing, and one that is larger reverses it at its price', () => {
  const entry = usd(60_000)
  const close = { side: 'short', quantityUsd: 1_000, priceUsd: usd(66_000) } as const
  expect(fillCross(1_000, entry, close)).toEqual({ quantityUsd: 0, entryUsd: null, plSats: 151_515 })
  expect(fillCross(400, entry, close)).toEqual({ quantityUsd: -600, entryUsd: 66_000, plSats: 60_606 })
})
