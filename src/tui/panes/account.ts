import { formatNumber, UNKNOWN } from '../../domain/format.ts'
import type { Sats } from '../../domain/units.ts'
import { satsToUsd } from '../../domain/valuation.ts'
import { type Line, segment } from '../paint/line.ts'
import { amount, dollars, gainRole, mark, signedAmount, signedDollars } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow, until } from '../view/time-format.ts'
import type { Panel } from './panel.ts'

/** What the account is worth, what is bound, won and paid. */
export function accountPanel(scene: RenderContext): Panel {
  const lines = accountLines(scene)
  return {
    pane: null,
    title: 'ACCOUNT',
    note: '',
    preferredHeight: lines.length,
    draw: (_, height) => lines.slice(0, height),
  }
}

function accountLines(scene: RenderContext): readonly Line[] {
  const { model: frame, ui } = scene
  const { totals, account, market } = frame
  const used = totals.marginUsed === null ? '' : `   ${formatNumber(totals.marginUsed * 100)}% used`
  const open = ui.basis === 'gross' ? totals.unrealizedPlSats : totals.netPlSats
  const when = market.nextFundingAt === null ? '' : ` in ${until(market.nextFundingAt, exchangeNow(frame))}`
  return [
    row(
      'EQUITY',
      `${mark(scene)}${amount(scene, totals.equitySats)} ${ui.unit}`,
      `${mark(scene)}${dollars(scene, totals.equityUsd, 2)} usd`,
    ),
    row('  free', amount(scene, account.balanceSats), `margin ${amount(scene, totals.marginSats)}${used}`),
    [
      ...row(ui.basis === 'gross' ? 'UNREALISED' : 'UNREAL net', '', ''),
      segment(`${mark(scene)}${signedAmount(scene, open)} ${ui.unit}`.padStart(20), gainRole(open)),
      segment(`   ${mark(scene)}${signedDollars(scene, inDollars(scene, open))} usd`),
    ],
    change(scene, 'REALISED 24h', totals.realized24hSats, ''),
    change(scene, 'FEES 24h', totals.fees24hSats, ''),
    change(
      scene,
      'FUNDING 24h',
      totals.funding24hSats,
      `next ${signedAmount(scene, totals.nextFundingSats)}${when}`,
    ),
    row('EXPOSURE', exposure(scene), ''),
  ]
}

/** Longs less shorts, in words: the sign alone is easily overlooked. */
export function exposure(scene: RenderContext): string {
  const net = scene.model.totals.netExposureUsd
  if (net === null) return UNKNOWN
  if (net === 0) return 'none'
  return `${net > 0 ? 'LONG' : 'SHORT'} ${dollars(scene, Math.abs(net))} usd`
}

function inDollars({ model: frame }: RenderContext, sats: Sats | null): number | null {
  const index = frame.market.indexUsd
  return sats === null || index === null ? null : satsToUsd(sats, index)
}

function row(label: string, value: string, remark: string): Line {
  const line: Line = [segment(label.padEnd(13), 'faint')]
  if (value === '') return line
  return [...line, segment(value.padStart(20)), segment(remark === '' ? '' : `   ${remark}`)]
}

function change(scene: RenderContext, label: string, sats: Sats | null, remark: string): Line {
  return [
    segment(label.padEnd(13), 'faint'),
    segment(signedAmount(scene, sats).padStart(20), gainRole(sats)),
    segment(remark === '' ? '' : `   ${remark}`),
  ]
}
