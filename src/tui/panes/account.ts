import { formatNumber, UNKNOWN } from '../../domain/format.ts'
import type { Sats } from '../../domain/units.ts'
import { satsToUsd } from '../../domain/valuation.ts'
import { type Line, segment } from '../paint/line.ts'
import { amount, dollars, gainRole, marked, signedAmount, signedDollars } from '../view/format.ts'
import { ledgerSum } from '../view/ledger-sum.ts'
import type { RenderContext } from '../view/render-context.ts'
import { SOURCES, unknownReason } from '../view/sources.ts'
import { exchangeNow, until } from '../view/time-format.ts'
import type { Panel } from './panel.ts'
import { partRemark } from './part-remarks.ts'
import { gappedSparkline } from './sparkline.ts'

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

const LABEL_COLUMNS = 13
const VALUE_COLUMNS = 20
const BARS = 30
/** The box of the account is at least this wide inside. */
const ACCOUNT_COLUMNS = 68

function accountLines(context: RenderContext): readonly Line[] {
  const { model, ui } = context
  const { totals, account, market } = model
  const used =
    totals.marginUsed === null
      ? ''
      : `   ${marked(context, SOURCES.equity, formatNumber(totals.marginUsed * 100))}% used`
  const open = ui.basis === 'gross' ? totals.unrealizedPlSats : totals.netPlSats
  const profit = (text: string): string => marked(context, SOURCES.profit, text)
  const when = market.nextFundingAt === null ? '' : ` in ${until(market.nextFundingAt, exchangeNow(model))}`
  return [
    row(
      'EQUITY',
      totals.equitySats === null
        ? UNKNOWN
        : `${marked(context, SOURCES.equity, amount(context, totals.equitySats))} ${ui.unit}`,
      totals.equitySats === null
        ? unknownReason(context, SOURCES.equity)
        : `${marked(context, SOURCES.equity, dollars(context, totals.equityUsd, 2))} usd`,
    ),
    row(
      '  free',
      marked(context, SOURCES.free, amount(context, account.balanceSats)),
      `margin ${marked(context, SOURCES.margin, amount(context, totals.marginSats))}${used}`,
    ),
    [
      ...row(ui.basis === 'gross' ? 'UNREALIZED' : 'UNREAL net', '', ''),
      segment(`${profit(signedAmount(context, open))} ${ui.unit}`.padStart(VALUE_COLUMNS), gainRole(open)),
      segment(`   ${profit(signedDollars(context, inDollars(context, open)))} usd`),
    ],
    change(context, 'REAL 24h net', totals.realized24hNetSats, totals.realized24hUnknownReason ?? ''),
    ...longSums(context),
    change(context, 'FEES 24h', totals.fees24hSats, ''),
    change(
      context,
      'FUNDING 24h',
      totals.funding24hSats,
      `next ${profit(signedAmount(context, totals.nextFundingSats))}${when}`,
    ),
    row('EXPOSURE', marked(context, SOURCES.margin, exposure(context)), ''),
    ...equityBars(context),
    ...partRemark(context, 'account', ACCOUNT_COLUMNS),
  ]
}

/** Net of the last 7 and 30 days, or why they are not known. */
function longSums(context: RenderContext): readonly Line[] {
  const sums = context.history?.summary?.sums
  if (sums === undefined) return []
  const { netSats, unknownReason } = sums['7d']
  const month = `30d ${ledgerSum(context, sums['30d'].netSats)}`
  return [change(context, 'REAL 7d net', netSats, unknownReason ?? month, ledgerSum)]
}

/** The equity of the last day in bars, blank where there is no sample. */
function equityBars(context: RenderContext): readonly Line[] {
  const curve = context.history?.summary?.curves['24h']
  if (curve === undefined) return []
  const { drawdownSats } = curve
  const fall = drawdownSats === null ? '' : `   drawdown ${signedAmount(context, 0 - drawdownSats)}`
  return [
    [
      segment('EQUITY 24h'.padEnd(LABEL_COLUMNS), 'faint'),
      segment(gappedSparkline(curve.values, BARS), 'accent'),
      segment(fall),
    ],
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
  const line: Line = [segment(label.padEnd(LABEL_COLUMNS), 'faint')]
  if (value === '') return line
  const fits = LABEL_COLUMNS + VALUE_COLUMNS + 3 + remark.length <= ACCOUNT_COLUMNS
  const shown = fits ? remark : remark.replace(' used', '')
  return [...line, segment(value.padStart(VALUE_COLUMNS)), segment(shown === '' ? '' : `   ${shown}`)]
}

function change(
  context: RenderContext,
  label: string,
  sats: number | null,
  remark: string,
  written = signedAmount,
): Line {
  return [
    segment(label.padEnd(LABEL_COLUMNS), 'faint'),
    segment(written(context, sats).padStart(VALUE_COLUMNS), gainRole(sats)),
    segment(remark === '' ? '' : `   ${remark}`),
  ]
}
