import type { EquityRange } from '../../ledger/curve-buckets.ts'
import { type Line, lineOfText, type Role, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { amount, gainRole, signedAmount } from '../view/format.ts'
import { type KnownCurve, knownCurve } from '../view/known-curve.ts'
import type { RenderContext } from '../view/render-context.ts'
import { dayTime } from '../view/time-format.ts'
import type { Panel } from './panel.ts'
import { BLOCKS, resampled } from './sparkline.ts'

/** Columns at the right for amounts. */
const AXIS = 16
const RULE = '┈'
const MIN_COLUMNS = 20
const MIN_ROWS = 3

/**
 * The equity over the chosen range as a chart, from the first sample on. Deposits and withdrawals are marked, and are no part of the
 * performance.
 */
export function equityCurvePanel(context: RenderContext): Panel {
  const { ui, info } = context
  const { t } = info
  const known = knownCurve(context)
  const since =
    known?.isDrawn === true && known.since !== null
      ? ` · ${t('since {time}', { time: dayTime(context, known.since) })}`
      : ''
  return {
    pane: null,
    title: `${t('EQUITY')} ${ui.range}${since}`,
    // The keys of the overview choose the candles.
    note: `${ui.view === 'history' ? `${t('[ ] range')} · ` : ''}${t('without deposits (D) and withdrawals (W)')}`,
    preferredHeight: 12,
    draw: (width, height) => (known === null ? [] : drawCurve(context, known, width, height)),
  }
}

function drawCurve(
  context: RenderContext,
  { curve, isDrawn }: KnownCurve,
  width: number,
  height: number,
): readonly Line[] {
  const { t } = context.info
  const plot = width - AXIS - 1
  const known = curve.values.filter(value => value !== null)
  if (known.length === 0) return [lineOfText(`  ${t('No sample of the equity in this range yet')}`, 'faint')]
  if (!isDrawn) {
    const text = t('Samples of the equity since {time}: the curve begins after about an hour', {
      time: dayTime(context, curve.from),
    })
    return wrapLine(lineOfText(`  ${text}`, 'faint'), width, 2).slice(0, height)
  }
  if (plot < MIN_COLUMNS || height < MIN_ROWS) return [lineOfText(`  ${t('No room for a chart')}`, 'faint')]
  const values = resampled(curve.values, plot)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const rows = height - 1
  const role = gainRole(curve.changeSats) === 'loss' ? 'loss' : 'gain'
  const lines = Array.from({ length: rows }, (_, row): Line => {
    const text = values.map(value => cellOf(value, { low, high, fromBottom: rows - 1 - row, rows })).join('')
    return [segment(' '), segment(text, role), axisLabel(context, row, rows, { low, high })]
  })
  return [...lines, marksLine(context, curve, plot)]
}

interface Scale {
  readonly low: number
  readonly high: number
  readonly fromBottom: number
  readonly rows: number
}

/** The part of a column in one row: an area under the curve, blank where there is no sample. */
function cellOf(value: number | null, { low, high, fromBottom, rows }: Scale): string {
  if (value === null) return ' '
  // The lowest value has one step: a blank is a gap.
  const steps = 1 + Math.round(((value - low) / Math.max(1, high - low)) * (rows * BLOCKS.length - 1))
  const inRow = steps - fromBottom * BLOCKS.length
  if (inRow <= 0) return ' '
  return inRow >= BLOCKS.length ? '█' : (BLOCKS[inRow - 1] ?? ' ')
}

function axisLabel(
  context: RenderContext,
  row: number,
  rows: number,
  { low, high }: Pick<Scale, 'low' | 'high'>,
): { readonly text: string; readonly role: Role } {
  const value = row === 0 ? high : row === rows - 1 ? low : null
  return segment(value === null ? '' : ` ${amount(context, value)}`, 'faint')
}

/** Start and end of the range, deposits and withdrawals in between. */
function marksLine(context: RenderContext, { from, to, values, marks }: EquityRange, plot: number): Line {
  const chars = Array<string>(plot).fill(RULE)
  const put = (text: string, at: number): void =>
    [...text].forEach((char, index) => {
      if (at + index < plot) chars[at + index] = char
    })
  put(`${dayTime(context, from)} `, 0)
  const end = ` ${dayTime(context, to)}`
  put(end, plot - end.length)
  for (const { interval, sats } of marks)
    put(
      sats > 0 ? context.info.t('D') : context.info.t('W'),
      nearestFree(chars, Math.floor((interval / values.length) * plot)),
    )
  const moved = marks.reduce((sum, { sats }) => sum + sats, 0)
  const net = marks.length === 0 ? '' : ` ${signedAmount(context, moved)}`
  return [segment(' '), segment(chars.join(''), 'faint'), segment(net, 'accent')]
}

/** The column nearest to `wanted` that has neither a letter nor a time; `wanted` itself if there is none. */
function nearestFree(chars: readonly string[], wanted: number): number {
  const free = chars.flatMap((char, column) => (char === RULE ? [column] : []))
  const distance = (column: number): number => Math.abs(column - wanted)
  return free.reduce((best, column) => (distance(column) < distance(best) ? column : best), free[0] ?? wanted)
}
