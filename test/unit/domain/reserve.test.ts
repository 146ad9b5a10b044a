import { describe, expect, it } from 'vitest'
import type { Position } from '../../../src/domain/position.ts'
import { reserveBasis, unspentReserveSats } from '../../../src/domain/reserve.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import { madePosition } from '../../support/samples.ts'

/** A trade of 25,000 USD at 64,000 with 10x: opening fee 39,062, reserve of both fees 82,030 (reference 7.8). */
function workedExample(maintenanceMargin: number | null, over: Partial<Position> = {}): Position {
  return madePosition({
    side: 'long',
    quantityUsd: 25_000,
    entryPriceUsd: usd(64_000),
    leverage: 10,
    marginSats: sats(3_906_250),
    liquidationPriceUsd: usd(58_182),
    openingFeeSats: sats(39_062),
    maintenanceMarginSats: maintenanceMargin === null ? null : sats(maintenanceMargin),
    ...over,
  })
}

describe('reserveBasis', () => {
  it('is net for the reported value of a running trade', () => {
    expect(reserveBasis(workedExample(42_968))).toBe('net')
    expect(unspentReserveSats(workedExample(42_968))).toBe(42_968)
  })

  it('is gross if the reported value is the reserve of both fees', () => {
    expect(reserveBasis(workedExample(82_030))).toBe('gross')
    expect(unspentReserveSats(workedExample(82_030))).toBe(82_030 - 39_062)
  })

  it('is gross for the printed examples of the exchange with the reserve of both fees', () => {
    const docs = workedExample(210, {
      quantityUsd: 60,
      entryPriceUsd: usd(60_000),
      liquidationPriceUsd: usd(54_545.5),
      openingFeeSats: sats(100),
    })
    expect(reserveBasis(docs)).toBe('gross')
    const smallest = workedExample(2, {
      quantityUsd: 1,
      entryPriceUsd: usd(100_000),
      liquidationPriceUsd: usd(99_010),
      openingFeeSats: sats(1),
    })
    expect(reserveBasis(smallest)).toBe('gross')
    expect(reserveBasis({ ...smallest, maintenanceMarginSats: sats(1) })).toBe('net')
  })

  it('is net for a value that proves nothing', () => {
    expect(reserveBasis(workedExample(60_000))).toBe('net')
    expect(reserveBasis(workedExample(82_030, { openingFeeSats: null }))).toBe('net')
    expect(reserveBasis(workedExample(82_030, { entryPriceUsd: null }))).toBe('net')
    expect(unspentReserveSats(workedExample(null))).toBeNull()
  })

  it('is net for a long of 1x, whose closing reserve is twice the opening fee', () => {
    const single = { leverage: 1, liquidationPriceUsd: usd(32_000), marginSats: sats(39_062_500) }
    expect(reserveBasis(workedExample(78_125, single))).toBe('net')
    expect(reserveBasis(workedExample(117_187, single))).toBe('gross')
  })

  it('uses the margin of the fill after the liquidation price has moved', () => {
    const moved = { liquidationPriceUsd: usd(50_000), entryMarginSats: sats(3_906_250) }
    expect(reserveBasis(workedExample(82_030, moved))).toBe('gross')
    expect(reserveBasis(workedExample(42_968, moved))).toBe('net')
  })

  it('uses the price of the fill after a cash-in has moved the entry', () => {
    const candidates = { priceUsd: usd(66_000), entryPriceUsd: usd(64_000) }
    const moved = { entryPriceUsd: usd(66_000), entryCandidates: candidates }
    expect(reserveBasis(workedExample(82_030, moved))).toBe('gross')
  })

  it('recognizes a reserve at the rate of the fee tier, and at the highest rate', () => {
    // Tier 4 (0.06%): opening 23,437, closing 25,781; at 0.1%: 39,062 and 42,968.
    const tier4 = { openingFeeSats: sats(23_437) }
    expect(reserveBasis(workedExample(23_437 + 25_781, tier4))).toBe('gross')
    expect(reserveBasis(workedExample(25_781, tier4))).toBe('net')
    expect(reserveBasis(workedExample(82_030, tier4))).toBe('gross')
    expect(reserveBasis(workedExample(82_030 - 23_437, tier4))).toBe('net')
  })

  it('counts no closing reserve for a short that cannot be liquidated', () => {
    const short = {
      side: 'short' as const,
      liquidationPriceUsd: null,
      entryMarginSats: sats(39_062_500),
    }
    expect(reserveBasis(workedExample(39_062, short))).toBe('gross')
    expect(reserveBasis(workedExample(0, short))).toBe('net')
  })
})
