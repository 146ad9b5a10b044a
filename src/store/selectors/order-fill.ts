import { fillCross } from '../../domain/cross-replay.ts'
import {
  crossMaintenanceMarginSats,
  isLiquidatedAt,
  liquidationUsd,
  newTradeLiquidationUsd,
  openingMarginSats,
  openingReserveSats,
  usedMarginSats,
} from '../../domain/liquidation.ts'
import type { CrossAccount, Order, Position, Side } from '../../domain/position.ts'
import { type Sats, sats, type Usd } from '../../domain/units.ts'
import { feeRateOf, feeSats, liquidationDistance } from '../../domain/valuation.ts'
import type { State } from '../state.ts'

/** A position as a fill would leave it. */
interface FilledPosition {
  readonly side: Side
  readonly quantityUsd: number
  readonly entryUsd: Usd
  readonly marginSats: Sats
  /** Null if it can't be liquidated. */
  readonly liquidationUsd: Usd | null
  /** From the price of the fill, a fraction; null without a liquidation price. */
  readonly liquidationDistance: number | null
}

/** What the fill of an order at its price would do. */
export interface OrderFillView {
  /** Margin that the order uses at its price; null if the leverage is unknown. */
  readonly usedSats: Sats | null
  readonly feeSats: Sats | null
  /** Longs less shorts after the fill, in dollars; null if unknown. */
  readonly exposureAfterUsd: number | null
  /** Isolated: the new position. Cross: the changed position, null if the fill closes it. */
  readonly after: FilledPosition | null
  /** P&L that a cross fill realizes, gross of its fee; null for isolated orders, or if unknown. */
  readonly realizedPlSats: Sats | null
  /** The cross position is liquidated before the price of the order is reached. */
  readonly comesAfterLiquidation: boolean
  /** Why the position after the fill is unknown; null if it is known. */
  readonly unknownReason: string | null
}

type Outcome = Pick<
  OrderFillView,
  'usedSats' | 'after' | 'realizedPlSats' | 'comesAfterLiquidation' | 'unknownReason'
>

const NOTHING: Outcome = {
  usedSats: null,
  after: null,
  realizedPlSats: null,
  comesAfterLiquidation: false,
  unknownReason: null,
}

/** Returns what the fill of an order would do if nothing else changed. `exposureUsd`: longs less shorts now. */
export function selectOrderFill(state: State, order: Order, exposureUsd: number | null): OrderFillView {
  const { side, quantityUsd, priceUsd, otherMarket } = order
  const isOther = otherMarket !== null
  const signed = side === 'long' ? quantityUsd : -quantityUsd
  const fee = feeSats(quantityUsd, priceUsd, feeRateOf(state.account?.value.feeTier ?? null))
  return {
    feeSats: isOther ? null : fee,
    exposureAfterUsd: isOther || exposureUsd === null ? null : exposureUsd + signed,
    ...(isOther
      ? { ...NOTHING, unknownReason: 'the order is of another market' }
      : order.mode === 'isolated'
        ? isolatedOutcome(order)
        : crossOutcome(order, state.cross?.value ?? null, fee)),
  }
}

/** A fill opens a trade of its own; others stay as they are. */
function isolatedOutcome({ side, quantityUsd, priceUsd, leverage }: Order): Outcome {
  if (leverage === null) return { ...NOTHING, unknownReason: 'the leverage of the order is not known' }
  if (leverage < 1) return { ...NOTHING, unknownReason: 'the leverage of the order is below 1x' }
  const marginSats = openingMarginSats(quantityUsd, priceUsd, leverage)
  const liquidation = newTradeLiquidationUsd(side, quantityUsd, priceUsd, leverage)
  return {
    ...NOTHING,
    usedSats: sats(marginSats + openingReserveSats(side, quantityUsd, priceUsd, leverage)),
    after: {
      side,
      quantityUsd,
      entryUsd: priceUsd,
      marginSats,
      liquidationUsd: liquidation,
      liquidationDistance: liquidation === null ? null : liquidationDistance(side, priceUsd, liquidation),
    },
  }
}

/** The part of an order that opens: the rest closes a position of the other side and frees margin. */
function openedQuantity({ side, quantityUsd }: Order, position: Position | null): number {
  if (position === null || position.side === side) return quantityUsd
  return Math.max(0, quantityUsd - position.quantityUsd)
}

/** The margin takes the realized P&L and pays the fee; the liquidation price follows from it (reference 7.4). */
function crossOutcome(order: Order, cross: CrossAccount | null, fee: Sats): Outcome {
  if (cross === null) return { ...NOTHING, unknownReason: 'the cross position is not read' }
  const { position, marginSats, leverage } = cross
  const openedUsd = openedQuantity(order, position)
  const usedSats =
    leverage === null || leverage < 1 || openedUsd === 0
      ? null
      : usedMarginSats(openedUsd, order.priceUsd, leverage)
  const unknown = (unknownReason: string): Outcome => ({ ...NOTHING, usedSats, unknownReason })
  if (marginSats === null) return unknown('the cross margin is not known')
  if (position !== null && position.otherMarket !== null)
    return unknown('the cross position is of another market')
  if (position !== null && position.entryPriceUsd === null)
    return unknown('the entry price of the cross position is not known')
  const held = position === null ? 0 : position.side === 'long' ? position.quantityUsd : -position.quantityUsd
  const filled = fillCross(held, position?.entryPriceUsd ?? order.priceUsd, order)
  const margin = sats(Math.max(0, marginSats + filled.plSats - fee))
  return {
    usedSats,
    after: crossAfter(filled.quantityUsd, filled.entryUsd, margin, order.priceUsd),
    realizedPlSats: filled.plSats,
    comesAfterLiquidation:
      position !== null && isLiquidatedAt(position.side, order.priceUsd, position.liquidationPriceUsd),
    unknownReason: null,
  }
}

function crossAfter(
  signedUsd: number,
  entryUsd: Usd | null,
  marginSats: Sats,
  priceUsd: Usd,
): FilledPosition | null {
  if (entryUsd === null) return null
  const side = signedUsd > 0 ? 'long' : 'short'
  const quantityUsd = Math.abs(signedUsd)
  const cover = marginSats - crossMaintenanceMarginSats(quantityUsd, entryUsd)
  const level = liquidationUsd(side, quantityUsd, entryUsd, cover)
  return {
    side,
    quantityUsd,
    entryUsd,
    marginSats,
    liquidationUsd: level,
    liquidationDistance: level === null ? null : liquidationDistance(side, priceUsd, level),
  }
}
