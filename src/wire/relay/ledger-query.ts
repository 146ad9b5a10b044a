import * as z from 'zod/mini'
import { type PeriodUnit, Zone } from '../../ledger/periods.ts'
import { type Decoded, decoded, invalid } from '../decoded.ts'
import { MAX_HISTORY_ROWS } from '../ledger/history-view-documents.ts'
import { validate } from '../validate.ts'
import { timeField } from './fields.ts'

/** Which document of a ledger. What a document does not depend on has its default. */
export interface LedgerQuery {
  /** Ms since 1970, both inclusive; null: from the first row. */
  readonly from: number | null
  readonly to: number
  /** Only so many of the newest rows; null: all. */
  readonly newest: number | null
  readonly by: PeriodUnit
  readonly zone: string
  /** Id of a trade, or the beginning of it. */
  readonly id: string
  /** Index of the first row, and how many rows, newest first. */
  readonly first: number
  readonly count: number
  /** True: of the rows that are stored, without a reading of what is new. */
  readonly stored: boolean
}

/** Which page of a listing. */
interface LedgerPage {
  readonly limit: number
  /** Null for the first page. */
  readonly cursor: LedgerCursor | null
}

/** Where the next page begins. */
export interface LedgerCursor {
  /** The end of the range of all pages. */
  readonly to: number
  readonly offset: number
  /** Digest of the row before: another one means that the list has changed. */
  readonly check: string
}

export type LedgerParameter = 'from' | 'to' | 'newest' | 'by' | 'zone' | 'id' | 'first' | 'count' | 'stored'

/** Rows of a page. */
export const PAGE_ROWS = { usual: 1_000, most: 5_000 }
const MAX_NEWEST = 1_000_000

/** Rows of `history-rows`. */
const HISTORY_ROWS = { usual: 200, most: MAX_HISTORY_ROWS }
const MAX_FIRST = 10_000_000

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

function text(maxLength: number) {
  return z.string('must occur once').check(z.maxLength(maxLength))
}

function whole(least: 0 | 1, most: number) {
  const isWhole = (value: string): boolean =>
    /^(0|[1-9]\d*)$/.test(value) && Number(value) >= least && Number(value) <= most
  return z.pipe(
    text(10).check(z.refine(isWhole, `is not a whole number from ${least} to ${most}`)),
    z.transform(Number),
  )
}

const timeParameter = z.pipe(
  text(40).check(z.refine(isTime, 'is neither an ISO time with an offset nor ms since 1970')),
  z.transform(timeOf),
)

const cursorParameter = z.pipe(
  text(100).check(z.regex(/^\d{1,15}\.\d{1,9}\.[0-9a-f]{16}$/, 'is not a cursor of this relay')),
  z.transform((value): LedgerCursor => {
    const [to = '', offset = '', check = ''] = value.split('.')
    return { to: Number(to), offset: Number(offset), check }
  }),
)

const PARAMETERS = {
  from: z.optional(timeParameter),
  to: z.optional(timeParameter),
  newest: z.optional(whole(1, MAX_NEWEST)),
  by: z.optional(z.enum(['day', 'week', 'month', 'year'])),
  zone: z.optional(text(64).check(z.refine(isZone, 'is not a time zone'))),
  id: z.optional(text(64)),
  first: z.optional(whole(0, MAX_FIRST)),
  count: z.optional(whole(1, HISTORY_ROWS.most)),
  stored: z.optional(z.literal('true')),
  limit: z.optional(whole(1, PAGE_ROWS.most)),
  cursor: z.optional(cursorParameter),
}

const schema = z.object(PARAMETERS)

function isTime(value: string): boolean {
  return timeField.safeParse(timeOf(value)).success
}

function timeOf(value: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value)
  return ISO.test(value) ? Date.parse(value) : Number.NaN
}

function isZone(name: string): boolean {
  try {
    new Zone(name)
    return true
  } catch {
    return false
  }
}

/** A decoded request for a document. */
export interface LedgerRequest {
  readonly query: LedgerQuery
  readonly page: LedgerPage
}

/**
 * Decodes the parameters of a request; never throws. `known` are those that the document has besides the ones of a page. The fault names a
 * parameter, and never contains its value.
 */
export function decodeLedgerRequest(
  parameters: Readonly<Record<string, unknown>>,
  {
    parameters: known,
    lists,
  }: { readonly parameters: readonly LedgerParameter[]; readonly lists: object | null },
  now: number,
): Decoded<LedgerRequest> {
  const where = 'query'
  const names: readonly string[] = lists === null ? known : [...known, 'limit', 'cursor']
  if (Object.keys(parameters).some(name => !names.includes(name)))
    return invalid(where, `a parameter is unknown; known are: ${names.join(', ') || 'none'}`)
  const checked = validate(schema, { ...parameters }, where)
  if (!checked.ok) return checked
  const {
    from = null,
    to = now,
    newest = null,
    by = 'day',
    zone = 'UTC',
    id = '',
    first = 0,
    count = HISTORY_ROWS.usual,
    stored,
    limit,
    cursor,
  } = checked.value
  if (known.includes('id') && id === '') return invalid(where, 'id is missing')
  const query = { from, to: cursor?.to ?? to, newest, by, zone, id, first, count, stored: stored === 'true' }
  if (from !== null && from > query.to) return invalid(where, 'from is after to')
  return decoded({ query, page: { limit: limit ?? PAGE_ROWS.usual, cursor: cursor ?? null } })
}

/** Returns the query string of a request, with the parameters that the document has. `cursor` as the relay sent it; null for the first page. */
export function encodeLedgerRequest(
  query: LedgerQuery,
  known: readonly LedgerParameter[],
  page: { readonly limit: number; readonly cursor: string | null } | null,
): string {
  const values = { ...query, ...page }
  const names = page === null ? known : ([...known, 'limit', 'cursor'] as const)
  const pairs = names.flatMap(name => {
    const value = (values as Readonly<Record<string, unknown>>)[name]
    return value == null || value === '' || value === false
      ? []
      : [`${name}=${encodeURIComponent(String(value))}`]
  })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Returns a cursor as text. */
export function encodeLedgerCursor({ to, offset, check }: LedgerCursor): string {
  return `${to}.${offset}.${check}`
}
