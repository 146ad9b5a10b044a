import type { LargeShape } from '../layout/shape.ts'
import { RULED, RULED_LIST } from '../panes/paints.ts'
import type { Paint } from '../panes/panel.ts'

/** The positions: one short line each on a narrow screen, else a table. */
export function positionsOf(shape: LargeShape): Paint {
  return shape === 'list' ? RULED_LIST : RULED.positions
}
