import type { EnglishText } from '../lang/catalog.ts'
import type { Translate } from '../lang/translate.ts'
import { type Line, lineOfText } from '../paint/line.ts'
import { widthOf } from '../paint/width.ts'
import type { SumRows } from './sum-rows.ts'

/**
 * The rows of the sum that fit into `height` lines, and a last line that counts what is left out. Totals come before accounts; after one
 * account, the first reason comes before the others.
 */
export function fittingSum(
  rows: SumRows,
  reasons: readonly (readonly Line[])[],
  {
    width,
    height,
    selected,
    t,
  }: { readonly width: number; readonly height: number; readonly selected: number; readonly t: Translate },
): readonly Line[] {
  const left = height - rows.head.length - 1
  const totals = thoseThatFit(rows.groups, left - 1)
  const room = left - linesOf(totals)
  const accounts = accountsAround(rows.accounts, selected, room - (reasons[0]?.length ?? 0))
  const shown = thoseThatFit(reasons, room - linesOf(accounts))
  const hidden = {
    accounts: rows.accounts.length - accounts.length,
    totals: rows.groups.length - totals.length,
    reasons: reasons.length - shown.length,
  }
  return [...rows.head, ...accounts.flat(), ...totals.flat(), ...shown.flat(), moreLine(hidden, width, t)]
}

/** `+1 account, +5 reasons: e shows all`. The tabs have the accounts: without room they are not counted here. */
function moreLine(
  hidden: { readonly accounts: number; readonly totals: number; readonly reasons: number },
  width: number,
  t: Translate,
): Line {
  const count = (number: number, one: EnglishText, many: EnglishText): readonly string[] =>
    number === 0 ? [] : [t.count(number, one, many)]
  const accounts = count(hidden.accounts, '+{count} account', '+{count} accounts')
  const others = [
    ...count(hidden.totals, '+{count} total', '+{count} totals'),
    ...count(hidden.reasons, '+{count} reason', '+{count} reasons'),
  ]
  const [whole = '', short = ''] = [[...accounts, ...others], others].map(
    counts => `  ${counts.join(', ')}: ${t('e shows all')}`,
  )
  const isShort = widthOf(whole) > width && others.length > 0
  return lineOfText(isShort ? short : whole, others.length > 0 ? 'warn' : 'faint')
}

/** The accounts around the selected one that fit; at least the first line of that. */
function accountsAround(
  accounts: SumRows['accounts'],
  selected: number,
  room: number,
): readonly (readonly Line[])[] {
  const size = Math.max(1, ...accounts.map(lines => lines.length))
  const count = Math.max(1, Math.floor(room / size))
  const first = Math.max(0, Math.min(accounts.length - count, selected - Math.floor(count / 2)))
  const shown = accounts.slice(first, first + count)
  return linesOf(shown) <= Math.max(1, room) ? shown : shown.map(lines => lines.slice(0, Math.max(1, room)))
}

/** The blocks that fit whole, in their order; one that is too long does not keep the next from its place. */
function thoseThatFit<Block extends readonly Line[]>(
  blocks: readonly Block[],
  room: number,
): readonly Block[] {
  let left = room
  return blocks.filter(({ length }) => {
    if (length > left) return false
    left -= length
    return true
  })
}

/** The number of lines of several blocks. */
export function linesOf(blocks: readonly (readonly Line[])[]): number {
  return blocks.reduce((sum, lines) => sum + lines.length, 0)
}
