import { severityOf } from '../../domain/risk.ts'
import type { PositionRow } from '../../store/view.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { sumAccounts } from '../view/account-sums.ts'
import {
  dollars,
  gainRole,
  price,
  reportedMarked,
  riskRole,
  rowMarked,
  signedAmount,
} from '../view/format.ts'
import { liveContext, type RenderContext } from '../view/render-context.ts'
import type { Panel } from './panel.ts'
import { rowText } from './risk-line.ts'
import { accountName } from './sum-text.ts'

interface OwnedRow {
  readonly account: RenderContext
  readonly row: PositionRow
}

/** The positions of all accounts, the nearest to liquidation first. Those that do not fit are counted; `+` says that others may be unread. */
export function allPositionsPanel(context: RenderContext): Panel {
  const { t } = context.info
  const rows = positionsOfAll(context)
  const mayLackSome = context.accounts?.contexts.some(({ live }) => live.mayLackPosition) === true
  return {
    pane: null,
    title: `${t('POSITIONS OF ALL')} ${rows.length}${mayLackSome ? '+' : ''}`,
    note: `P&L ${t(context.ui.basis)} · ${context.ui.unit}`,
    preferredHeight: rows.length,
    draw(width, height) {
      const visible = rows.length <= height ? rows.length : Math.max(0, height - 1)
      const lines = allPositionLines(context, width).slice(0, visible)
      const count = rows.length - visible
      if (count === 0) return lines
      const text =
        visible === 0
          ? t.count(count, '{count} position: e shows all', '{count} positions: e shows all')
          : t('+{count} more, farther from liquidation: e shows all', { count })
      return [...lines, lineOfText(`  ${text}`, 'faint')]
    },
  }
}

/** A line per position. Names and risks stand in columns of all of them. */
export function allPositionLines(context: RenderContext, width: number): readonly Line[] {
  const rows = positionsOfAll(context)
  const names = Math.max(0, ...rows.map(({ account }) => widthOf(accountName(account))))
  const risks = Math.max(0, ...rows.map(({ account, row }) => widthOf(rowText(account, row))))
  return rows.map(each => positionLine(each, { names, risks, width }))
}

/** An account that two profiles read has its positions once. */
function positionsOfAll({ accounts }: RenderContext): readonly OwnedRow[] {
  const contexts = (accounts?.contexts ?? []).map(liveContext)
  const left = new Set(sumAccounts(contexts).doubles.map(([index]) => index))
  const rows = contexts.flatMap((account, index): readonly OwnedRow[] =>
    left.has(index) ? [] : account.live.positions.map(row => ({ account, row })),
  )
  return rows.toSorted(
    (a, b) =>
      severityOf(b.row.risk) - severityOf(a.row.risk) ||
      (a.row.liquidationDistance ?? -1) - (b.row.liquidationDistance ?? -1),
  )
}

/** Name and risk stand in columns and are never dropped. */
function positionLine(
  { account, row }: OwnedRow,
  { names, risks, width }: { readonly names: number; readonly risks: number; readonly width: number },
): Line {
  const { position } = row
  const reported = (text: string): string => reportedMarked(account, row, text)
  const pl = account.ui.basis === 'gross' ? row.unrealizedPlSats : row.netPlSats
  const parts: readonly Part[] = [
    part(accountName(account).padEnd(names), Number.POSITIVE_INFINITY, 'strong'),
    part(rowText(account, row).padEnd(risks), Number.POSITIVE_INFINITY, riskRole(row.risk)),
    part(`${reported(dollars(account, position.quantityUsd))} $`.padStart(QUANTITY_COLUMNS), 4),
    part(rowMarked(account, row, signedAmount(account, pl)).padStart(AMOUNT_COLUMNS), 5, gainRole(pl)),
    part(`LIQ ${reported(price(position.liquidationPriceUsd))}`, 3),
    part(`${account.info.t('entry')} ${reported(price(position.entryPriceUsd))}`, 2),
  ]
  return [segment('  '), ...fitParts(parts, width - 2, 2)]
}

const QUANTITY_COLUMNS = 12
const AMOUNT_COLUMNS = 12
