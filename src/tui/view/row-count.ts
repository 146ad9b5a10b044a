import type { Translate } from '../lang/translate.ts'

/** What a row of a list is. */
export type RowNoun = 'position' | 'order'

/** `1 position`, `2 orders`. */
export function rowCount(t: Translate, count: number, noun: RowNoun): string {
  return noun === 'position'
    ? t.count(count, '{count} position', '{count} positions')
    : t.count(count, '{count} order', '{count} orders')
}
