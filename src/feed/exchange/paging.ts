import { AxisorError } from '../../domain/error.ts'
import type { Decoded } from '../../wire/decoded.ts'
import {
  cursorTime,
  joinPages,
  joinUnreadable,
  type Page,
  type RowKey,
  type UnreadableRow,
  unreadableRowText,
} from '../../wire/lnm/page.ts'
import { type PageQuery, ROUTES, type RouteName } from '../../wire/lnm/routes.ts'
import type { Priority } from './budget.ts'
import type { RestClient } from './rest-client.ts'

/**
 * A cursor is the time of a row, and whether the next page includes that time is not documented. Pages are requested from the cursor
 * and this overlap, so that no row of the same time is lost.
 */
const OVERLAP_MS = 1_000

/** A listing and how to page through it. */
export interface Paging<T> extends RowKey<T> {
  readonly route: RouteName
  readonly decode: (body: unknown) => Decoded<Page<T>>
  /** The time by which the exchange sorts the row, ms since 1970. */
  timeOf(row: T): number
  readonly query: PageQuery & { readonly limit: number }
  /** Maximum number of pages; a longer listing fails. */
  readonly maxPages: number
  readonly priority: Priority
  /** True if the rows read so far, newest first, are enough; the rest of the listing is not read. Default: never. */
  isEnough?(rows: readonly T[]): boolean
}

/** The rows of a listing, in the exchange's order, and those that could not be read. */
export interface Listing<T> {
  readonly rows: readonly T[]
  readonly unreadable: readonly UnreadableRow[]
}

/**
 * Reads all pages of a listing.
 * @throws AxisorError if a page can't be read, if the exchange's cursor does not advance or if there are more than `maxPages`: a listing
 * with a gap would look complete
 */
export async function readPages<T>(rest: RestClient, paging: Paging<T>): Promise<Listing<T>> {
  const { route, decode, query, priority, maxPages } = paging
  const pages: Page<T>[] = []
  const joined = (): Listing<T> => ({ rows: joinPages(pages, paging), unreadable: joinUnreadable(pages) })
  const cursors = new CursorSequence()
  for (;;) {
    const cursor = cursors.requested()
    const page = await rest.read(route, decode, { query: { ...query, cursor }, priority })
    pages.push(page)
    if (page.nextCursor === undefined && page.rowCount >= query.limit)
      throw incomplete(route, 'nextCursor is missing on a full page')
    if (page.nextCursor == null) return joined()
    if (!cursors.advance(page.nextCursor, page.items.map(paging.timeOf)))
      throw incomplete(route, 'the cursor of the pages does not advance')
    if (cursors.isNewestFirst && paging.isEnough?.(joined().rows)) return joined()
    if (pages.length >= maxPages)
      throw incomplete(
        route,
        `more than ${maxPages} pages; a part would give wrong sums`,
        'Request a shorter period.',
      )
  }
}

/**
 * Reads all pages of a listing of which every row is needed.
 * @throws AxisorError as `readPages`, and if a row can't be read: sums over the other rows would be wrong
 */
export async function readEveryRow<T>(rest: RestClient, paging: Paging<T>): Promise<readonly T[]> {
  const { rows, unreadable } = await readPages(rest, paging)
  const [first] = unreadable
  if (first !== undefined) throw incomplete(paging.route, unreadableRowText(first))
  return rows
}

function incomplete(route: RouteName, problem: string, hint?: string): AxisorError {
  return new AxisorError(
    'unreadable',
    `${ROUTES[route].label}: ${problem}`,
    hint === undefined ? {} : { hint },
  )
}

/** The cursors of a listing. The order of the rows is not documented; it is recognized by the first cursor. */
export class CursorSequence {
  isNewestFirst: boolean
  readonly #seen = new Set<string>()
  #last: string | null

  /** `last`: the cursor after which an interrupted reading continues; null at the beginning. */
  constructor(last: string | null = null, isNewestFirst = true) {
    this.#last = last
    this.isNewestFirst = isNewestFirst
    if (last !== null) this.#seen.add(last)
  }

  /** The cursor of the next request; undefined for the first page. */
  requested(): string | undefined {
    if (this.#last === null) return undefined
    const at = cursorTime(this.#last)
    if (at === null) return this.#last
    return new Date(at + (this.isNewestFirst ? OVERLAP_MS : -OVERLAP_MS)).toISOString()
  }

  /** Takes the cursor of a page with rows of `times`. Returns false if the listing would not advance by it. */
  advance(cursor: string, times: readonly number[]): boolean {
    const at = cursorTime(cursor)
    const before = this.#last === null ? null : cursorTime(this.#last)
    const isNew = !this.#seen.has(cursor)
    this.#seen.add(cursor)
    this.#last = cursor
    if (at === null) return isNew
    if (before !== null) return this.isNewestFirst ? at < before : at > before
    const newest = times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY)
    this.isNewestFirst = !times.some(time => time < newest) || at < newest
    return isNew
  }
}
