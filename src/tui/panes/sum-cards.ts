import { fitParts, flowParts, type Part, part } from '../paint/fit.ts'
import { type Line, segment, widthOfLine } from '../paint/line.ts'
import { type AccountGroup, FIGURES, type FigureName } from '../view/account-sums.ts'
import type { RenderContext } from '../view/render-context.ts'
import { priceContext, priceOf, totalCell } from './sum-price.ts'
import { GAP, memberCountText, numberCell, type SumRows, totalName } from './sum-rows.ts'
import {
  accountName,
  alertsCell,
  FIGURE_TITLES,
  figureCell,
  lineOfCell,
  type SumCell,
  shortStateCell,
  stateCell,
  worstCell,
} from './sum-text.ts'

const INDENT = '    '

/** One account in a few lines. `isShort`: in two, in which the last figures give way. */
export function cardRows(
  contexts: readonly RenderContext[],
  groups: readonly AccountGroup[],
  {
    selected,
    width,
    isShort,
  }: { readonly selected: number; readonly width: number; readonly isShort: boolean },
): SumRows {
  const accounts = contexts.map((context, index) => [
    accountLine(context, index, index === selected, width),
    ...figureLines(
      FIGURES.slice(1).map(name =>
        figurePart(context, name, figureCell(context, name, priceOf(contexts, groups, index))),
      ),
      width,
      isShort,
    ),
  ])
  const sums = groups.map(group => {
    const context = priceContext(contexts, group)
    const parts = FIGURES.map(name => figurePart(context, name, totalCell(contexts, group, name)))
    const title =
      `${totalName(group, groups, context.info.t)} ${memberCountText(group, contexts.length, context.info.t)}`.trimEnd()
    return [[segment(`  ${title}`, 'strong')], ...figureLines(parts, width, isShort)]
  })
  return { head: [], accounts, groups: sums }
}

/** Number, state and worst risk are never dropped. */
function accountLine(context: RenderContext, index: number, isSelected: boolean, width: number): Line {
  const lines = [stateCell(context), shortStateCell(context)].map(state => {
    const parts = accountParts(context, index, isSelected, state)
    const line = fitParts(parts, width, GAP)
    return widthOfLine(line) <= width ? line : fitParts(parts, width, 1)
  })
  return lines.find(line => widthOfLine(line) <= width) ?? lines.at(-1) ?? []
}

function accountParts(
  context: RenderContext,
  index: number,
  isSelected: boolean,
  state: SumCell,
): readonly Part[] {
  const positions = figureCell(context, 'positions')
  return [
    {
      line: [segment(isSelected ? '▸' : ' ', 'accent'), segment(numberCell(index).text)],
      priority: Infinity,
    },
    part(accountName(context), 5, 'strong'),
    { line: lineOfCell(state), priority: Infinity },
    part(context.info.t('{count} pos', { count: positions.text }), 6),
    { line: lineOfCell(worstCell(context)), priority: Infinity },
    { line: lineOfCell(alertsCell(context)), priority: 7 },
  ]
}

const PRIORITIES: Readonly<Record<FigureName, number>> = {
  equity: Infinity,
  profit: 9,
  net: 8,
  free: 7,
  gross: 6,
  positions: 5,
}

function figurePart({ ui, info }: RenderContext, name: FigureName, { text, role }: SumCell): Part {
  const label = info.t(FIGURE_TITLES[name]).replace(' $', '')
  const unit = name === 'positions' ? '' : name === 'net' || name === 'gross' ? '$' : ui.unit
  const isNumber = /\d/.test(text)
  return {
    line: [segment(`${label} `, 'faint'), segment(isNumber && unit !== '' ? `${text} ${unit}` : text, role)],
    priority: PRIORITIES[name],
  }
}

/** In one line as many figures as fit, or all of them in several. */
function figureLines(parts: readonly Part[], width: number, isShort: boolean): readonly Line[] {
  const room = width - INDENT.length
  const ordered = parts.toSorted((a, b) => b.priority - a.priority)
  if (isShort) return [[segment(INDENT), ...fitParts(ordered, room, GAP)]]
  return flowParts(ordered, room, GAP).map(line => [segment(INDENT), ...line])
}

/** Number, name, state, risk and alerts of an account, all of them. */
export function wholeAccountLines(
  context: RenderContext,
  index: number,
  isSelected: boolean,
  width: number,
): readonly Line[] {
  const parts = accountParts(context, index, isSelected, stateCell(context))
  const [first = [], ...others] = flowParts(parts, width - INDENT.length, GAP)
  return [first, ...others.map(line => [segment(INDENT), ...line])]
}
