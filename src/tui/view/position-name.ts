import { formatAge, formatNumber } from '../../domain/format.ts'
import { CROSS_ID, type Position } from '../../domain/position.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { shortReason } from '../../store/part-text.ts'
import type { UnreadPosition } from '../../store/selectors/parts.ts'
import type { PositionRow } from '../../store/view.ts'

/** The first four characters of an id; a dash for the cross position. */
export function shortIdOf(id: string, mode: 'isolated' | 'cross'): string {
  return mode === 'cross' ? '—' : sanitize(id).replaceAll('-', '').slice(0, 4)
}

/** The name of a position in a sentence: `7f3a LONG`, `cross LONG`. */
export function nameOf({ id, mode, side }: Position): string {
  return `${mode === 'cross' ? 'cross' : shortIdOf(id, mode)} ${side.toUpperCase()}`
}

/** `7f3a can't be read: side is missing`. */
export function unreadText({ id, why }: UnreadPosition): string {
  const name = id === null ? '1 position' : id === CROSS_ID ? 'cross position' : shortIdOf(id, 'isolated')
  return `${name} can't be read: ${shortReason(why)}`
}

/** `7f3a LONG 2.35% from liquidation`, with the age of an old row. */
export function riskText(row: PositionRow): string {
  const name = `${nameOf(row.position)}${row.isOld ? ` (row ${formatAge(row.ageMs)} old)` : ''}`
  const { liquidationDistance, position } = row
  if (position.otherMarket !== null)
    return `${name} is of ${sanitize(position.otherMarket)}: its risk is unknown`
  if (liquidationDistance === null) return `${name} distance to liquidation not known`
  const percent = formatNumber(Math.abs(liquidationDistance) * 100, 2)
  return liquidationDistance < 0
    ? `${name} ${percent}% BEYOND liquidation`
    : `${name} ${percent}% from liquidation`
}
