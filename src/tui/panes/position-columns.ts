import { formatAge, formatNumber, formatSigned, UNKNOWN } from '../../domain/format.ts'
import type { Position } from '../../domain/position.ts'
import type { Warning } from '../../domain/risk.ts'
import type { PositionRow } from '../../store/view.ts'
import type { EnglishText } from '../lang/catalog.ts'
import { type Line, type Segment, segment } from '../paint/line.ts'
import {
  amount,
  distancePercent,
  dollars,
  gainRole,
  level,
  price,
  riskLabel,
  riskRole,
  rowMarked,
  signedAmount,
  signedDollars,
  stopLossLabel,
  stopLossShort,
  wholeDollars,
} from '../view/format.ts'
import { shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow } from '../view/time-format.ts'

/** A column of the position table. */
export interface Column {
  readonly title: (context: RenderContext) => string
  readonly align: 'left' | 'right'
  /** Keeps the table still while numbers change. */
  readonly minWidth: number
  cell(context: RenderContext, row: PositionRow, width: number): Segment
}

function column(
  title: EnglishText | ((context: RenderContext) => EnglishText),
  align: Column['align'],
  minWidth: number,
  cell: Column['cell'],
): Column {
  const english = typeof title === 'string' ? (): EnglishText => title : title
  return { title: context => context.info.t(english(context)), align, minWidth, cell }
}

/** P&L as chosen by the user: gross, or net of opening and closing fees. */
export function chosenPl({ ui }: RenderContext, row: PositionRow): number | null {
  return ui.basis === 'gross' ? row.unrealizedPlSats : row.netPlSats
}

const isWide = ({ columns }: RenderContext): boolean => columns >= 160

/** All columns from left to right. */
export const COLUMNS = {
  risk: column('RISK', 'left', 4, (context, row) =>
    segment(riskLabel(context, row.risk), riskRole(row.risk)),
  ),
  mode: column(
    context => (isWide(context) ? 'MODE' : 'MOD'),
    'left',
    3,
    (context, { position }) =>
      segment(position.mode === 'isolated' ? 'iso' : isWide(context) ? 'cross' : 'X'),
  ),
  id: column('ID', 'left', 4, (_, { position }) => segment(shortIdOf(position.id, position.mode))),
  side: column('SIDE', 'left', 5, (_, { position }) => segment(position.side.toUpperCase())),
  quantity: column('QTY $', 'right', 7, (context, { position }) => segment(quantityText(context, position))),
  entry: column('ENTRY', 'right', 8, (_, { position }) =>
    segment(valued(position, price(position.entryPriceUsd))),
  ),
  close: column('CLOSE@', 'right', 8, (context, row) =>
    segment(rowMarked(context, row, price(row.markPriceUsd))),
  ),
  breakEven: column('BRK-EVEN', 'right', 8, (_, row) => segment(price(row.breakEvenUsd))),
  pl: column(({ ui }) => (ui.basis === 'gross' ? 'P&L' : 'NET P&L'), 'right', 9, plCell),
  plUsd: column('P&L usd', 'right', 9, (context, row) =>
    segment(
      rowMarked(context, row, signedDollars(context, row.unrealizedPlUsd)),
      gainRole(row.unrealizedPlUsd),
    ),
  ),
  returned: column('ROI%', 'right', 6, returnCell),
  margin: column('MARGIN', 'right', 9, (context, { position }) =>
    segment(valued(position, amount(context, position.marginSats))),
  ),
  liquidation: column('LIQ', 'right', 8, (_, { position }) =>
    position.otherMarket === null && position.liquidationPriceUsd === null
      ? segment('n/a', 'warn')
      : segment(valued(position, price(position.liquidationPriceUsd))),
  ),
  distance: column('DIST%', 'right', 6, (context, row) =>
    segment(rowMarked(context, row, distancePercent(row)), riskRole(row.risk)),
  ),
  distanceUsd: column('DIST $', 'right', 7, (context, row) =>
    segment(
      row.position.otherMarket === null && row.position.liquidationPriceUsd === null
        ? 'n/a'
        : rowMarked(context, row, wholeDollars(row.liquidationDistanceUsd)),
    ),
  ),
  bar: column('TO LIQ', 'left', 6, (_, row, width) =>
    segment(bar(row.liquidationDistance, width), riskRole(row.risk)),
  ),
  leverage: column('LEV', 'right', 3, (_, { position }) => segment(leverageText(position.leverage))),
  stops: column('SL/TP', 'left', 5, (_, { position }) =>
    segment(`${stopLossLabel(position) ?? '--'}/${position.takeProfitUsd === null ? '--' : 'TP'}`),
  ),
  stopLoss: column('SL', 'right', 7, (context, { position }) =>
    segment(valued(position, stopLossShort(position, noStop(context, position)))),
  ),
  takeProfit: column('TP', 'right', 7, (context, { position }) =>
    segment(valued(position, level(position.takeProfitUsd, noStop(context, position)))),
  ),
  age: column('AGE', 'right', 6, ({ model }, { position }) =>
    segment(position.openedAt === null ? '—' : formatAge(exchangeNow(model) - position.openedAt)),
  ),
  funding: column('FUNDING', 'right', 7, (context, { position }) => {
    const paid = position.fundingPaidSats
    return segment(signedAmount(context, paid === null ? null : 0 - paid))
  }),
  note: column('NOTE', 'left', 12, (context, row) => segment(noteOf(context, row), 'warn')),
} as const satisfies Record<string, Column>

