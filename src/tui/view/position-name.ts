import { formatNumber } from '../../domain/format.ts'
import type { Position } from '../../domain/position.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { PositionRow } from '../../store/view.ts'

/** The first four characters of an id; a dash for the cross position. */
export function shortIdOf(id: string, mode: 'isolated' | 'cross'): string {
  return mode === 'cross' ? '—' : sanitize(id).replaceAll('-', '').slice(0, 4)
}

/** The name of a position in a sentence: `7f3a LONG`, `cross LONG`. */
export function nameOf({ id, mode, side }: Position): string {
  return `${mode === 'cross' ? 'cross' : shortIdOf(id, mode)} ${side.toUpperCase()}`
}

/** `7f3a LONG 2.35% from liquidation`. */
export function riskText(row: PositionRow): string {
  const name = nameOf(row.position)
  const { liquidationDistance } = row
  if (liquidationDistance === null) return `${name} distance to liquidation not known`
  const percent = formatNumber(Math.abs(liquidationDistance) * 100, 2)
  return liquidationDistance < 0
    ? `${name} ${percent}% BEYOND liquidation`
    : `${name} ${percent}% from liquidation`
}
