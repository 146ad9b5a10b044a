import { describe, expect, it } from 'vitest'
import { syntheticUnit } from '../../../../src/feed/exchange/synthetic-usd.ts'
import type { Swap } from '../../../../src/wire/lnm/rest-account.ts'

const base = { id: 's', at: 0 }
const bought = (inAmount: number, outAmount: number): Swap => ({
  ...base,
  inAmount,
  inAsset: 'BTC',
  outAmount,
  outAsset: 'USD',
})
const sold = (inAmount: number, outAmount: number): Swap => ({
  ...base,
  inAmount,
  inAsset: 'USD',
  outAmount,
  outAsset: 'BTC',
})

describe('syntheticUnit', () => {
  it('derives the unit from a swap in either direction, even after the price has moved', () => {
    // 100,000 sats at 60,000 USD are 60 dollars.
    for (const price of [20_000, 60_000, 180_000]) {
      expect(syntheticUnit([bought(100_000, 60)], price)).toBe('dollars')
      expect(syntheticUnit([bought(100_000, 6_000)], price)).toBe('cents')
      expect(syntheticUnit([sold(60, 100_000)], price)).toBe('dollars')
      expect(syntheticUnit([sold(6_000, 100_000)], price)).toBe('cents')
    }
  })

  it('returns null without a conclusive swap', () => {
    expect(syntheticUnit([], 60_000)).toBeNull()
    expect(syntheticUnit([bought(0, 60), bought(100_000, 6e9)], 60_000)).toBeNull()
    expect(syntheticUnit([{ ...bought(1, 1), inAsset: 'EUR' }], 60_000)).toBeNull()
  })
})
