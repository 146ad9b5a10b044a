import * as z from 'zod/mini'
import { type Decoded, invalid } from '../decoded.ts'
import { numberInText } from '../number-forms.ts'
import { printableIdOf, statesError } from '../rows.ts'
import { type FieldFault, lazy, validate, validateFields } from '../validate.ts'
import { epochMs, LEAST_SECONDS } from './epoch.ts'
import { isoTime } from './fields.ts'

/** A row of a listing that can't be read: which row, which field, and what is wrong with it. */
export interface UnreadableRow extends FieldFault {
  /** Null if the id can't be read either. */
  readonly id: string | null
  /** Identifies the row where pages overlap. Raw input, never printed. */
  readonly raw: string
}

/** One page of a listing. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly unreadable: readonly UnreadableRow[]
  /** Number of rows in the reply, including unreadable and omitted ones. */
  readonly rowCount: number
  /** Requests the next page. Null on the last page; undefined if the reply has no such field. */
  readonly nextCursor: string | null | undefined
}

/** How to decode the rows of a listing. */
export interface RowDecoder<Row, T> {
  /** Name of the listing in faults: `GET /v3/futures/cross/orders/filled`. */
  readonly label: string
  readonly schema: z.ZodMiniType<Row>
  map(row: Row): T
  /** True for a raw row that does not belong to the listing. Default: none. */
  omits?(row: unknown): boolean
}

/** A cursor is a time, and decoded from a number as any other time. Empty values end the listing. */
const cursorField = z.pipe(
  z.nullish(z.union([z.string(), z.number(), z.literal(false)])),
  z.transform((cursor, context) => {
    if (cursor === '' || cursor === false) return null
    if (typeof cursor !== 'number') return cursor
    const ms = epochMs(cursor, LEAST_SECONDS)
    if (ms !== null) return new Date(ms).toISOString()
    context.issues.push({ code: 'custom', message: 'is not a time', input: cursor })
    return z.NEVER
  }),
)

const pageSchema = lazy(() => z.object({ data: z.array(z.unknown()), nextCursor: cursorField }))

/** Returns a list without a page as a page without a cursor. */
function pageOf(body: unknown): unknown {
  return Array.isArray(body) ? { data: body } : body
}

/** Validates a row. A number in a string is converted, field by field: the value is clear, and sums need every row. */
function decodePageRow<Row>(
  schema: z.ZodMiniType<Row>,
  raw: unknown,
): ReturnType<typeof validateFields<Row>> {
  let row = raw
  for (;;) {
    const decoded = validateFields(schema, row)
    if (decoded.ok || typeof row !== 'object' || row === null) return decoded
    const { field } = decoded.fault
    const number = Object.hasOwn(row, field) ? numberInText(Reflect.get(row, field)) : null
    if (number === null) return decoded
    row = { ...row, [field]: number }
  }
}

/** Decodes a page row by row: an unreadable row does not affect the others. A page without a list of rows is a fault. */
export function decodePage<Row, T>(body: unknown, decoder: RowDecoder<Row, T>): Decoded<Page<T>> {
  if (typeof body === 'object' && body !== null && statesError(body))
    return invalid(decoder.label, 'it has an error')
  const checked = validate(pageSchema(), pageOf(body), decoder.label)
  if (!checked.ok) return checked
  const { data, nextCursor } = checked.value
  const items: T[] = []
  const unreadable: UnreadableRow[] = []
  for (const raw of data) {
    if (decoder.omits?.(raw)) continue
    const row = decodePageRow(decoder.schema, raw)
    if (row.ok) items.push(decoder.map(row.value))
    else unreadable.push({ id: printableIdOf(raw), ...row.fault, raw: JSON.stringify(raw) })
  }
  return { ok: true, value: { items, unreadable, rowCount: data.length, nextCursor } }
}

/** Formats an unreadable row as one line: `row 1f0c…: pl is not a number`. */
export function unreadableRowText({
  id,
  field,
  problem,
}: Pick<UnreadableRow, 'id' | 'field' | 'problem'>): string {
  return `row ${id ?? 'without a readable id'}: ${field} ${problem}`
}

/** Decodes a cursor to ms since 1970, or null if it is not a time. */
export function cursorTime(cursor: string): number | null {
  const time = z.safeParse(isoTime, cursor)
  return time.success ? time.data : null
}

/** How rows are recognized in overlapping pages. */
export interface RowKey<T> {
  keyOf(row: T): string
  /** True for a row without an id of its own: equal rows of one page are different rows then. Default: none. */
  hasNoId?(row: T): boolean
}

/** Joins the rows of overlapping pages in the order read. A row of several pages is kept once. */
export function joinPages<T>(
  pages: readonly Pick<Page<T>, 'items'>[],
  { keyOf, hasNoId }: RowKey<T>,
): readonly T[] {
  const seen = new Map<string, T>()
  for (const { items } of pages) {
    const counts = new Map<string, number>()
    for (const row of items) {
      let key = keyOf(row)
      if (hasNoId?.(row)) {
        const count = (counts.get(key) ?? 0) + 1
        counts.set(key, count)
        key = `${key} ${count}`
      }
      if (!seen.has(key)) seen.set(key, row)
    }
  }
  return [...seen.values()]
}

/** Joins the unreadable rows of overlapping pages. A row of several pages is kept once. */
export function joinUnreadable(
  pages: readonly Pick<Page<unknown>, 'unreadable'>[],
): readonly UnreadableRow[] {
  return joinPages(
    pages.map(({ unreadable }) => ({ items: unreadable })),
    { keyOf: ({ raw }) => raw },
  )
}
