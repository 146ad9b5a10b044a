import { formatNumber, UNKNOWN } from '../../domain/format.ts'
import type { RecentSpan, RecentSum } from '../../ledger/recent-sums.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { gainRole, signedAmount } from '../view/format.ts'
import { isReadingOld, isSpanOver } from '../view/ledger-sum.ts'
import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow } from '../view/time-format.ts'
import { missingLines, problemLines, rowsReadText } from './history-gaps.ts'
import type { Panel } from './panel.ts'
import { gappedSparkline } from './sparkline.ts'

const RECENT_MS = 90 * 86_400_000

/** Sums of the day, the week and the month, the equity in one line, and what is missing. */
export function historySumsPanel(context: RenderContext): Panel {
  const lines = sumsLines(context)
  return {
    pane: null,
    title: `${context.info.t('REALIZED')} ${context.ui.unit} · ${context.info.t('UTC days')}`,
    note: completeness(context),
    preferredHeight: lines.length,
    draw: (_, height) => lines.slice(0, height),
  }
}

/** From when to when the sums are complete. */
function completeness({ history, model, info: { t } }: RenderContext): string {
  const summary = history?.summary ?? null
  if (summary === null) return t('not read yet')
  const { from, to } = summary.coverage
  if (to === null) return t('INCOMPLETE')
  const since = from ?? summary.oldestAt
  const now = exchangeNow(model)
  const start = since === null ? t('complete') : t('complete since {time}', { time: dateText(since, now) })
  return `${start}${isReadingOld(to, now) ? ` · ${t('as of {time}', { time: dateText(to, now) })}` : ''}`
}

/** With the time if that is not long ago, else with the year. */
function dateText(at: number, now: number): string {
  const iso = new Date(Math.min(8.64e15, Math.max(0, at))).toISOString()
  return now - at < RECENT_MS ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}Z` : iso.slice(0, 10)
}

const NAMES = {
  today: 'today',
  week: 'this week',
  month: 'this month',
  '24h': 'last 24h',
  '7d': 'last 7d',
  '30d': 'last 30d',
} as const satisfies Readonly<Record<RecentSpan, string>>
const SHORT = ['today', 'week', 'month'] as const
const LONG = [...SHORT, '7d', '30d'] as const
/** From this many rows on there are all sums. */
const LONG_ROWS = 32

function sumsLines(context: RenderContext): readonly Line[] {
  const { history, rows } = context
  const { t } = context.info
  const summary = history?.summary ?? null
  const problems = problemLines(context)
  if (summary === null)
    return [
      lineOfText(`  ${t('The ledger of the account is not read yet')}${rowsReadText(context)}`, 'faint'),
      ...problems,
    ]
  const spans = rows >= LONG_ROWS ? LONG : SHORT
  return [
    headLine(context),
    ...spans.map(span => sumLine(context, span, summary.sums[span])),
    equityLine(context),
    ...missingLines(context),
    ...problems,
  ]
}

/** The reason is listed below the sums, unless it is one of this span alone. */
function unknownText({ history, info: { t } }: RenderContext, reason: string): string {
  const isListed = history?.summary?.coverage.reason === reason
  return `${UNKNOWN} ${isListed ? t('not known yet') : t('not known: {reason}', { reason: t.sentence(reason) })}`
}

const NAME_COLUMNS = 12
const WIDTHS = [13, 13, 11, 11, 7, 6] as const

const TITLES = ['NET', 'GROSS', 'FEES', 'FUNDING', 'TRADES', 'WIN'] as const

function headLine({ columns, info }: RenderContext): Line {
  return cellsLine(['', ...TITLES.map(title => info.t(title))], columns, 'faint', 'faint')
}

function sumLine(context: RenderContext, span: RecentSpan, sum: RecentSum): Line {
  const { t } = context.info
  const name = t(NAMES[span])
  if (isSpanOver(span, sum.from, exchangeNow(context.model)))
    return [
      segment(`  ${name.padEnd(NAME_COLUMNS - 1)}`),
      segment(`${UNKNOWN} ${t('not read yet')}`, 'faint'),
    ]
  const { netSats, grossSats, feesSats, fundingSats, trades, wins, unknownReason } = sum
  if (unknownReason !== null)
    return [
      segment(`  ${name.padEnd(NAME_COLUMNS - 1)}`),
      segment(unknownText(context, unknownReason), 'faint'),
    ]
  const spent = (sats: number | null): number | null => (sats === null ? null : 0 - sats)
  const rate =
    trades === null || wins === null || trades === 0 ? '' : `${formatNumber((wins / trades) * 100)}%`
  const cells = [
    name,
    signedAmount(context, netSats),
    signedAmount(context, grossSats),
    signedAmount(context, spent(feesSats)),
    signedAmount(context, spent(fundingSats)),
    formatNumber(trades),
    rate,
  ]
  return cellsLine(cells, context.columns, 'plain', gainRole(netSats))
}

function cellsLine(
  [name = '', ...cells]: readonly string[],
  columns: number,
  role: 'plain' | 'faint',
  netRole: ReturnType<typeof gainRole> | 'faint',
): Line {
  const parts: Part[] = cells.map((cell, index) =>
    part(cell.padStart(WIDTHS[index] ?? 0), cells.length - index, index === 0 ? netRole : role),
  )
  const first = part(name.padEnd(NAME_COLUMNS - 2), Number.POSITIVE_INFINITY, role)
  return [segment('  '), ...fitParts([first, ...parts], columns - 2, 1)]
}

/** Equity of the chosen range in bars, blank where there is no sample. */
function equityLine(context: RenderContext): Line {
  const { history, ui, columns, info } = context
  const { t } = info
  const curve = history?.summary?.curves[ui.range]
  const label = segment(`  ${t('equity')} ${ui.range}`.padEnd(NAME_COLUMNS + 1), 'plain')
  const bars =
    curve === undefined ? '' : gappedSparkline(curve.values, Math.max(8, Math.min(48, columns - 50)))
  if (curve === undefined || bars.trim() === '') return [label, segment(t('no sample yet'), 'faint')]
  const { changeSats, drawdownSats } = curve
  return [
    label,
    ...fitParts(
      [
        part(bars, 9, 'accent'),
        part(`${signedAmount(context, changeSats)}`, 8, gainRole(changeSats)),
        part(`${t('drawdown')} ${signedAmount(context, drawdownSats === null ? null : 0 - drawdownSats)}`, 7),
      ],
      columns - NAME_COLUMNS - 1,
      2,
    ),
  ]
}
