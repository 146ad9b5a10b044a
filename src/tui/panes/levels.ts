import type { Risk } from '../../domain/risk.ts'
import { dollars, nameOf, orderText } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { isBeyondLiquidation } from './orders.ts'

/** A price at which something happens to the person's money. */
export interface Level {
  readonly kind: 'LIQ' | 'SL' | 'TP' | 'entry' | 'order' | 'bid'
  readonly priceUsd: number
  /** Whose it is, for example `7f3a LONG 10,000`; empty for the bid. */
  readonly who: string
  /** How near the position is to its liquidation; `ok` for what is not a level of liquidation. */
  readonly risk: Risk
}

/** Every such price, the highest first. */
export function levelsOf(context: RenderContext): readonly Level[] {
  const { positions, orders, market } = context.model
  const levels: Level[] = positions.flatMap(({ position, risk }): Level[] => {
    const name = nameOf(position)
    const whole = `${name} ${dollars(context, position.quantityUsd)}`
    return [
      at('LIQ', position.liquidationPriceUsd, whole, risk),
      at('TP', position.takeProfitUsd, name),
      at('SL', position.stopLossUsd, name),
      at('entry', position.entryPriceUsd, name),
    ].filter(level => level !== null)
  })
  for (const row of orders) {
    const { order } = row
    const trap = isBeyondLiquidation(row, positions) ? ' (past LIQ!)' : ''
    levels.push({
      kind: 'order',
      priceUsd: order.priceUsd,
      who: `${orderText(order)} ${dollars(context, order.quantityUsd)}${trap}`,
      risk: 'ok',
    })
  }
  if (market.bidUsd !== null) levels.push({ kind: 'bid', priceUsd: market.bidUsd, who: '', risk: 'ok' })
  return levels.toSorted((a, b) => b.priceUsd - a.priceUsd)
}

function at(kind: Level['kind'], priceUsd: number | null, who: string, risk: Risk = 'ok'): Level | null {
  return priceUsd === null ? null : { kind, priceUsd, who, risk }
}
