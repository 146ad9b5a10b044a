import { describe, expect, it } from 'vitest'
import { closedEntryUsd, entryOf } from '../../../src/domain/entry.ts'
import { sats, usd } from '../../../src/domain/units.ts'

describe('entryOf', () => {
  it('uses the only price that was sent', () => {
    const fill = { priceUsd: null, entryPriceUsd: usd(100_000) }
    expect(entryOf(fill)).toMatchObject({ entryPriceUsd: 100_000, entrySource: 'entryPrice' })
    const none = { priceUsd: null, entryPriceUsd: null }
    expect(entryOf(none)).toEqual({ entryPriceUsd: null, entryCandidates: none, entrySource: null })
  })
})

describe('closedEntryUsd', () => {
  const candidates = { priceUsd: usd(105_000), entryPriceUsd: usd(100_000) }
  const closed = (pl: number, exitUsd: number | null = 110_000) => ({
    side: 'long' as const,
    quantityUsd: 1_000,
    exitPriceUsd: exitUsd === null ? null : usd(exitUsd),
    plSats: sats(pl),
  })

  it('returns the price that reproduces the P&L, give or take 1 sat', () => {
    expect(closedEntryUsd(candidates, closed(43_290))).toBe(105_000)
    expect(closedEntryUsd(candidates, closed(90_909))).toBe(100_000)
    expect(closedEntryUsd(candidates, closed(90_908))).toBe(100_000)
  })

  it('returns `price` if none reproduces the P&L, or without an exit price', () => {
    expect(closedEntryUsd(candidates, closed(90_907))).toBe(105_000)
    expect(closedEntryUsd(candidates, closed(90_909, null))).toBe(105_000)
    expect(closedEntryUsd({ priceUsd: null, entryPriceUsd: usd(1) }, closed(0))).toBe(1)
  })
})
