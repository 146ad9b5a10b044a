import { UNKNOWN } from '../../domain/format.ts'
import type { ClosedTrade, RealizedFill } from '../../domain/snapshot.ts'
import { sats } from '../../domain/units.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { dollars, gainRole, price, signedAmount } from '../view/format.ts'
import { shortIdOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { dayTime, zoneLabel } from '../view/time-format.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'

/** Closed trades and fills of the cross position, newest first, as far back as the feed has read. */
export function closedPanel(context: RenderContext): Panel {
  const { history } = context.model.state
  const items = history === null ? [] : itemsOf(context)
  const { realized24hNetSats: realized, realized24hUnknownReason: unknown } = context.model.totals
  const known = unknown === null ? signedAmount(context, realized) : `not known: ${unknown}`
  return {
    pane: 'closed',
    title: `CLOSED (24h net ${known})`,
    note: zoneLabel(context),
    preferredHeight: 1 + Math.max(1, items.length),
    draw: (width, height) => {
      if (history === null) return [lineOfText('  Not read yet', 'faint')]
      if (items.length === 0) return [lineOfText(emptyText(context), 'faint')]
      return [titleLine(width), ...scroll(context, 'closed', items, height - 1, item => [item.line(width)])]
    },
  }
}

interface Item {
  readonly at: number
  readonly line: (width: number) => Line
}

function itemsOf(context: RenderContext): readonly Item[] {
  const history = context.model.state.history?.value
  const closed = (history?.closed ?? []).map(
    (trade): Item => ({
      at: trade.closedAt,
      line: width => closedLine(context, trade, width),
    }),
  )
  const fills = (history?.crossFills ?? []).map(
    (fill): Item => ({
      at: fill.filledAt,
      line: width => fillLine(context, fill, width),
    }),
  )
  return [...closed, ...fills].toSorted((a, b) => b.at - a.at)
}

function emptyText({ model }: RenderContext): string {
  const history = model.state.history?.value
  const lacking = history?.closed === null || history?.crossFills === null
  return lacking ? `  ${UNKNOWN} could not be read` : '  Nothing closed within the last day'
}

function titleLine(width: number): Line {
  return cells(['WHEN', 'ID', 'WHAT', 'QTY $', 'ENTRY', 'EXIT', 'NET', 'FEES'], width, 'faint', 'faint')
}

/** NET is the exchange's P&L less both fees. */
function closedLine(context: RenderContext, trade: ClosedTrade, width: number): Line {
  const fees = sats(trade.openingFeeSats + trade.closingFeeSats)
  const net = sats(trade.plSats - fees)
  const texts = [
    dayTime(context, trade.closedAt),
    shortIdOf(trade.id, 'isolated'),
    trade.side.toUpperCase(),
    dollars(context, trade.quantityUsd),
    price(trade.entryPriceUsd),
    price(trade.exitPriceUsd),
    signedAmount(context, net),
    signedAmount(context, 0 - fees),
  ]
  return cells(texts, width, 'plain', gainRole(net))
}

/** NET is the realized P&L less the fee; dots if it is unknown. */
function fillLine(context: RenderContext, fill: RealizedFill, width: number): Line {
  const net = fill.plSats === null ? null : sats(fill.plSats - fill.feeSats)
  const texts = [
    dayTime(context, fill.filledAt),
    '—',
    fill.side === 'long' ? 'X BUY' : 'X SELL',
    dollars(context, fill.quantityUsd),
    '',
    price(fill.priceUsd),
    signedAmount(context, net),
    signedAmount(context, 0 - fill.feeSats),
  ]
  return cells(texts, width, 'plain', gainRole(net))
}

const WIDTHS = [11, 4, 6, 8, 9, 9, 11, 9] as const
const LEFT_ALIGNED = 3

function cells(
  texts: readonly string[],
  width: number,
  role: 'plain' | 'faint',
  netRole: ReturnType<typeof gainRole> | 'faint',
): Line {
  const parts = texts.map((text, index) => {
    const padded = index < LEFT_ALIGNED ? text.padEnd(WIDTHS[index] ?? 0) : text.padStart(WIDTHS[index] ?? 0)
    return part(padded, texts.length - index, index === 6 ? netRole : role)
  })
  return [segment(' '), ...fitParts(parts, width - 1, 1)]
}
