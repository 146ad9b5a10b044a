import type { PointerZone } from '../input/ui-state.ts'
import { BOXED, LINES, OVERLAYS, PALETTE, RULED, RULED_LIST, RULED_SUM } from './paints.ts'
import type { Paint } from './panel.ts'

const ZONES: ReadonlyMap<Paint, PointerZone> = new Map<Paint, PointerZone>([
  [RULED.positions, 'positions'],
  [RULED_LIST, 'positions'],
  [BOXED.positions, 'positions'],
  [RULED.orders, 'orders'],
  [BOXED.orders, 'orders'],
  [RULED.closed, 'closed'],
  [BOXED.closed, 'closed'],
  [RULED.events, 'events'],
  [BOXED.events, 'events'],
  [RULED.connection, 'connection'],
  [BOXED.connection, 'connection'],
  [RULED.funding, 'funding'],
  [PALETTE, 'palette'],
  [LINES.palette, 'palette'],
  [LINES.tabs, 'tabs'],
  [RULED_SUM, 'sum'],
  ...Object.values(OVERLAYS).map(paint => [paint, 'overlay'] as const),
])

/** What the mouse points at in the rectangle of a paint function; null if it has no function there. */
export function zoneOf(paint: Paint): PointerZone | null {
  return ZONES.get(paint) ?? null
}
