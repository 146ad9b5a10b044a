import { AxisorError } from '../../domain/error.ts'
import { type RoutePass, type RouteState, routeState, type UnreadRow } from '../../ledger/coverage.ts'
import type { LedgerRows, LedgerTable, LedgerTables } from '../../ledger/rows.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { cursorTime, type Page } from '../../wire/lnm/page.ts'
import { ROUTES } from '../../wire/lnm/routes.ts'
import { CursorSequence } from '../exchange/paging.ts'
import type { LedgerListing } from './ledger-listings.ts'
import type { LedgerSource } from './ledger-source.ts'

const ROWS_PER_PAGE = 1_000
const HOUR_MS = 3_600_000
/** A row may be listed later than its time; listings are read again from this long before the end of the last reading. */
const OVERLAP_MS = HOUR_MS
/** A row that was pending for longer will not change any more: an invoice that was never paid. */
const MAX_PENDING_MS = 30 * 24 * HOUR_MS
/** More unreadable rows are counted as one. */
const MAX_UNREAD = 100

/** What a reading of a listing needs. */
export interface RouteSyncDeps {
  readonly rest: LedgerSource
  readonly ledger: Ledger
  /** Who writes, as in `LedgerCommit`. */
  readonly writer: string
  /** Called before each commit; renews the lease. */
  beforeCommit(): Promise<void>
  /** Called after each commit with the number of rows of the page. */
  onRows(rows: number): void
}

/**
 * Reads what is new in a listing, one transaction a page. The state of the reading is part of each transaction, so that it can be
 * killed and continued anywhere. `since`: rows from this time are read again. Returns the new state of the listing.
 * @throws AxisorError if a page can't be read or stored, or the cursor does not advance; what was stored stays
 */
export async function syncRoute(
  listing: LedgerListing,
  deps: RouteSyncDeps,
  since: number | null = null,
): Promise<RouteState> {
  const states = await deps.ledger.routes()
  let state = routeState(states, listing.route)
  // A pass that is continued makes the listing complete up to its beginning, which may be long ago.
  if (state.pass !== null) state = await runPass(listing, state, state.pass, deps)
  const pass = await nextPass(listing, state, deps)
  const from = since === null || pass.from === null ? pass.from : Math.min(since, pass.from)
  return runPass(listing, state, { ...pass, from }, deps)
}

async function nextPass(listing: LedgerListing, state: RouteState, deps: RouteSyncDeps): Promise<RoutePass> {
  const startedAt = deps.rest.exchangeClock.nowMs()
  const { to, isWhole, unread } = state
  const whole = { startedAt, from: null, cursor: null, isNewestFirst: true }
  if (to === null || !isWhole) return whole
  // A row that was unreadable may be readable to this version, or may have been mended.
  if (unread.some(row => row.from === null)) return whole
  // The clock of the exchange may have been set back.
  const from = Math.min(Math.min(to, startedAt) - OVERLAP_MS, ...unread.map(row => row.from ?? to))
  const pendingSince = await oldestPending(listing, startedAt, deps)
  return { ...whole, from: Math.min(from, pendingSince ?? from) }
}

/** Time of the oldest row that may still change; null if there is none. */
async function oldestPending(
  { table, route, isPending, timeOf }: LedgerListing,
  now: number,
  { ledger }: RouteSyncDeps,
): Promise<number | null> {
  if (isPending === undefined) return null
  const network = route.endsWith('Lightning') ? 'lightning' : 'on-chain'
  const rows = await ledger.read(table, { from: now - MAX_PENDING_MS })
  const pending = rows.filter(row => isPending(row) && (!('network' in row) || row.network === network))
  return pending.reduce<number | null>((oldest, row) => Math.min(oldest ?? timeOf(row), timeOf(row)), null)
}

async function runPass(
  listing: LedgerListing,
  before: RouteState,
  begun: RoutePass,
  deps: RouteSyncDeps,
): Promise<RouteState> {
  const { rest, ledger, writer } = deps
  const { route, table } = listing
  const cursors = new CursorSequence(begun.cursor, begun.isNewestFirst)
  // Each pass reads the unreadable rows again: what it does not find is readable, or gone.
  const unread = begun.cursor === null ? [] : before.unread
  let state: RouteState = { ...before, pass: begun, error: null, unread }
  for (;;) {
    const cursor = cursors.requested()
    const query = { limit: ROWS_PER_PAGE, cursor, ...(begun.from === null ? {} : { from: begun.from }) }
    const page = await rest.read(route, body => listing.decode(body), { query, priority: 'low' })
    if (page.nextCursor === undefined && page.rowCount >= ROWS_PER_PAGE)
      throw incomplete(listing, 'nextCursor is missing on a full page')
    const isLast = page.nextCursor == null
    if (!isLast && !cursors.advance(page.nextCursor, page.items.map(listing.timeOf)))
      throw incomplete(listing, 'the cursor of the pages does not advance')
    state = {
      ...state,
      ...(isLast
        ? { isWhole: true, to: begun.startedAt, pass: null }
        : { pass: { ...begun, cursor: page.nextCursor, isNewestFirst: cursors.isNewestFirst } }),
      unread: unreadAfter(
        state.unread,
        page,
        listing,
        pageWindow(page.nextCursor, cursor, begun.from, cursors),
      ),
    }
    const rows = cursors.isNewestFirst ? page.items.toReversed() : page.items
    await deps.beforeCommit()
    await ledger.commit({ rows: { [table]: rows } as LedgerRows, route: state, writer })
    deps.onRows(page.items.length)
    if (isLast) return state
  }
}

/** Between which times the rows of a page are. */
function pageWindow(
  next: string | null | undefined,
  requested: string | undefined,
  passFrom: number | null,
  { isNewestFirst }: CursorSequence,
): Pick<UnreadRow, 'from' | 'to'> {
  const end = next == null ? null : cursorTime(next)
  const begin = requested === undefined ? null : cursorTime(requested)
  return isNewestFirst ? { from: end ?? passFrom, to: begin } : { from: begin ?? passFrom, to: end }
}

function unreadAfter(
  before: readonly UnreadRow[],
  { items, unreadable }: Page<LedgerTables[LedgerTable]>,
  { idOf }: LedgerListing,
  window: Pick<UnreadRow, 'from' | 'to'>,
): readonly UnreadRow[] {
  const read = new Set(items.map(idOf))
  const unread = new Map(before.map(row => [`${row.id} ${row.field}`, row]))
  for (const { id, field, problem } of unreadable)
    unread.set(`${id} ${field}`, { id, field, problem, ...window })
  return [...unread.values()].filter(({ id }) => id === null || !read.has(id)).slice(0, MAX_UNREAD)
}

function incomplete({ route }: LedgerListing, problem: string): AxisorError {
  return new AxisorError('unreadable', `${ROUTES[route].label}: ${problem}`)
}
