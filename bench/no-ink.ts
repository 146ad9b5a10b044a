import { positionsOf } from '../src/tui/components/positions-of.ts'
import type { BodyPlan, Plan, ScreenPlan } from '../src/tui/layout/screen-plan.ts'
import {
  BOXED,
  DETAIL,
  LINES,
  OVERLAYS,
  RULED,
  RULED_CHART,
  RULED_CURVE,
  RULED_LADDER,
  RULED_SUMS,
} from '../src/tui/panes/paints.ts'
import type { Paint } from '../src/tui/panes/panel.ts'
import { tinyScreen } from '../src/tui/panes/tiny.ts'
import type { PlacedPane } from '../src/tui/terminal/paint-panes.ts'
import type { Size } from '../src/tui/terminal/size.ts'

/**
 * The reference that the dashboard is measured against: the same plan, panes, cells and diff, with rectangles worked out by hand in
 * place of React, Ink and Yoga. No component mounts here, and no key is read.
 */
export function placeByHand(plan: Plan, { columns, rows }: Size): readonly PlacedPane[] {
  if (plan.shape === 'tiny') return [place(tinyScreen, 0, 0, columns, rows, false)]
  const top = topPanes(plan, columns)
  const bottom = plan.footer === 'none' ? 1 : 2
  const height = rows - top.length - bottom
  return [
    ...top,
    ...bodyPanes(plan, columns, height).map(pane => ({ ...pane, y: pane.y + top.length })),
    place(LINES.risk, 0, rows - bottom, columns, 1, false),
    ...(plan.footer === 'none' ? [] : [place(LINES[plan.footer], 0, rows - 1, columns, 1, false)]),
  ]
}

function place(paint: Paint, x: number, y: number, width: number, height: number, fades = true): PlacedPane {
  return { paint, fades: fades ? 'without-data' : 'never', x, y, width, height }
}

function topPanes({ shape, totals }: ScreenPlan, columns: number): readonly PlacedPane[] {
  const lines: Paint[] = [shape === 'list' ? LINES.shortMarket : LINES.market]
  if (totals === 2) lines.push(LINES.equity)
  if (totals > 0) lines.push(LINES.profit)
  const below = lines.map((paint, index) => place(paint, 0, index + 1, columns, 1))
  return [place(LINES.header, 0, 0, columns, 1, false), ...below]
}

function bodyPanes({ shape, body }: ScreenPlan, columns: number, height: number): readonly PlacedPane[] {
  const list = positionsOf(shape)
  switch (body.kind) {
    case 'overview':
      return overviewPanes(body, list, columns)
    case 'wide':
      return widePanes(body, columns)
    case 'pane':
      return [place(body.pane === 'positions' ? list : RULED[body.pane], 0, 0, columns, height)]
    case 'sum':
      throw new Error('the sum needs several accounts')
    case 'overlay':
      return [place(OVERLAYS[body.overlay], 0, 0, columns, height)]
    case 'diagnostics':
      return [
        place(RULED.connection, 0, 0, columns, body.connection),
        place(RULED.events, 0, body.connection, columns, body.events),
      ]
    case 'history':
      return [
        place(RULED_SUMS, 0, 0, columns, body.sums),
        place(RULED_CURVE, 0, body.sums, columns, body.curve),
        place(RULED.closed, 0, body.sums + body.curve, columns, height - body.sums - body.curve),
      ]
    case 'positions': {
      const ladderAt = body.positions + body.detail + 2
      return [
        place(list, 0, 0, columns, body.positions),
        place(DETAIL, 0, body.positions + 1, columns, body.detail),
        place(RULED_LADDER, 0, ladderAt, Math.min(columns, 72), body.ladder),
      ]
    }
  }
}

function overviewPanes(
  { positions, gap, detail, band, orders, events }: Extract<BodyPlan, { kind: 'overview' }>,
  list: Paint,
  columns: number,
): readonly PlacedPane[] {
  const bandAt = positions + gap + detail
  return [
    place(list, 0, 0, columns, positions),
    place(DETAIL, 0, positions + gap, columns, detail),
    place(RULED_CHART, 0, bandAt, columns - 57, band),
    place(RULED_LADDER, columns - 56, bandAt, 56, band),
    place(RULED.orders, 0, bandAt + band, columns, orders),
    place(RULED.events, 0, bandAt + band + orders, columns, events),
  ]
}

function widePanes(
  { positions, middle, account, connection, bottom, hasClosed }: Extract<BodyPlan, { kind: 'wide' }>,
  columns: number,
): readonly PlacedPane[] {
  const left = columns - 72
  const bottomAt = positions + middle
  const orders = hasClosed ? 66 : 56
  const closed = hasClosed ? 72 : 0
  return [
    place(BOXED.positions, 0, 0, columns, positions),
    place(BOXED.chart, 0, positions, left, middle),
    place(BOXED.account, left, positions, 72, account),
    place(BOXED.ladder, left, positions + account, 72, middle - account - connection),
    place(BOXED.connection, left, bottomAt - connection, 72, connection),
    place(BOXED.orders, 0, bottomAt, orders, bottom),
    place(BOXED.closed, orders, bottomAt, closed, bottom),
    place(BOXED.events, orders + closed, bottomAt, columns - orders - closed, bottom),
  ]
}
