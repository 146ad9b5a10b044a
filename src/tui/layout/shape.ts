/**
 * `tiny`: the text of `axisor line`. `list`: one column. `panes`: the screen of 80×24 and what grows from it. `wide`: boxes with
 * everything.
 */
export type Shape = 'tiny' | 'list' | 'panes' | 'wide'

/** What a terminal has room for. With 80 columns fewer than 24 rows cost events first, then orders; below 16 the table. */
export function shapeOf(columns: number, rows: number): Shape {
  if (columns < 40 || rows < 8) return 'tiny'
  if (columns < 80 || rows < 16) return 'list'
  return columns >= 160 && rows >= 44 ? 'wide' : 'panes'
}
