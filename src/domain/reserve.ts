import { exhaustionUsd } from './liquidation.ts'
import type { Position } from './position.ts'
import { type Sats, sats, type Usd } from './units.ts'
import { FEE_RATES, feeSats } from './valuation.ts'

/**
 * How the exchange reports the maintenance margin of an isolated trade. `net`: without the opening fee, which is charged from it at
 * the fill. `gross`: with it.
 */
export type ReserveBasis = 'net' | 'gross'

/** The exchange rounds liquidation prices to 0.5. */
const LIQUIDATION_ROUNDING_USD = 0.25

/**
 * Returns the part of the maintenance margin that is not spent yet: the reserve for the closing fee. Null if the exchange has not sent
 * the maintenance margin.
 */
export function unspentReserveSats(position: Position): Sats | null {
  const { maintenanceMarginSats, openingFeeSats } = position
  if (maintenanceMarginSats === null || reserveBasis(position) === 'net') return maintenanceMarginSats
  return sats(Math.max(0, maintenanceMarginSats - (openingFeeSats ?? 0)))
}

/** By row: every frame asks for all positions, and a row is replaced when it changes. */
const BASES = new WeakMap<Position, ReserveBasis>()

/**
 * Returns how the maintenance margin is reported: `gross` if it equals the reserve for both fees and not that for the closing fee, else
 * `net`. The reserve is floor(q·S·r/E) + floor(q·S·r/liq) (reference 7.3), at the rate of the opening fee or the highest rate.
 */
export function reserveBasis(position: Position): ReserveBasis {
  const known = BASES.get(position)
  if (known !== undefined) return known
  const basis = basisOf(position)
  BASES.set(position, basis)
  return basis
}

function basisOf(position: Position): ReserveBasis {
  const { maintenanceMarginSats: reported, openingFeeSats: opening } = position
  if (reported === null || opening === null || opening <= 0) return 'net'
  const reserves = reservesOf(position, opening)
  const equals = ({ tolerance }: Reserve, sats: number): boolean => Math.abs(reported - sats) <= tolerance
  if (reserves.some(reserve => equals(reserve, reserve.sats - opening))) return 'net'
  return reserves.some(reserve => equals(reserve, reserve.sats)) ? 'gross' : 'net'
}

/** A reserve for both fees, and by how much the reported one may differ. */
interface Reserve {
  readonly sats: number
  readonly tolerance: number
}

/** The reserves that the exchange may have computed at the fill: by price of the fill, liquidation price and rate. */
function reservesOf(position: Position, opening: Sats): readonly Reserve[] {
  const { quantityUsd, entryPriceUsd, entryCandidates } = position
  const prices = [entryPriceUsd, entryCandidates?.entryPriceUsd ?? null, entryCandidates?.priceUsd ?? null]
  return [...new Set(prices.filter(price => price !== null))].flatMap(entryUsd => {
    const isCharged = (rate: number): boolean => feeSats(quantityUsd, entryUsd, rate) === opening
    const rates = FEE_RATES.filter((rate, tier) => tier === 0 || isCharged(rate))
    return liquidationsOf(position, entryUsd).flatMap(liquidation =>
      rates.map(rate => {
        const closing = closingReserve(quantityUsd, liquidation, rate)
        const tolerance = 2 * closing.tolerance < opening ? closing.tolerance : 0
        return { sats: feeSats(quantityUsd, entryUsd, rate) + closing.sats, tolerance }
      }),
    )
  })
}

/** A price, or `none` for a position that cannot be liquidated. */
type Liquidation = Usd | 'none'

/** The liquidation prices now and at the fill: the reserve is that of the fill, if the exchange does not adjust it. */
function liquidationsOf(position: Position, entryUsd: Usd): readonly Liquidation[] {
  const { side, quantityUsd, entryMarginSats, liquidationPriceUsd } = position
  const atFill: Liquidation | null =
    entryMarginSats === null ? null : (exhaustionUsd(side, quantityUsd, entryUsd, entryMarginSats) ?? 'none')
  return [liquidationPriceUsd, atFill].filter(price => price !== null)
}

function closingReserve(quantityUsd: number, liquidation: Liquidation, rate: number): Reserve {
  if (liquidation === 'none') return { sats: 0, tolerance: 0 }
  const fee = feeSats(quantityUsd, liquidation, rate)
  return { sats: fee, tolerance: 1 + Math.ceil((fee * LIQUIDATION_ROUNDING_USD) / liquidation) }
}
