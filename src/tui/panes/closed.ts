import { formatNumber, UNKNOWN } from '../../domain/format.ts'
import type { EndCause } from '../../ledger/end-cause.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, lineOfText, rowSegment, segment } from '../paint/line.ts'
import { closedRows, closedWindow } from '../view/closed-rows.ts'
import { dollars, gainRole, orderText, price, signedAmount } from '../view/format.ts'
import { ledgerSum } from '../view/ledger-sum.ts'
import { shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { enterSign } from '../view/signs.ts'
import { dayTime, zoneLabel } from '../view/time-format.ts'
import type { Panel } from './panel.ts'

/** Closed trades and fills of the cross position, newest first: all of the ledger, or of the last day without one. */
export function closedPanel(context: RenderContext): Panel {
  const { count } = closedRows(context.history, context.model.state)
  return {
    pane: 'closed',
    title: titleOf(context, count),
    note: `${enterSign(context.info)} ${context.info.t('story · x export')} · ${zoneLabel(context)}`,
    preferredHeight: 1 + Math.max(1, count),
    draw: (width, height) => drawRows(context, count, width, height),
  }
}

function titleOf(context: RenderContext, count: number): string {
  const { t } = context.info
  const { realized24hNetSats: realized, realized24hUnknownReason: unknown } = context.model.totals
  const known =
    unknown === null
      ? signedAmount(context, realized)
      : t('not known: {reason}', { reason: t.sentence(unknown) })
  const week = context.history?.summary?.sums['7d'].netSats
  const day = t('24h net {amount}', { amount: known })
  const sums = week == null ? day : `${day} · 7d ${ledgerSum(context, week)}`
  return count === 0 ? `${t('CLOSED')} (${sums})` : `${t('CLOSED')} ${formatNumber(count)} (${sums})`
}

function drawRows(context: RenderContext, count: number, width: number, height: number): readonly Line[] {
  if (count === 0) return closedRemarks(context).slice(0, height)
  const remark = relayRemark(context)
  return [...closedList(context, width, height - remark.length), ...remark].slice(0, height)
}

/** The header, and the rows around the selected one. */
export function closedList(context: RenderContext, width: number, height: number): readonly Line[] {
  const visible = Math.max(0, height - 1)
  context.scrollLimits.set('closed', visible)
  const { rows, first, count: shown, selected } = closedWindow(context, visible)
  const { focus, expanded } = context.ui
  const isSelecting = focus === 'closed' || expanded === 'closed'
  const lines = Array.from({ length: shown }, (_, offset) => {
    const row = rows.at(first + offset)
    const marker = isSelecting && first + offset === selected ? '▸' : ' '
    return row === null
      ? lineOfText(`${marker}${UNKNOWN}`, 'faint')
      : [rowSegment(row.id, marker, 'accent'), ...rowLine(context, row, width - 1)]
  })
  return [titleLine(context, width), ...lines].slice(0, Math.max(0, height))
}

/** What the list lacks, or why it is empty. */
export function closedRemarks(context: RenderContext): readonly Line[] {
  const { count } = closedRows(context.history, context.model.state)
  const empty = count === 0 ? [lineOfText(emptyText(context), 'faint')] : []
  return [...empty, ...relayRemark(context)]
}

function emptyText({ history, model, info: { t } }: RenderContext): string {
  if (history?.summary != null)
    return `  ${history.summary.coverage.to === null ? t('Not read yet') : t('No closed trade and no cross fill')}`
  const read = model.state.history?.value
  if (read === undefined) return `  ${t('Not read yet')}`
  const lacking = read.closed === null || read.crossFills === null
  return lacking ? `  ${UNKNOWN} ${t('could not be read')}` : `  ${t('Nothing closed within the last day')}`
}

/** What the list lacks without a ledger. */
function relayRemark({ history, ui, info: { t } }: RenderContext): readonly Line[] {
  if (history !== null || (ui.view !== 'history' && ui.expanded !== 'closed')) return []
  return [
    lineOfText(
      `  ${t('The last day only: sums, equity curve and stories need a direct connection')}`,
      'faint',
    ),
  ]
}

const WHY = {
  liquidated: 'LIQ',
  'stop-loss': 'SL',
  'take-profit': 'TP',
  closed: 'user',
  canceled: 'canc',
  reversed: 'rev',
} as const satisfies Readonly<Record<EndCause, string>>

function rowLine(context: RenderContext, row: HistoryRow, width: number): Line {
  const { kind, side, cause, netSats, fundingSats } = row
  const isFill = kind === 'fill'
  const { t } = context.info
  const cross = `X ${orderText(context, { side })}`
  const cells: readonly string[] = [
    dayTime(context, row.at),
    isFill ? '—' : shortIdOf(row.id, 'isolated'),
    isFill ? cross : side.toUpperCase(),
    dollars(context, row.quantityUsd),
    isFill ? '' : price(row.entryPriceUsd),
    price(row.exitPriceUsd),
    signedAmount(context, netSats),
    cause === null ? '' : t(WHY[cause]),
    signedAmount(context, 0 - row.feesSats),
    isFill ? '' : signedAmount(context, fundingSats === null ? null : 0 - fundingSats),
  ]
  const roles = {
    role: 'plain',
    netRole: gainRole(netSats),
    whyRole: cause === 'liquidated' ? 'critical' : 'plain',
  } as const
  return lineOf(context, cells, width, roles)
}

type CellRole = ReturnType<typeof gainRole> | 'faint' | 'critical'

const TITLES = ['WHEN', 'ID', 'WHAT', 'QTY $', 'ENTRY', 'EXIT', 'NET', 'WHY', 'FEES', 'FUNDING'] as const
const WIDTHS = [11, 4, 6, 7, 9, 9, 10, 4, 9, 9] as const
const PRIORITIES = [9, 8, 7, 6, 4, 5, 10, 8, 3, 2] as const
const WHAT = 2
const NET = 6
const WHY_COLUMN = 7
const LEFT_ALIGNED: ReadonlySet<number> = new Set([0, 1, 2, WHY_COLUMN])

function titleLine(context: RenderContext, width: number): Line {
  const titles = TITLES.map(title => context.info.t(title))
  return [
    segment(' '),
    ...lineOf(context, titles, width - 1, { role: 'faint', netRole: 'faint', whyRole: 'faint' }),
  ]
}

function lineOf(
  context: RenderContext,
  cells: readonly string[],
  width: number,
  { role, netRole, whyRole }: Readonly<Record<'role' | 'netRole' | 'whyRole', CellRole>>,
): Line {
  const orders = [orderText(context, { side: 'long' }), orderText(context, { side: 'short' })]
  const whatColumns = Math.max(...orders.map(text => 2 + text.length))
  const parts = cells.map((text, index) => {
    const columns = Math.max(WIDTHS[index] ?? 0, index === WHAT ? whatColumns : 0)
    const padded = LEFT_ALIGNED.has(index) ? text.padEnd(columns) : text.padStart(columns)
    return part(
      padded,
      PRIORITIES[index] ?? 0,
      index === NET ? netRole : index === WHY_COLUMN ? whyRole : role,
    )
  })
  return fitParts(parts, width, 1)
}
