import { formatNumber, UNKNOWN } from '../../domain/format.ts'
import type { Sats } from '../../domain/units.ts'
import { satsToUsd } from '../../domain/valuation.ts'
import { type Line, type Role, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { amount, dollars, gainRole, marked, signedAmount, signedDollars } from '../view/format.ts'
import { ledgerSum } from '../view/ledger-sum.ts'
import type { RenderContext } from '../view/render-context.ts'
import { SOURCES, unknownReason } from '../view/sources.ts'
import { fundingTime } from './funding-time.ts'
import type { Panel } from './panel.ts'
import { partRemark } from './part-remarks.ts'
import { gappedSparkline } from './sparkline.ts'

/** Equity, margin, P&L, fees and funding of the account. */
export function accountPanel(context: RenderContext): Panel {
  const lines = accountLines(context)
  return {
    pane: null,
    title: context.info.t('ACCOUNT'),
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
  const { model, ui, info } = context
  const { t } = info
  const { totals, account } = model
  const used =
    totals.marginUsed === null
      ? ''
      : marked(context, SOURCES.equity, `${formatNumber(totals.marginUsed * 100)}%`)
  const open = ui.basis === 'gross' ? totals.unrealizedPlSats : totals.netPlSats
  const profit = (text: string): string => marked(context, SOURCES.profit, text)
  const when = fundingTime(context)
  const unrealized = ui.basis === 'gross' ? t('UNREALIZED') : t('UNREAL net')
  const next = profit(signedAmount(context, totals.nextFundingSats))
  return [
    ...row(
      t('EQUITY'),
      totals.equitySats === null
        ? UNKNOWN
        : `${marked(context, SOURCES.equity, amount(context, totals.equitySats))} ${ui.unit}`,
      totals.equitySats === null
        ? unknownReason(context, SOURCES.equity)
        : `${marked(context, SOURCES.equity, dollars(context, totals.equityUsd, 2))} usd`,
    ),
    ...row(
      `  ${t('free')}`,
      marked(context, SOURCES.free, amount(context, account.balanceSats)),
      `${t('margin')} ${marked(context, SOURCES.margin, amount(context, totals.marginSats))}`,
      used === '' ? '' : `   ${t('{percent} used', { percent: used })}`,
      used === '' ? '' : `   ${used}`,
    ),
    [
      ...labeled(unrealized, `${profit(signedAmount(context, open))} ${ui.unit}`, gainRole(open)),
      segment(`   ${profit(signedDollars(context, inDollars(context, open)))} usd`),
    ],
    ...change(
      context,
      t('REAL 24h net'),
      totals.realized24hNetSats,
      t.sentence(totals.realized24hUnknownReason ?? ''),
    ),
    ...longSums(context),
    ...change(context, t('FEES 24h'), totals.fees24hSats, ''),
    ...change(context, t('FUNDING 24h'), totals.funding24hSats, `${t('next')} ${next}${when}`),
    ...row(t('EXPOSURE'), marked(context, SOURCES.margin, exposure(context)), ''),
    ...equityBars(context),
    ...partRemark(context, 'account', ACCOUNT_COLUMNS),
  ]
}

function fits(remark: string): boolean {
  return LABEL_COLUMNS + VALUE_COLUMNS + 3 + remark.length <= ACCOUNT_COLUMNS
}

/** Net of the last 7 and 30 days, or why they are not known. */
function longSums(context: RenderContext): readonly Line[] {
  const { t } = context.info
  const sums = context.history?.summary?.sums
  if (sums === undefined) return []
  const { netSats, unknownReason } = sums['7d']
  const month = `30d ${ledgerSum(context, sums['30d'].netSats)}`
  const remark = unknownReason === null ? month : t.sentence(unknownReason)
  return change(context, t('REAL 7d net'), netSats, remark, ledgerSum)
}

/** The equity of the last day in bars, blank where there is no sample. */
function equityBars(context: RenderContext): readonly Line[] {
  const curve = context.history?.summary?.curves['24h']
  if (curve === undefined) return []
  const { t } = context.info
  const { drawdownSats } = curve
  const fall = drawdownSats === null ? '' : `   ${t('drawdown')} ${signedAmount(context, 0 - drawdownSats)}`
  return [
    [
      segment(t('EQUITY 24h').padEnd(LABEL_COLUMNS), 'faint'),
      segment(gappedSparkline(curve.values, BARS), 'accent'),
      segment(fall),
    ],
  ]
}

/** Longs less shorts, with the side as a word: a sign alone is easily overlooked. */
export function exposure(context: RenderContext): string {
  const net = context.model.totals.netExposureUsd
  if (net === null) return UNKNOWN
  if (net === 0) return context.info.t('none')
  return `${net > 0 ? 'LONG' : 'SHORT'} ${dollars(context, Math.abs(net))} usd`
}

function inDollars({ model }: RenderContext, sats: Sats | null): number | null {
  const index = model.market.indexUsd
  return sats === null || index === null ? null : satsToUsd(sats, index)
}

/** `more` follows the remark if it fits, else `short`. */
function row(label: string, value: string, remark: string, more = '', short = ''): readonly Line[] {
  const shown = remark + (fits(remark + more) ? more : fits(remark + short) ? short : '')
  return remarked(labeled(label, value), shown)
}

/** A remark that is too long for its line is below it in full. */
function remarked(line: Line, remark: string): readonly Line[] {
  if (remark === '') return [line]
  if (fits(remark)) return [[...line, segment(`   ${remark}`)]]
  return [line, ...wrapLine([segment(`  ${remark}`)], ACCOUNT_COLUMNS, 4)]
}

/** Values end in one column. A long label takes the blanks before its value. */
function labeled(label: string, value: string, role: Role = 'plain'): Line {
  const room = LABEL_COLUMNS + VALUE_COLUMNS - Math.max(LABEL_COLUMNS, label.length)
  return [segment(label.padEnd(LABEL_COLUMNS), 'faint'), segment(` ${value.padStart(room - 1)}`, role)]
}

function change(
  context: RenderContext,
  label: string,
  sats: number | null,
  remark: string,
  written = signedAmount,
): readonly Line[] {
  return remarked(labeled(label, written(context, sats), gainRole(sats)), remark)
}
