import { formatNumber } from '../../domain/format.ts'
import { usd } from '../../domain/units.ts'
import { plSats, usdToSats } from '../../domain/valuation.ts'
import type { PositionRow } from '../../store/view.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, segment } from '../paint/line.ts'
import { amount, gainRole, marked, price, signedAmount, signedDollars } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import { isOld, type RenderContext } from '../view/render-context.ts'
import { SOURCES } from '../view/sources.ts'
import { exposure } from './account.ts'
import type { Panel } from './panel.ts'
import { positionsPanel } from './positions.ts'

/** The positions with their sums, and the equity after the worst liquidation, in the last line. */
export function totaledPositionsPanel(context: RenderContext): Panel {
  const panel = positionsPanel(context)
  return {
    ...panel,
    preferredHeight: panel.preferredHeight + 2,
    draw(width, height) {
      const table = panel.draw(width, height - 2)
      return [
        ...table,
        ...Array.from({ length: height - 1 - table.length }, (): Line => []),
        totalLine(context, width),
      ]
    },
  }
}

function totalLine(context: RenderContext, width: number): Line {
  const { t } = context.info
  const { totals, market } = context.model
  const net = totals.netExposureUsd
  const inBtc =
    net === null || market.indexUsd === null || context.ui.amounts === 'masked'
      ? ''
      : ` (${marked(context, [...SOURCES.margin, 'market'], formatNumber(usdToSats(Math.abs(net), market.indexUsd) / 1e8, 4))} BTC)`
  return [
    segment(` ${t('TOTAL')}  `, 'faint'),
    ...fitParts(
      [
        part(`${t('net exposure')} ${marked(context, SOURCES.margin, exposure(context))}${inBtc}`, 9),
        {
          line: [
            segment('P&L '),
            segment(
              `${marked(context, SOURCES.profit, signedAmount(context, totals.unrealizedPlSats))} ${context.ui.unit}`,
              gainRole(totals.unrealizedPlSats),
            ),
            segment(
              ` / ${marked(context, SOURCES.profit, signedDollars(context, totals.unrealizedPlUsd))} usd`,
            ),
          ],
          priority: 8,
        },
        part(isOld(context, SOURCES.equity) ? '' : whatIf(context), 5),
      ],
      width - 8,
      3,
    ),
  ]
}

/**
 * The equity if the price reaches the nearest liquidation: the margin of that trade is lost, all others are valued there. '' if a
 * part of it is unknown.
 */
function whatIf(context: RenderContext): string {
  const { positions, totals } = context.model
  const worst = positions[0]
  const at = worst?.position.liquidationPriceUsd ?? null
  if (worst === undefined || at === null || totals.equitySats === null || totals.unrealizedPlSats === null)
    return ''
  if (worst.position.otherMarket !== null) return ''
  if (worst.position.mode === 'cross' || worst.position.marginSats === null) return ''
  const others = positions.filter(row => row !== worst).map(row => plAt(row, at))
  if (others.some(pl => pl === null)) return ''
  const othersPl = others.reduce<number>((sum, pl) => sum + (pl ?? 0), 0)
  const equity = totals.equitySats - totals.unrealizedPlSats - worst.position.marginSats + othersPl
  return context.info.t(
    "if price → {price}: {position} LIQUIDATED, others' P&L {others}, equity ≈ {equity}",
    {
      price: price(at),
      position: nameOf(worst.position),
      others: signedAmount(context, othersPl),
      equity: amount(context, equity),
    },
  )
}

function plAt({ position }: PositionRow, priceUsd: number): number | null {
  const { side, quantityUsd, entryPriceUsd } = position
  return entryPriceUsd === null ? null : plSats(side, quantityUsd, entryPriceUsd, usd(priceUsd))
}
