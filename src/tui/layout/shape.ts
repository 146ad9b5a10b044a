/**
 * The kind of layout. `tiny`: the text of `axisor line`. `list`: short lines instead of tables. `panes`: panes under rules, from 56×10.
 * `wide`: everything at once, in boxes.
 */
export type Shape = 'tiny' | 'list' | 'panes' | 'wide'

/** A shape with panes. */
export type LargeShape = Exclude<Shape, 'tiny'>

/** Returns the shape that fits a terminal. */
export function shapeOf(columns: number, rows: number): Shape {
  if (columns < 40 || rows < 8) return 'tiny'
  if (columns < 56 || rows < 10) return 'list'
  return columns >= 160 && rows >= 44 ? 'wide' : 'panes'
}
