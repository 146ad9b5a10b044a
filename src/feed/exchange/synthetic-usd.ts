import type { Account } from '../../domain/account.ts'
import { SATS_PER_BTC } from '../../domain/units.ts'
import type { Swap } from '../../wire/lnm/rest-account.ts'

/**
 * Derives the exchange's unit of synthetic dollars from past swaps. Today's price replaces the price of the swap: the two units differ
 * by a factor of 100, and the price has not moved tenfold. Returns null if no swap is conclusive.
 */
export function syntheticUnit(swaps: readonly Swap[], priceUsd: number): Account['syntheticUsdUnit'] {
  for (const swap of swaps) {
    const buys = swap.inAsset === 'BTC' && swap.outAsset === 'USD'
    const sells = swap.inAsset === 'USD' && swap.outAsset === 'BTC'
    if (!buys && !sells) continue
    const satsAmount = buys ? swap.inAmount : swap.outAmount
    const dollars = (satsAmount / SATS_PER_BTC) * priceUsd
    const ratio = (buys ? swap.outAmount : swap.inAmount) / dollars
    if (ratio >= 0.1 && ratio < 10) return 'dollars'
    if (ratio >= 10 && ratio < 1000) return 'cents'
  }
  return null
}
