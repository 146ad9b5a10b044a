/**
 * One row of the screen as cells. `chars[c]` is the character in column c, or '' for the right half of a wide one. `styles[c]` are
 * its SGR parameters ('' for none). A blank has no style unless that fills its ground: cells that look equal are equal.
 */
export interface CellRow {
  readonly chars: readonly string[]
  readonly styles: readonly string[]
}

/** A row that is being painted. */
export interface MutableCellRow {
  readonly chars: string[]
  readonly styles: string[]
}

/** A row of blanks. */
export function blankRow(columns: number): MutableCellRow {
  return { chars: Array(columns).fill(' '), styles: Array(columns).fill('') }
}
