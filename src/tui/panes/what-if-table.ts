import { formatNumber, formatPercent, UNKNOWN } from '../../domain/format.ts'
import type { WhatIfRow, WhatIfView } from '../../store/view.ts'
import type { Translate } from '../lang/translate.ts'
import { type Line, lineOfText, type Role, segment } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { amount, dollars, gainRole, isRowOld, price, rowMarked, signedAmount } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'

interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** The lowest is left out first. */
  readonly priority: number
  readonly cell: (row: WhatIfRow) => { readonly text: string; readonly role?: Role }
}

/** Header and rows of the positions. Whole columns are left out until the rest fits. */
export function whatIfTable(
  context: RenderContext,
  { rows, wantedDistance }: WhatIfView,
  width: number,
): { readonly header: Line; readonly rows: readonly Line[] } {
  let columns = columnsOf(context, wantedDistance).map(column => {
    const cells = rows.map(column.cell)
    const columnWidth = Math.max(...[column.title, ...cells.map(({ text }) => text)].map(widthOf))
    return { ...column, cells, columnWidth }
  })
  while (columns.length > 1 && columns.reduce((sum, column) => sum + column.columnWidth + 2, 0) > width) {
    const least = Math.min(...columns.map(({ priority }) => priority))
    columns = columns.filter(({ priority }) => priority !== least)
  }
  const pad = (text: string, { columnWidth, align }: (typeof columns)[number]): string => {
    const blanks = ' '.repeat(columnWidth - widthOf(text))
    return `  ${align === 'left' ? text + blanks : blanks + text}`
  }
  return {
    header: lineOfText(columns.map(column => pad(column.title, column)).join(''), 'faint'),
    rows:
      rows.length === 0
        ? noRows(context)
        : rows.map((_, index) =>
            columns.map(column => {
              const { text = '', role = 'plain' } = column.cells[index] ?? {}
              return segment(pad(text, column), role)
            }),
          ),
  }
}

/** Positions that are not read are unknown: the line of the equity says so. */
function noRows({ model, info: { t } }: RenderContext): readonly Line[] {
  return model.mayLackPosition ? [] : [lineOfText(`  ${t('No open positions')}`, 'faint')]
}

function columnsOf(context: RenderContext, wanted: number): readonly Column[] {
  const { t } = context.info
  const mark = ({ row }: WhatIfRow, text: string): string => rowMarked(context, row, text)
  // What the exchange reports of a position is old with its row, not with the prices.
  const old = (row: WhatIfRow['row'], text: string): string =>
    text !== UNKNOWN && isRowOld(context, row) ? `~${text}` : text
  return [
    { title: t('THEN'), align: 'left', priority: 9, cell: row => fate(row, t) },
    { title: t('POSITION'), align: 'left', priority: 8, cell: ({ row }) => ({ text: nameOf(row.position) }) },
    {
      title: t('QTY $'),
      align: 'right',
      priority: 2,
      cell: ({ row }) => ({
        text:
          row.position.otherMarket === null ? old(row, dollars(context, row.position.quantityUsd)) : UNKNOWN,
      }),
    },
    {
      title: t('P&L'),
      align: 'right',
      priority: 7,
      cell: row => ({ text: mark(row, signedAmount(context, row.plSats)), role: gainRole(row.plSats) }),
    },
    {
      title: t('LIQ'),
      align: 'right',
      priority: 5,
      cell: ({ row }) => ({ text: old(row, price(row.position.liquidationPriceUsd)) }),
    },
    { title: t('DIST%'), align: 'right', priority: 6, cell: row => ({ text: mark(row, distance(row)) }) },
    {
      title: t('ADD FOR {percent}', { percent: formatPercent(wanted) }),
      align: 'right',
      priority: 4,
      cell: row => ({ text: mark(row, amount(context, row.addedMargin.sats)) }),
    },
    {
      title: t('LEFT'),
      align: 'right',
      priority: 1,
      cell: row => ({ text: mark(row, amount(context, row.marginLeftSats)) }),
    },
  ]
}

/** What becomes of a position, and the stop that would have closed it before. */
function fate({ row, liquidatedAs, reachedLevel }: WhatIfRow, t: Translate): { text: string; role: Role } {
  const stop = reachedLevel === null ? null : reachedLevel === 'stop-loss' ? 'SL' : 'TP'
  if (liquidatedAs !== null)
    return {
      text: `LIQ ${liquidatedAs}${stop === null ? '' : ` ${t('after {stop}', { stop })}`}`,
      role: 'critical',
    }
  const isUnknown = row.position.otherMarket !== null || row.position.liquidationPriceUsd === null
  if (isUnknown) return { text: UNKNOWN, role: 'warn' }
  return stop === null
    ? { text: t('open'), role: 'plain' }
    : { text: t('past {stop}', { stop }), role: 'watch' }
}

function distance({ liquidatedAs, row }: WhatIfRow): string {
  if (liquidatedAs !== null) return formatNumber(0, 2)
  const { liquidationDistance } = row
  return formatNumber(liquidationDistance === null ? null : liquidationDistance * 100, 2)
}
