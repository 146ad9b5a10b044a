import type { Risk } from '../../domain/risk.ts'
import { isBeyondLiquidation } from '../../store/beyond-liquidation.ts'
import type { Role } from '../paint/line.ts'
import { dollars, isRowOld, orderText, stopLossLabel } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'

/** A price at which a position or an order of the user changes. */
export interface PriceLevel {
  readonly kind: 'LIQ' | 'SL' | 'TS' | 'TP' | 'entry' | 'order' | 'bid'
  readonly priceUsd: number
  /** Its position or order, for example `7f3a LONG 10,000`; empty for the bid. */
  readonly owner: string
  /** Risk of the position for a liquidation price; `ok` for every other level. */
  readonly risk: Risk
}

/** The roles of levels, and of the price of the last trade. */
export const LEVEL_ROLES: Readonly<Record<PriceLevel['kind'] | 'last', Role>> = {
  LIQ: 'critical',
  SL: 'loss',
  TS: 'loss',
  TP: 'gain',
  entry: 'plain',
  order: 'watch',
  bid: 'accent',
  last: 'accent',
}

/** All levels, highest first. */
export function levelsOf(context: RenderContext): readonly PriceLevel[] {
  const { positions, orders, market } = context.model
  const levels: PriceLevel[] = positions.flatMap((row): PriceLevel[] => {
    const { position, risk } = row
    // Prices of another market are in other units.
    if (position.otherMarket !== null) return []
    const name = `${isRowOld(context, row) ? '~' : ''}${nameOf(position)}`
    const whole = `${name} ${dollars(context, position.quantityUsd)}`
    return [
      at('LIQ', position.liquidationPriceUsd, whole, risk),
      at('TP', position.takeProfitUsd, name),
      at(stopLossLabel(position) ?? 'SL', position.stopLossUsd, name),
      at('entry', position.entryPriceUsd, name),
    ].filter(level => level !== null)
  })
  for (const row of orders) {
    const { order } = row
    if (order.otherMarket !== null) continue
    const trap = isBeyondLiquidation(row, positions) ? ` (${context.info.t('past LIQ!')})` : ''
    levels.push({
      kind: 'order',
      priceUsd: order.priceUsd,
      owner: `${orderText(context, order)} ${dollars(context, order.quantityUsd)}${trap}`,
      risk: 'ok',
    })
  }
  if (market.bidUsd !== null) levels.push({ kind: 'bid', priceUsd: market.bidUsd, owner: '', risk: 'ok' })
  return levels.toSorted((a, b) => b.priceUsd - a.priceUsd)
}

function at(
  kind: PriceLevel['kind'],
  priceUsd: number | null,
  owner: string,
  risk: Risk = 'ok',
): PriceLevel | null {
  return priceUsd === null ? null : { kind, priceUsd, owner, risk }
}
