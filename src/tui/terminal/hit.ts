import type { PointerZone } from '../input/ui-state.ts'
import { rowAt, rowOfLine } from '../paint/line.ts'
import { zoneOf } from '../panes/zones.ts'
import type { DrawnPane } from './paint-panes.ts'

/** What is on a cell of the screen. */
export interface Hit {
  readonly zone: PointerZone
  /** Id of the row that the line shows, or of the tab; null anywhere else. */
  readonly row: string | null
}

/** Finds the pane at a cell, from 0, and the row that its line there shows. Null outside the panes that the mouse can use. */
export function hitAt(panes: readonly DrawnPane[], column: number, row: number): Hit | null {
  for (const { paint, lines, x, y, width, height } of panes) {
    if (column < x || column >= x + width || row < y || row >= y + height) continue
    const zone = zoneOf(paint)
    if (zone === null) return null
    const line = lines[row - y] ?? []
    return { zone, row: zone === 'tabs' ? rowAt(line, column - x) : rowOfLine(line) }
  }
  return null
}
