import { AxisorError } from '../../../domain/error.ts'
import { encodeLedgerCursor, type LedgerRequest } from '../../../wire/relay/ledger-query.ts'

const CHECK_LENGTH = 16

type Hash = (text: string) => string

/**
 * Returns a document as JSON; of a listing one page, with the cursor of the next one. `lists` are the members that the pages divide.
 * @throws AxisorError refused with the HTTP status 409, if the list has changed since the page before
 */
export function bodyOf(
  document: object,
  lists: readonly string[] | null,
  { query, page }: LedgerRequest,
  hash: Hash,
): string {
  if (lists === null) return JSON.stringify(document)
  let count = 0
  const parts = lists.map(list => {
    const rows = rowsOf(document, list)
    const first = count
    count += rows.length
    return { list, rows, first }
  })
  const check = (offset: number): string => {
    const part = parts.findLast(({ first }) => first < offset)
    if (part === undefined) return ''.padStart(CHECK_LENGTH, '0')
    const { list, rows, first } = part
    return hash(JSON.stringify({ list, row: rows[offset - 1 - first] })).slice(0, CHECK_LENGTH)
  }
  const start = page.cursor?.offset ?? 0
  if (page.cursor !== null && (start > count || check(start) !== page.cursor.check))
    throw new AxisorError('refused', 'the list has changed since its first page: begin again', {
      httpStatus: 409,
    })
  const end = Math.min(count, start + page.limit)
  const divided = parts.map(({ list, rows, first }) => [
    list,
    rows.slice(Math.max(0, start - first), Math.max(0, end - first)),
  ])
  const nextCursor = end < count ? encodeLedgerCursor({ to: query.to, offset: end, check: check(end) }) : null
  return JSON.stringify({ ...document, ...Object.fromEntries(divided), nextCursor })
}

function rowsOf(document: object, list: string): readonly unknown[] {
  const rows: unknown = Reflect.get(document, list)
  return Array.isArray(rows) ? rows : []
}

/** Members that change with each making of a document. */
const OF_THE_MOMENT =
  /"from":"[^"]*",(?="netPlSats":|"to":"[^"]*","values":)|(?<=,)"to":"[^"]*",(?="values":)|"asOf":"[^"]*",|(?<="(?:from|to)":)"[^"]*"(?=,"(?:reason|truncated|rows)":)|"nextCursor":"\d+/g

/**
 * Returns a weak entity tag: it stays while only the times change at which the document was made and its listings were read. Equal
 * documents of two users have different ones.
 */
export function etagOf(userId: string, body: string, hash: Hash): string {
  return `W/"${hash(`${userId} ${body.replace(OF_THE_MOMENT, '')}`).slice(0, 32)}"`
}
