import { formatPercent, formatSignedPercent, UNKNOWN } from '../../domain/format.ts'
import { usd } from '../../domain/units.ts'
import {
  counted,
  impairedParts,
  isAllOld,
  partReason,
  SHORT_LABELS,
  stateText,
} from '../../store/part-text.ts'
import { selectWhatIf } from '../../store/selectors/what-if.ts'
import type { WhatIfView } from '../../store/view.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, lineOfText, segment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { amount, gainRole, marked, price, signedAmount } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { SOURCES } from '../view/sources.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'
import { whatIfTable } from './what-if-table.ts'

/** The account at another price. Only the panel moves: header and risk line stay live. */
export function whatIfPanel(context: RenderContext): Panel {
  const { model, ui } = context
  const { target, wantedDistance } = ui.whatIf
  const view = selectWhatIf(model.state, model.now, target, wantedDistance, model.totals)
  return {
    pane: null,
    title: 'WHAT IF',
    note: 'Esc back',
    preferredHeight: 0,
    draw: (width, height) => (view === null ? unknownLines(context) : drawn(context, view, width, height)),
  }
}

function unknownLines({ model, ui }: RenderContext): readonly Line[] {
  const hasPrice = model.market.lastPriceUsd !== null || model.market.indexUsd !== null
  const text = hasPrice ? 'That is no price; type another one' : `Today's price is not known yet`
  return [[...promptOf(ui.whatIf.text), segment(`  ${text}`, 'warn')]]
}

/** Figures above, the rows between them, and the keys below if there is room. */
function drawn(context: RenderContext, view: WhatIfView, width: number, height: number): readonly Line[] {
  const moved = atIndexOf(context, view)
  const head = [
    priceLine(context, view, width),
    equityLine(moved, view, width),
    profitLine(moved, view, width),
  ]
  const { header, rows } = whatIfTable(moved, view, width)
  const foot = [
    ...wrapLine(KEYS, width, 1),
    lineOfText(' stops, orders, funding are left out; no order is placed', 'faint'),
  ]
  const above = [...head, header]
  const hasFoot = height >= above.length + foot.length + 2
  const left = height - above.length - (hasFoot ? foot.length : 0)
  const items = [...rows, ...remarks(context, view)]
  const list = scroll(context, 'overlay', items, left, line => wrapLine(line, width, 4))
  const gap = Array.from({ length: Math.max(0, left - list.length) }, (): Line => [])
  return [...above, ...list, ...gap, ...(hasFoot ? foot : [])].slice(0, height)
}

/** Amounts in dollars are at the index of that price. */
function atIndexOf(context: RenderContext, { priceUsd, todayUsd }: WhatIfView): RenderContext {
  const { model } = context
  const { indexUsd } = model.market
  const then = indexUsd === null ? null : usd((indexUsd * priceUsd) / todayUsd)
  return { ...context, model: { ...model, market: { ...model.market, indexUsd: then } } }
}

function promptOf(text: string): Line {
  return text === ''
    ? []
    : [segment(` ▸ ${text}`, 'accent'), segment('█', 'accent'), segment(' Enter', 'faint')]
}

function priceLine(context: RenderContext, { priceUsd, todayUsd, move }: WhatIfView, width: number): Line {
  const mark = (text: string): string => marked(context, ['market'], text)
  return [
    segment(' '),
    ...fitParts(
      [
        part(`PRICE ${mark(price(priceUsd))}`, Number.POSITIVE_INFINITY, 'strong'),
        { line: [segment(`${formatSignedPercent(move)}%`, gainRole(move))], priority: 9 },
        { line: promptOf(context.ui.whatIf.text), priority: 8 },
        part(`today ${mark(price(todayUsd))}`, 5, 'faint'),
      ],
      width - 1,
      2,
    ),
  ]
}

function equityLine(context: RenderContext, view: WhatIfView, width: number): Line {
  const { totals, today, freeSats } = view
  const { equitySats, equityUnknownReason, marginSats } = totals
  const mark = (text: string): string => marked(context, SOURCES.equity, text)
  const change = equitySats === null || today.equitySats === null ? null : equitySats - today.equitySats
  const known = [
    part(`EQUITY ${mark(amount(context, equitySats))} ${context.ui.unit}`, 9),
    {
      line: [segment(change === null ? '' : mark(signedAmount(context, change)), gainRole(change))],
      priority: 7,
    },
  ]
  return [
    segment(' '),
    ...fitParts(
      [
        ...(equitySats === null ? [part(`EQUITY ${UNKNOWN} ${equityUnknownReason}`, 9, 'warn')] : known),
        part(`FREE ${mark(amount(context, freeSats))}`, 6),
        part(`MARGIN ${mark(amount(context, marginSats))}`, 4),
      ],
      width - 1,
      2,
    ),
  ]
}

function profitLine(
  context: RenderContext,
  { totals, liquidatedPlSats, rows }: WhatIfView,
  width: number,
): Line {
  const { unrealizedPlSats } = totals
  const mark = (text: string): string => marked(context, SOURCES.profit, text)
  const count = rows.filter(({ liquidatedAs }) => liquidatedAs !== null).length
  const lost = `LIQUIDATED ${count} ${mark(signedAmount(context, liquidatedPlSats))}`
  return [
    segment(' '),
    ...fitParts(
      [
        {
          line: [
            segment('UNREAL '),
            segment(mark(signedAmount(context, unrealizedPlSats)), gainRole(unrealizedPlSats)),
          ],
          priority: 8,
        },
        count === 0 ? part('no liquidation', 9, 'faint') : part(lost, 9, 'critical'),
      ],
      width - 1,
      2,
    ),
  ]
}

/** What is unknown, and why. */
function remarks(
  { model }: RenderContext,
  { rows, wantedDistance, ordersOnWay }: WhatIfView,
): readonly Line[] {
  const { source } = model
  // The header says it if everything is old.
  const parts = (isAllOld(source) ? [] : impairedParts(source)).map(name => {
    const reason = partReason(source, name)
    return `${SHORT_LABELS[name]} ${stateText(source.parts[name])}${reason === '' ? '' : `: ${reason}`}`
  })
  const unknown = rows.flatMap(({ row, unknownReason, addedMargin }) => {
    const name = nameOf(row.position)
    if (unknownReason !== null) return [`${name}: ${unknownReason}`]
    const why = addedMargin.unknownReason
    return why === null ? [] : [`${name}: no margin for ${formatPercent(wantedDistance)}: ${why}`]
  })
  const known = model.positions.filter(({ position }) => model.state.lastKnown.has(position.id))
  const unread = known.map(({ position }) => `${nameOf(position)}: not readable, left out`)
  const fills =
    ordersOnWay === null || ordersOnWay === 0
      ? []
      : [`${counted(ordersOnWay, 'order')} would fill on the way`]
  return [...fills, ...parts, ...unread, ...unknown].map(text => lineOfText(`  ! ${text}`, 'warn'))
}

const KEYS: Line = [
  segment(' ↑↓', 'accent'),
  segment(' 0.5%  '),
  segment('PgUp/PgDn', 'accent'),
  segment(' 5%  '),
  segment('←→', 'accent'),
  segment(' 0.1%  '),
  segment('-10', 'accent'),
  segment(' or '),
  segment('60000', 'accent'),
  segment(' and Enter  '),
  segment('d', 'accent'),
  segment(' distance'),
]