/** Name of a column. */
export type ColumnName = keyof typeof COLUMNS

/** `Δ` before the number marks a difference from the exchange's own figure. */
function plCell(context: RenderContext, row: PositionRow): Segment {
  const pl = chosenPl(context, row)
  const difference = row.plDifferenceSats === null ? '' : 'Δ'
  return segment(rowMarked(context, row, difference + signedAmount(context, pl)), gainRole(pl))
}

function returnCell(context: RenderContext, row: PositionRow): Segment {
  const pl = chosenPl(context, row)
  const { marginSats } = row.position
  const returned =
    context.ui.basis === 'gross'
      ? row.returnOnMargin
      : pl === null || marginSats === null || marginSats === 0
        ? null
        : pl / marginSats
  const percent = formatSigned(returned === null ? null : returned * 100, 1)
  return segment(rowMarked(context, row, percent), gainRole(returned))
}

/** Distance to liquidation, as a fraction of the price, that fills the bar. */
const FULL_BAR = 0.25

function bar(distance: number | null, width: number): string {
  if (distance === null) return UNKNOWN.slice(0, width)
  const filled = Math.round(Math.min(1, Math.max(0, distance / FULL_BAR)) * width)
  return '▓'.repeat(filled) + '░'.repeat(width - filled)
}

/** `20x`; an isolated trade's leverage may be fractional. */
export function leverageText(leverage: number | null): string {
  if (leverage === null) return UNKNOWN
  return `${formatNumber(leverage, leverage < 10 ? 2 : 1).replace(/\.0+$/, '')}x`
}

/** Only isolated trades have stops: a dash for a cross position, `none` if it was not set. */
function noStop({ info }: RenderContext, { mode }: Position): string {
  return mode === 'cross' ? '—' : info.t('none')
}

/** A text in dollars, or `···` for a position of another market, whose units are others. */
function valued({ otherMarket }: Position, text: string): string {
  return otherMarket === null ? text : UNKNOWN
}

/** The quantity in dollars. */
export function quantityText(context: RenderContext, position: Position): string {
  return valued(position, dollars(context, position.quantityUsd))
}

const NOTES: readonly (readonly [Warning, EnglishText])[] = [
  ['other-market', 'other market'],
  ['beyond-liquidation', 'PAST LIQ!'],
  ['no-liquidation-price', 'no liq price'],
  ['stop-loss-beyond-liquidation', 'SL past LIQ!'],
  ['no-mark-price', 'no price'],
  ['pl-differs', 'Δ P&L'],
  ['no-stop-loss', 'no SL'],
]

/** The most important warning. */
function noteOf({ info }: RenderContext, { warnings }: PositionRow): string {
  const note = NOTES.find(([warning]) => warnings.includes(warning))?.[1]
  return note === undefined ? '' : info.t(note)
}

/** Joins cells to a row, each padded to its width. */
export function tableRow(
  cells: readonly Segment[],
  columns: readonly Column[],
  widths: readonly number[],
): Line {
  return cells.flatMap((cell, index): Segment[] => {
    const width = widths[index] ?? 0
    const blank = segment(' '.repeat(Math.max(0, width - cell.text.length)))
    const gap = index === 0 ? [] : [segment(' ')]
    return columns[index]?.align === 'right' ? [...gap, blank, cell] : [...gap, cell, blank]
  })
}
