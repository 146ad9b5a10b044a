import type { AccountUis } from './account-uis.ts'
import type { KeyCommand } from './key-binding.ts'
import type { Pointer } from './pointer.ts'

const SUM_ROW = 'sum'

/** The row id of an account, by its index, or of the sum of all (null), in the tabs and in the sum. */
export function rowOfAccount(index: number | null): string {
  return index === null ? SUM_ROW : String(index)
}

/**
 * What the mouse does to the tabs and to the rows of the sum; null for nothing. A click on a tab shows its account. In the sum a click
 * selects an account and another one opens it, and the wheel selects the next.
 */
export function accountPointer(
  uis: Pick<AccountUis, 'ui' | 'show' | 'selected' | 'select'>,
  { kind, zone, row }: Pointer,
): KeyCommand | null {
  if (uis.ui().palette !== null) return null
  if (kind !== 'press') return zone === 'sum' ? { type: 'move', by: kind === 'wheel-up' ? -1 : 1 } : null
  if (row === null) return null
  const index = row === SUM_ROW ? null : Number(row)
  if (zone === 'sum' && index !== null && index !== uis.selected())
    return { type: 'call', call: () => uis.select(index - uis.selected()) }
  return { type: 'call', call: () => uis.show(index) }
}
