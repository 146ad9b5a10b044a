import type { Scene } from '../scene.ts'
import { dollars, nameOf, orderWord } from '../words.ts'
import { isBeyondLiquidation } from './orders.ts'

/** A price at which something happens to the person's money. */
export interface Level {
  readonly kind: 'LIQ' | 'SL' | 'TP' | 'entry' | 'order' | 'bid'
  readonly priceUsd: number
  /** Whose it is, for example `7f3a LONG 10,000`; empty for the bid. */
  readonly who: string
}

/** Every such price, the highest first. */
export function levelsOf(scene: Scene): readonly Level[] {
  const { positions, orders, market } = scene.frame
  const levels: Level[] = positions.flatMap(({ position }): Level[] => {
    const name = nameOf(position)
    const whole = `${name} ${dollars(scene, position.quantityUsd)}`
    return [
      at('LIQ', position.liquidationPriceUsd, whole),
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
      who: `${orderWord(order)} ${dollars(scene, order.quantityUsd)}${trap}`,
    })
  }
  if (market.bidUsd !== null) levels.push({ kind: 'bid', priceUsd: market.bidUsd, who: '' })
  return levels.toSorted((a, b) => b.priceUsd - a.priceUsd)
}

function at(kind: Level['kind'], priceUsd: number | null, who: string): Level | null {
  return priceUsd === null ? null : { kind, priceUsd, who }
}
