import { formatNumber, UNKNOWN } from '../../domain/format.ts'
import type { Sats } from '../../domain/units.ts'
import { satsToUsd } from '../../domain/valuation.ts'
import { type Line, segment } from '../paint/line.ts'
import { amount, dollars, gainRole, mark, signedAmount, signedDollars } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow, until } from '../view/time-format.ts'
import type { Panel } from './panel.ts'

/** Equity, margin, P&L, fees and funding of the account. */
export function accountPanel(context: RenderContext): Panel {
  const lines = accountLines(context)
  return {
    pane: null,
    title: 'ACCOUNT',
    note: '',
    preferredHeight: lines.length,
    draw: (_, height) => lines.slice(0, height),
  }
}

function accountLines(context: RenderContext): readonly Line[] {
  const { model, ui } = context
  const { totals, account, market } = model
  const used = totals.marginUsed === null ? '' : `   ${formatNumber(totals.marginUsed * 100)}% used`
  const open = ui.basis === 'gross' ? totals.unrealizedPlSats : totals.netPlSats
  const when = market.nextFundingAt === null ? '' : ` in ${until(market.nextFundingAt, exchangeNow(model))}`
  return [
    row(
      'EQUITY',
      `${mark(context)}${amount(context, totals.equitySats)} ${ui.unit}`,
      `${mark(context)}${dollars(context, totals.equityUsd, 2)} usd`,
    ),
    row(
      '  free',
      amount(context, account.balanceSats),
      `margin ${amount(context, totals.marginSats)}${used}`,
    ),
    [
      ...row(ui.basis === 'gross' ? 'UNREALIZED' : 'UNREAL net', '', ''),
      segment(`${mark(context)}${signedAmount(context, open)} ${ui.unit}`.padStart(20), gainRole(open)),
      segment(`   ${mark(context)}${signedDollars(context, inDollars(context, open))} usd`),
    ],
    change(context, 'REAL 24h net', totals.realized24hNetSats, totals.realized24hUnknownReason ?? ''),
    change(context, 'FEES 24h', totals.fees24hSats, ''),
    change(
      context,
      'FUNDING 24h',
      totals.funding24hSats,
      `next ${signedAmount(context, totals.nextFundingSats)}${when}`,
    ),
    row('EXPOSURE', exposure(context), ''),
  ]
}

/** Longs less shorts, with the side as a word: a sign alone is easily overlooked. */
export function exposure(context: RenderContext): string {
  const net = context.model.totals.netExposureUsd
  if (net === null) return UNKNOWN
  if (net === 0) return 'none'
  return `${net > 0 ? 'LONG' : 'SHORT'} ${dollars(context, Math.abs(net))} usd`
}

function inDollars({ model }: RenderContext, sats: Sats | null): number | null {
  const index = model.market.indexUsd
  return sats === null || index === null ? null : satsToUsd(sats, index)
}

function row(label: string, value: string, remark: string): Line {
  const line: Line = [segment(label.padEnd(13), 'faint')]
  if (value === '') return line
  return [...line, segment(value.padStart(20)), segment(remark === '' ? '' : `   ${remark}`)]
}

function change(context: RenderContext, label: string, sats: Sats | null, remark: string): Line {
  return [
    segment(label.padEnd(13), 'faint'),
    segment(signedAmount(context, sats).padStart(20), gainRole(sats)),
    segment(remark === '' ? '' : `   ${remark}`),
  ]
}
