/**
 * The kind of layout. `tiny`: the text of `axisor line`. `list`: one line per position. `panes`: panes under rules, from 80×16.
 * `wide`: everything at once, in boxes.
 */
export type Shape = 'tiny' | 'list' | 'panes' | 'wide'

/** Returns the shape that fits a terminal. */
export function shapeOf(columns: number, rows: number): Shape {
  if (columns < 40 || rows < 8) return 'tiny'
  if (columns < 80 || rows < 16) return 'list'
  return columns >= 160 && rows >= 44 ? 'wide' : 'panes'
}
