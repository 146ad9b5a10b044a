import { formatNumber, UNKNOWN } from '../../domain/format.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, segment } from '../paint/line.ts'
import { amount, dollars, gainRole, marked, signedAmount } from '../view/format.ts'
import { ledgerSum } from '../view/ledger-sum.ts'
import type { RenderContext } from '../view/render-context.ts'
import { SOURCES, unknownReason } from '../view/sources.ts'
import { fundingTime } from './funding-time.ts'

/** Equity, free balance and margin. */
export function equityLine(context: RenderContext): Line {
  const { model, ui, columns, info } = context
  const { t } = info
  const { totals, account } = model
  const equityUsd = marked(context, SOURCES.equity, dollars(context, totals.equityUsd, 2), ' ')
  const inDollars = ui.unit === 'USD' ? '' : ` ≈${equityUsd} USD`
  const equity = amount(context, totals.equitySats)
  const parts: Part[] = [
    {
      line: [
        segment(t('EQUITY'), 'faint'),
        segment(
          totals.equitySats === null
            ? ` ${UNKNOWN}`
            : `${marked(context, SOURCES.equity, equity, ' ')} ${ui.unit}${inDollars}`,
          'strong',
        ),
      ],
      priority: 9,
    },
    part(totals.equitySats === null ? unknownReason(context, SOURCES.equity) : '', 8),
    withLabel(t('FREE'), marked(context, SOURCES.free, amount(context, account.balanceSats), ' '), 5),
    withLabel(
      t('MARGIN'),
      marked(context, SOURCES.margin, amount(context, totals.marginSats), ' '),
      // What is not known does not take the place of what is.
      totals.marginSats === null ? 3 : 6,
    ),
    part(
      totals.marginUsed === null
        ? ''
        : `${marked(context, SOURCES.equity, formatNumber(totals.marginUsed * 100))}%`,
      4,
    ),
  ]
  return [segment(' '), ...fitParts(parts, columns - 1, 2)]
}

/** Unrealized and realized P&L, funding and fees. */
export function profitLine(context: RenderContext): Line {
  const { model, ui, columns, info } = context
  const { t } = info
  const { totals } = model
  const open = ui.basis === 'gross' ? totals.unrealizedPlSats : totals.netPlSats
  const label = ui.basis === 'gross' ? t('UNREAL') : t('UNREAL net')
  const parts: Part[] = [
    {
      line: [
        segment(label, 'faint'),
        segment(
          `${marked(context, SOURCES.profit, signedAmount(context, open), ' ')} ${ui.unit}`,
          gainRole(open),
        ),
      ],
      priority: 9,
    },
    change(context, t('REAL 24h net'), totals.realized24hNetSats, 7),
    ...longSums(context),
    {
      line: [
        segment(t('FUNDING'), 'faint'),
        segment(
          marked(context, SOURCES.profit, signedAmount(context, totals.nextFundingSats), ' '),
          gainRole(totals.nextFundingSats),
        ),
        segment(fundingTime(context)),
      ],
      priority: 6,
    },
    change(context, t('FEES 24h'), totals.fees24hSats, 5),
    ...(columns >= 100 ? [change(context, t('FUNDING 24h'), totals.funding24hSats, 4)] : []),
  ]
  return [segment(' '), ...fitParts(parts, columns - 1, 2)]
}

/** Net of the last 7 and 30 days, if a ledger has them. */
function longSums(context: RenderContext): readonly Part[] {
  const sums = context.history?.summary?.sums
  if (sums === undefined || context.columns < 100) return []
  return [
    change(context, '7d', sums['7d'].netSats, 4.5, ledgerSum),
    change(context, '30d', sums['30d'].netSats, 4.2, ledgerSum),
  ]
}

function withLabel(label: string, text: string, priority: number): Part {
  return { line: [segment(label, 'faint'), segment(text)], priority }
}

/** A sum of the last 24 hours: while the account is not current, trades that ended since are not in it. */
function recentSum(context: RenderContext, sats: number | null): string {
  return marked(context, SOURCES.margin, signedAmount(context, sats))
}

function change(
  context: RenderContext,
  label: string,
  sats: number | null,
  priority: number,
  written = recentSum,
): Part {
  return {
    line: [segment(`${label} `, 'faint'), segment(written(context, sats), gainRole(sats))],
    priority,
  }
}
