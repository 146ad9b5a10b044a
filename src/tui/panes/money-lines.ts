import type { ReadPermission } from '../../domain/account.ts'
import { formatNumber, UNKNOWN } from '../../domain/format.ts'
import { fitParts, type Part, part } from '../paint/fit.ts'
import { type Line, segment } from '../paint/line.ts'
import { amount, dollars, gainRole, mark, signedAmount } from '../view/format.ts'
import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow, until } from '../view/time-format.ts'

/** What the account is worth and how much of it is bound. */
export function equityLine(scene: RenderContext): Line {
  const { model: frame, ui, columns } = scene
  const { totals, account, state } = frame
  const inDollars = ui.unit === 'USD' ? '' : ` ≈ ${dollars(scene, totals.equityUsd, 2)} USD`
  const lacking = lackingFor(state.missing, totals.equitySats)
  const parts: Part[] = [
    {
      line: [
        segment(`EQUITY${mark(scene, ' ')}`, 'faint'),
        segment(lacking ?? `${amount(scene, totals.equitySats)} ${ui.unit}${inDollars}`, 'strong'),
      ],
      priority: 9,
    },
    labelled('FREE', amount(scene, account.balanceSats), 5),
    labelled('MARGIN', amount(scene, totals.marginSats), 6),
    part(totals.marginUsed === null ? '' : `${formatNumber(totals.marginUsed * 100)}%`, 4),
  ]
  return [segment(' '), ...fitParts(parts, columns - 1, 2)]
}

/** What is won or lost: not yet, lately, by funding and by fees. */
export function profitLine(scene: RenderContext): Line {
  const { model: frame, ui, columns } = scene
  const { totals, market } = frame
  const open = ui.basis === 'gross' ? totals.unrealizedPlSats : totals.netPlSats
  const label = ui.basis === 'gross' ? 'UNREAL' : 'UNREAL net'
  const when = market.nextFundingAt === null ? '' : ` in ${until(market.nextFundingAt, exchangeNow(frame))}`
  const parts: Part[] = [
    {
      line: [
        segment(`${label}${mark(scene, ' ')}`, 'faint'),
        segment(`${signedAmount(scene, open)} ${ui.unit}`, gainRole(open)),
      ],
      priority: 9,
    },
    change(scene, 'REAL 24h', totals.realized24hSats, 7),
    {
      line: [
        segment('FUNDING ', 'faint'),
        segment(signedAmount(scene, totals.nextFundingSats), gainRole(totals.nextFundingSats)),
        segment(when),
      ],
      priority: 6,
    },
    change(scene, 'FEES', totals.fees24hSats, 5),
    ...(columns >= 100 ? [change(scene, 'FUNDING 24h', totals.funding24hSats, 4)] : []),
  ]
  return [segment(' '), ...fitParts(parts, columns - 1, 2)]
}

function labelled(label: string, text: string, keep: number): Part {
  return { line: [segment(`${label} `, 'faint'), segment(text)], priority: keep }
}

function change(scene: RenderContext, label: string, sats: number | null, keep: number): Part {
  return {
    line: [segment(`${label} `, 'faint'), segment(signedAmount(scene, sats), gainRole(sats))],
    priority: keep,
  }
}

/** Why the equity can't be said, when the key is what is missing. */
function lackingFor(missing: readonly ReadPermission[], equity: number | null): string | null {
  const needed = missing.find(
    permission => permission === 'account:read' || permission.startsWith('futures:'),
  )
  return equity !== null || needed === undefined ? null : `${UNKNOWN} needs ${needed}`
}
