import { coverForLevel, crossMaintenanceMarginSats, levelAtDistance, liquidationUsd } from './liquidation.ts'
import type { Position } from './position.ts'
import { BOUNDS, SATS_PER_BTC, type Sats, sats, type Usd, usd } from './units.ts'

/** The margin to add, or why it is unknown, as a clause: `its margin is not known`. */
export type AddedMargin =
  | { readonly sats: Sats; readonly unknownReason: null }
  | { readonly sats: null; readonly unknownReason: string }

function unknown(unknownReason: string): AddedMargin {
  return { sats: null, unknownReason }
}

/** Rounding of the exchange's liquidation price to its tick. */
const ROUNDING_USD = 0.25

/**
 * Returns the margin that must be added to a position so that its liquidation price is at least `distance` (a fraction) from `markUsd`; 0 if
 * it is already. If the exchange's liquidation price does not follow from entry and margin, the margin that moves that price as far: added
 * margin shifts 1/liq by Δ/S/q whatever it is computed from (reference 7.2 and 7.4).
 */
export function addedMargin(position: Position, markUsd: Usd | null, distance: number): AddedMargin {
  const { mode, side, quantityUsd, liquidationPriceUsd, marginSats, entryPriceUsd, otherMarket } = position
  if (otherMarket !== null) return unknown('it is of another market')
  if (markUsd === null) return unknown('there is no closing price')
  if (entryPriceUsd === null) return unknown('its entry price is not known')
  if (marginSats === null) return unknown('its margin is not known')
  if (liquidationPriceUsd === null) return unknown('the exchange reports no liquidation price')
  if (liquidationPriceUsd < BOUNDS.leastPriceUsd + ROUNDING_USD)
    return unknown('its liquidation price is no price of a market')
  const target = levelAtDistance(side, markUsd, distance)
  if (target < BOUNDS.leastPriceUsd) return unknown('no margin moves its liquidation price that far')
  if (side === 'long' ? liquidationPriceUsd <= target : liquidationPriceUsd >= target)
    return { sats: sats(0), unknownReason: null }
  const basis = basisOf(position, marginSats, liquidationPriceUsd) ?? {
    entryUsd: usd(liquidationPriceUsd + (side === 'long' ? ROUNDING_USD : -ROUNDING_USD)),
    coverSats: 0,
  }
  const added = Math.max(0, coverForLevel(side, quantityUsd, basis.entryUsd, target) - basis.coverSats)
  // The exchange accepts no leverage below 1 for an isolated trade.
  if (mode === 'isolated' && marginSats + added > (quantityUsd * SATS_PER_BTC) / entryPriceUsd)
    return unknown('it would take a leverage below 1x')
  return { sats: sats(added), unknownReason: null }
}

/** The price and the cover of losses from which the liquidation price follows. */
interface Basis {
  readonly entryUsd: Usd
  readonly coverSats: number
}

/**
 * The basis that gives the exchange's liquidation price; null if none does. A new trade is charged a margin that is rounded up, and
 * liquidated by one that is rounded down.
 */
function basisOf(position: Position, marginSats: Sats, liquidation: Usd): Basis | null {
  const { mode, side, quantityUsd, entryPriceUsd, entryCandidates, maintenanceMarginSats } = position
  const { priceUsd = null, entryPriceUsd: filledUsd = null } = entryCandidates ?? {}
  const entries = new Set([entryPriceUsd, priceUsd, filledUsd].filter(price => price !== null))
  for (const entryUsd of entries) {
    const maintenance =
      mode === 'cross' ? (maintenanceMarginSats ?? crossMaintenanceMarginSats(quantityUsd, entryUsd)) : 0
    for (const coverSats of [marginSats - maintenance, marginSats - maintenance - 1]) {
      if (liquidationUsd(side, quantityUsd, entryUsd, coverSats) === liquidation)
        return { entryUsd, coverSats }
    }
  }
  return null
}
