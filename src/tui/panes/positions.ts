import { UNKNOWN } from '../../domain/format.ts'
import { POSITION_PARTS } from '../../domain/parts.ts'
import { severityOf } from '../../domain/risk.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { PositionRow } from '../../store/view.ts'
import { filterText } from '../input/ui-reducer.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { distancePercent, riskLabel, riskRole } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import { hasSnapshot, type RenderContext } from '../view/render-context.ts'
import { selectedIndex, visiblePositions } from '../view/visible-rows.ts'
import type { Panel } from './panel.ts'
import { noSnapshotRemarks, otherMarketRemark, partRemarks, unreadableRows } from './part-remarks.ts'
import { positionTable } from './position-table.ts'

/** The open positions. Those that do not fit are counted, with the worst of them. */
export function positionsPanel(context: RenderContext): Panel {
  const { model, ui, info } = context
  const { t } = info
  const rows = visiblePositions(model, ui)
  const remarks = remarksOf(context, rows, context.columns)
  const filter = sanitize(filterText(ui.filter))
  const filtered = filter === '' ? '' : ` · ${t('filter')} "${filter}"`
  const note = `${t('sort {by}', { by: t(ui.sort.by) })} ${ui.sort.order === 'usual' ? '▼' : '▲'} · ${ui.unit}`
  const title = (valued: string): string =>
    `${t('POSITIONS')} ${positionCount(context)} · P&L ${t(ui.basis)}${valued}${filtered}`
  const fits = (text: string): boolean => widthOf(text) + widthOf(note) + TITLE_FRAME <= context.columns
  return {
    pane: 'positions',
    title: VALUED.map(text => title(`, ${t(text)}`)).find(fits) ?? title(''),
    note,
    preferredHeight: 1 + rows.length + remarks.length + (rows.length < model.positions.length ? 1 : 0),
    draw: (width, height) => draw(context, rows, remarksOf(context, rows, width), width, height),
  }
}

/** How the P&L is computed, the longest first: the unit in the note is not dropped for it. */
const VALUED = ['valued at close side (bid/ask)', 'valued at bid/ask'] as const
/** Columns of the rule around title and note. */
const TITLE_FRAME = 8

/** The number of positions; `2+` if others may be unread. */
export function positionCount({ model }: RenderContext): string {
  const { length } = model.positions
  if (!model.mayLackPosition) return String(length)
  return length > 0 ? `${length}+` : UNKNOWN
}

function draw(
  context: RenderContext,
  rows: readonly PositionRow[],
  remarks: readonly Line[],
  width: number,
  height: number,
): readonly Line[] {
  const all = context.model.positions.length
  const room = Math.max(1, height - 1 - remarks.length)
  const fits = rows.length <= room && rows.length === all
  const visible = fits ? rows.length : Math.max(rows.length === 0 ? 0 : 1, Math.min(rows.length, room - 1))
  const selected = selectedIndex(rows, context.ui)
  const first = Math.max(0, Math.min(selected - visible + 1, rows.length - visible))
  const shown = rows.slice(first, first + visible)
  context.scrollLimits.set('positions', visible)
  const table = positionTable(context, shown, rows[selected]?.position.id ?? null, width)
  const more = visible === all ? [] : [moreLine(context, shown)]
  return [...table, ...more, ...remarks].slice(0, Math.max(height, 2))
}

/** Positions that are not visible: `+7 more, worst CRIT 7f3a LONG 2.35%`. */
export function moreLine(context: RenderContext, shown: readonly PositionRow[]): Line {
  const { model, info } = context
  const { t } = info
  const visible = new Set(shown)
  const hidden = model.positions.filter(row => !visible.has(row))
  const worst = hidden.reduce<PositionRow | null>(worse, null)
  if (worst === null) return []
  return [
    segment(`  ${t('+{count} more', { count: hidden.length })}, ${t('worst')} `),
    segment(`${riskLabel(context, worst.risk)} `, riskRole(worst.risk)),
    segment(
      `${nameOf(worst.position)} ${distancePercent(worst)}%`
        .replace('n/a%', t('liquidation n/a'))
        .replace('···%', '···'),
    ),
  ]
}

/** Of two positions the one nearer to its liquidation. */
export function worse(a: PositionRow | null, b: PositionRow): PositionRow {
  if (a === null) return b
  const severity = severityOf(b.risk) - severityOf(a.risk)
  if (severity !== 0) return severity > 0 ? b : a
  return (b.liquidationDistance ?? -1) < (a.liquidationDistance ?? -1) ? b : a
}

/** Reasons for missing and for old rows. `No open positions` only if all parts were read and have none. */
export function remarksOf(
  context: RenderContext,
  rows: readonly PositionRow[],
  width: number,
): readonly Line[] {
  const { model, info } = context
  const { t } = info
  if (!hasSnapshot(model)) return noSnapshotRemarks(context, width)
  const markets = model.positions.flatMap(({ position }) => position.otherMarket ?? [])
  const remarks = [
    ...unreadableRows(context, 'isolatedPositions', 'position', width),
    ...partRemarks(context, POSITION_PARTS, 'positions', width),
    ...otherMarketRemark(context, markets, 'position', width),
  ]
  if (model.positions.length === 0 && !model.mayLackPosition)
    remarks.push(lineOfText(`  ${t('No open positions')}`, 'faint'))
  else if (rows.length === 0 && model.positions.length > 0)
    remarks.push(lineOfText(`  ${t('No position matches the filter; Esc shows all')}`, 'faint'))
  return remarks
}
