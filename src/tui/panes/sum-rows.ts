import type { Translate } from '../lang/translate.ts'
import { type Line, segment, widthOfLine } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import { type AccountGroup, FIGURES } from '../view/account-sums.ts'
import type { RenderContext } from '../view/render-context.ts'
import { priceOf, totalCell } from './sum-price.ts'
import {
  accountName,
  alertsCell,
  FIGURE_TITLES,
  figureCell,
  type SumCell,
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
export const GAP = 2

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
    { text: memberCountText(group, contexts.length, t), role: 'faint' } as const,
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

/** The number of an account, from 1. */
export function numberCell(index: number): SumCell {
  return { text: String(index + 1), role: 'plain' }
}

/** The title of the sum of a group. */
export function totalName({ name }: AccountGroup, groups: readonly AccountGroup[], t: Translate): string {
  return groups.length > 1 || name === 'SIMULATED' ? `${t('TOTAL')} ${t.sentence(name)}` : t('TOTAL')
}

/** `2 of 3`, if not all accounts are counted. */
export function memberCountText({ members }: AccountGroup, count: number, t: Translate): string {
  return members.length === count ? '' : t('{index} of {count}', { index: members.length, count })
}
