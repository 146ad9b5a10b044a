import { formatPercent, formatSignedPercent, UNKNOWN } from '../../domain/format.ts'
import { usd } from '../../domain/units.ts'
import { impairedParts, isAllOld, partReason, SHORT_LABELS, stateText } from '../../store/part-text.ts'
import { selectWhatIf } from '../../store/selectors/what-if.ts'
import type { WhatIfView } from '../../store/view.ts'
import { decimalAnswer } from '../input/answer.ts'
import { shownTyped } from '../input/decimal-key.ts'
import { hasOtherSign } from '../input/other-sign.ts'
import { fitParts, part } from '../paint/fit.ts'
import { type Line, lineOfText, segment, verbatimSegment } from '../paint/line.ts'
import { wrapLine } from '../paint/wrap.ts'
import { amount, gainRole, marked, price, signedAmount } from '../view/format.ts'
import { nameOf } from '../view/position-name.ts'
import type { RenderContext } from '../view/render-context.ts'
import { cursorSign } from '../view/signs.ts'
import { SOURCES } from '../view/sources.ts'
import { decimalHint } from './decimal-hint.ts'
import type { Panel } from './panel.ts'
import { scroll } from './scroll.ts'
import { whatIfTable } from './what-if-table.ts'

/** The account at another price. Only the panel moves: header and risk line stay live. */
export function whatIfPanel(context: RenderContext): Panel {
  const { model, ui, info } = context
  const { target, wantedDistance } = ui.whatIf
  const view = selectWhatIf(model.state, model.now, target, wantedDistance, model.totals)
  return {
    pane: null,
    title: info.t('WHAT IF'),
    note: info.t('Esc back'),
    preferredHeight: 0,
    draw(width, height) {
      if (hasOtherSign(ui.whatIf.text)) return otherSignLines(context, width, height)
      return view === null ? unknownLines(context) : drawn(context, view, width, height)
    },
  }
}

function unknownLines(context: RenderContext): readonly Line[] {
  const { model } = context
  const { t } = context.info
  const hasPrice = model.market.lastPriceUsd !== null || model.market.indexUsd !== null
  const text = hasPrice ? t('That is no price; type another one') : t("Today's price is not known yet")
  return [[...promptOf(context), segment(`  ${text}`, 'warn')]]
}

