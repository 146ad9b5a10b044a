import type { Translate } from '../lang/translate.ts'
import { fitParts, flowParts, type Part, part } from '../paint/fit.ts'
import { type Line, segment, widthOfLine } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { type AccountGroup, FIGURES, type FigureName } from '../view/account-sums.ts'
import type { RenderContext } from '../view/render-context.ts'
import { priceContext, priceOf, totalCell } from './sum-price.ts'
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

/** The accounts and the sums as blocks of lines. */
export interface SumRows {
  /** Titles of a table; none of cards. */
  readonly head: readonly Line[]
  /** One block per account. */
  readonly accounts: readonly (readonly Line[])[]
  /** One block per group. */
  readonly groups: readonly (readonly Line[])[]
}

/** From this width on the accounts are a table. */
const TABLE_COLUMNS = 150
const GAP = 2

/** A table with one line per account. Null if it does not fit. */
export function tableRows(
  contexts: readonly RenderContext[],
  groups: readonly AccountGroup[],
  selected: number,
  width: number,
): SumRows | null {
  const t = contexts[0]?.info.t
  if (width < TABLE_COLUMNS || t === undefined) return null
  const accounts = contexts.map((context, index) => [
    numberCell(index),
    { text: accountName(context), role: 'plain' } as const,
    stateCell(context),
    ...FIGURES.map(name => figureCell(context, name, priceOf(contexts, groups, index))),
    worstCell(context),
    alertsCell(context),
  ])
  const sums = groups.map(group => [
    { text: '', role: 'plain' } as const,
    { text: totalName(group, groups, t), role: 'strong' } as const,
    { text: countText(group, contexts.length, t), role: 'faint' } as const,
    ...FIGURES.map(name => totalCell(contexts, group, name)),
  ])
  const names = FIGURES.map(name => t(FIGURE_TITLES[name]))
  const titles = ['', t('ACCOUNT'), t('STATE'), ...names, t('WORST RISK'), t('ALERTS')]
  const all = [titles.map((text): SumCell => ({ text, role: 'faint' })), ...accounts, ...sums]
  const widths = titles.map((_, column) => Math.max(...all.map(row => widthOf(row[column]?.text ?? ''))))
  const lines = all.map((row, index) => tableLine(row, widths, index - 1 === selected))
  if (lines.some(line => widthOfLine(line) > width)) return null
  const [head = [], ...rest] = lines
  return {
    head: [head],
    accounts: rest.slice(0, accounts.length).map(line => [line]),
    groups: rest.slice(accounts.length).map(line => [line]),
  }
}

/** Number, name and state, and the last two columns, are texts; the others are numbers. */
function isNumber(column: number): boolean {
  return column > 2 && column < 3 + FIGURES.length
}

function tableLine(row: readonly SumCell[], widths: readonly number[], isSelected: boolean): Line {
  const cells = row.map(({ text, role }, column): Line => {
    const blanks = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)))
    return isNumber(column)
      ? [segment(blanks), segment(text, role)]
      : [segment(text, role), segment(column === row.length - 1 ? '' : blanks)]
  })
  return [
    segment(isSelected ? '▸' : ' ', 'accent'),
    ...cells.flatMap((cell, index) => (index === 0 ? cell : [segment(' '.repeat(GAP)), ...cell])),
  ]
}

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
      `${totalName(group, groups, context.info.t)} ${countText(group, contexts.length, context.info.t)}`.trimEnd()
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

const INDENT = '    '

function numberCell(index: number): SumCell {
  return { text: String(index + 1), role: 'plain' }
}

function totalName({ name }: AccountGroup, groups: readonly AccountGroup[], t: Translate): string {
  return groups.length > 1 || name === 'SIMULATED' ? `${t('TOTAL')} ${t.sentence(name)}` : t('TOTAL')
}

/** `2 of 3`, if not all accounts are counted. */
function countText({ members }: AccountGroup, count: number, t: Translate): string {
  return members.length === count ? '' : t('{index} of {count}', { index: members.length, count })
}