/** No figures: those of the price before could pass for the result of what is typed. */
function otherSignLines({ ui, info }: RenderContext, width: number, height: number): readonly Line[] {
  const text = shownTyped(ui.whatIf.text, info.numberFormat)
  const line = [
    segment(' ▸ ', 'accent'),
    verbatimSegment(text, 'warn'),
    segment(cursorSign(info), 'accent'),
    segment(`  ! ${decimalAnswer(info)}`, 'warn'),
  ]
  return wrapLine(line, width, 4).slice(0, height)
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
    ...wrapLine(keysLine(context), width, 1),
    ...decimalHint(context),
    lineOfText(` ${context.info.t('stops, orders, funding are left out; no order is placed')}`, 'faint'),
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

function promptOf({ ui, info }: RenderContext): Line {
  const { text } = ui.whatIf
  return text === ''
    ? []
    : [
        segment(' ▸ ', 'accent'),
        verbatimSegment(shownTyped(text, info.numberFormat), 'accent'),
        segment(cursorSign(info), 'accent'),
        segment(' Enter', 'faint'),
      ]
}

function priceLine(context: RenderContext, { priceUsd, todayUsd, move }: WhatIfView, width: number): Line {
  const { t } = context.info
  const mark = (text: string): string => marked(context, ['market'], text)
  const percent = `${formatSignedPercent(move)}%`
  // A move that was chosen is current; that to a price depends on today's.
  const moveText = context.ui.whatIf.target.kind === 'price' ? mark(percent) : percent
  return [
    segment(' '),
    ...fitParts(
      [
        part(`${t('PRICE')} ${mark(price(priceUsd))}`, Number.POSITIVE_INFINITY, 'strong'),
        { line: [segment(moveText, gainRole(move))], priority: 9 },
        { line: promptOf(context), priority: 8 },
        part(`${t('today')} ${mark(price(todayUsd))}`, 5, 'faint'),
      ],
      width - 1,
      2,
    ),
  ]
}

function equityLine(context: RenderContext, view: WhatIfView, width: number): Line {
  const { t } = context.info
  const { totals, today, freeSats } = view
  const { equitySats, equityUnknownReason, marginSats } = totals
  const mark = (text: string): string => marked(context, SOURCES.equity, text)
  const change = equitySats === null || today.equitySats === null ? null : equitySats - today.equitySats
  const known = [
    part(`${t('EQUITY')} ${mark(amount(context, equitySats))} ${context.ui.unit}`, 9),
    {
      line: [segment(change === null ? '' : mark(signedAmount(context, change)), gainRole(change))],
      priority: 7,
    },
  ]
  return [
    segment(' '),
    ...fitParts(
      [
        ...(equitySats === null
          ? [part(`${t('EQUITY')} ${UNKNOWN} ${t.sentence(equityUnknownReason ?? '')}`, 9, 'warn')]
          : known),
        part(`${t('FREE')} ${mark(amount(context, freeSats))}`, 6),
        part(`${t('MARGIN')} ${mark(amount(context, marginSats))}`, 4),
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
  const { t } = context.info
  const { unrealizedPlSats } = totals
  const mark = (text: string): string => marked(context, SOURCES.profit, text)
  const count = rows.filter(({ liquidatedAs }) => liquidatedAs !== null).length
  const { mayLackPosition } = context.model
  const lost =
    count === 0 ? UNKNOWN : `${mark(String(count))} ${mark(signedAmount(context, liquidatedPlSats))}`
  return [
    segment(' '),
    ...fitParts(
      [
        {
          line: [
            segment(`${t('UNREAL')} `),
            segment(mark(signedAmount(context, unrealizedPlSats)), gainRole(unrealizedPlSats)),
          ],
          priority: 8,
        },
        count === 0 && !mayLackPosition
          ? part(t('no liquidation'), 9, 'faint')
          : part(`${t('LIQUIDATED')} ${lost}`, 9, count === 0 ? 'warn' : 'critical'),
      ],
      width - 1,
      2,
    ),
  ]
}

/** What is unknown, and why. */
function remarks(context: RenderContext, { rows, wantedDistance, ordersOnWay }: WhatIfView): readonly Line[] {
  const { model, info } = context
  const { t } = info
  const { source } = model
  // The header says it if everything is old.
  const parts = (isAllOld(source) ? [] : impairedParts(source)).map(name => {
    const reason = t.sentence(partReason(source, name))
    return `${t.sentence(SHORT_LABELS[name])} ${t.sentence(stateText(source.parts[name]))}${reason === '' ? '' : `: ${reason}`}`
  })
  const unknown = rows.flatMap(({ row, unknownReason, addedMargin }) => {
    const name = nameOf(row.position)
    if (unknownReason !== null) return [`${name}: ${t.sentence(unknownReason)}`]
    const why = addedMargin.unknownReason
    if (why === null) return []
    const percent = formatPercent(wantedDistance)
    return [`${name}: ${t('no margin for {percent}: {reason}', { percent, reason: t.sentence(why) })}`]
  })
  const known = model.positions.filter(({ position }) => model.state.lastKnown.has(position.id))
  const unread = known.map(({ position }) => `${nameOf(position)}: ${t('not readable, left out')}`)
  const fills =
    ordersOnWay === null || ordersOnWay === 0
      ? []
      : [
          marked(
            context,
            ['isolatedOrders', 'crossOrders', 'market'],
            t.count(
              ordersOnWay,
              '{count} order would fill on the way',
              '{count} orders would fill on the way',
            ),
          ),
        ]
  return [...fills, ...parts, ...unread, ...unknown].map(text => lineOfText(`  ! ${text}`, 'warn'))
}

function keysLine({ info: { t } }: RenderContext): Line {
  return [
    segment(' ↑↓', 'accent'),
    segment(' 0.5%  '),
    segment('PgUp/PgDn', 'accent'),
    segment(' 5%  '),
    segment('←→', 'accent'),
    segment(' 0.1%  '),
    segment('-10', 'accent'),
    segment(` ${t('or')} `),
    segment('60000', 'accent'),
    segment(` ${t('and')} Enter  `),
    segment('d', 'accent'),
    segment(` ${t('distance')}`),
  ]
}
