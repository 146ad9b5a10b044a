import { AxisorError, type ErrorCode } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { LEDGER_ROUTES, type RouteState, routeState } from '../../ledger/coverage.ts'
import type { BookedFill } from '../../ledger/cross-book.ts'
import { fillHistoryRow, type HistoryRow, tradeHistoryRow } from '../../ledger/history-row.ts'
import { readHistorySummary } from '../../ledger/history-summary.ts'
import { historyRowsDocument, historySummaryDocument } from '../../output/ledger/history-view.ts'
import type { Ledger } from '../../ports/ledger.ts'
import {
  EQUITY_SAMPLES,
  type HistoryRowsDocument,
  type HistorySummaryDocument,
} from '../../wire/ledger/history-view-documents.ts'
import { ROUTES } from '../../wire/lnm/routes.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import type { HistoryEntry } from './history-lists.ts'
import type { AccountLedger } from './open-account-ledger.ts'

type Failure = HistorySummaryDocument['failures'][number] & { readonly error: AxisorError }

/** Errors that concern the whole account, or the ledger. */
const FATAL: ReadonlySet<ErrorCode> = new Set(['key-refused', 'key-may-write', 'config', 'usage'])
/** Errors after which the next request would fail too. */
const NO_CONNECTION: ReadonlySet<ErrorCode> = new Set([
  'unreachable',
  'tls',
  'timeout',
  'connection-lost',
  'silence',
  'rate-limited',
])

/**
 * Reads what is new, and sums the history for a screen. What can't be read is named, and what is stored is summed without it.
 * @throws AxisorError as the ledger; if the key is refused; if something can't be read and nothing is stored yet
 */
export async function makeHistorySummary({
  ledger,
  sync,
  lists,
  exchangeNow,
  facts: factsOf,
}: AccountLedger): Promise<HistorySummaryDocument> {
  const failures = await readParts(sync)
  const facts = await factsOf()
  const [first] = failures
  if (first !== undefined && !facts.routes.some(isStored)) throw first.error
  const { listed, fills } = await lists.read(ledger)
  const known = { fills, count: listed.length, oldestAt: listed.at(-1)?.at ?? null }
  const summary = await readHistorySummary(ledger, known, exchangeNow())
  return historySummaryDocument(
    summary,
    failures.map(({ part, message }) => ({ part, message })),
    facts,
  )
}

function isStored({ to, pass }: RouteState): boolean {
  return to !== null || pass !== null
}

/** Reads each listing by itself, as a dashboard does, and the funds. Returns what failed. */
async function readParts(sync: AccountLedger['sync']): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  const parts = [
    ...LEDGER_ROUTES.map(route => ({ part: ROUTES[route].label, read: () => sync.update([route]) })),
    // After the swaps, which show the unit of synthetic dollars.
    { part: EQUITY_SAMPLES, read: () => sync.sample() },
  ]
  for (const { part, read } of parts) {
    try {
      await read()
    } catch (error) {
      if (!(error instanceof AxisorError) || FATAL.has(error.code)) throw error
      failures.push({ part, message: sanitize(error.message, { maxLength: 300 }), error })
      if (NO_CONNECTION.has(error.code)) return failures
    }
  }
  return failures
}

/**
 * Makes a part of the list of closed trades and fills. Reads the exchange only if their listings were never read: the rows belong to the
 * summary before. @throws AxisorError as the exchange and the ledger
 */
export async function makeHistoryRows(
  { ledger, sync, lists, facts: factsOf }: AccountLedger,
  { first, count }: Pick<LedgerQuery, 'first' | 'count'>,
): Promise<HistoryRowsDocument> {
  const states = await ledger.routes()
  const unread = (['isolatedClosed', 'crossFilled'] as const).filter(
    route => !isStored(routeState(states, route)),
  )
  if (unread.length > 0) await sync.update(unread)
  const { listed, fills } = await lists.read(ledger)
  const part = listed.slice(first, first + count)
  const rows = await readRows(ledger, part, fills)
  return historyRowsDocument(rows, { first, total: listed.length }, await factsOf())
}

async function readRows(
  ledger: Ledger,
  part: readonly HistoryEntry[],
  fills: readonly BookedFill[],
): Promise<readonly HistoryRow[]> {
  const [newest, oldest] = [part[0], part.at(-1)]
  if (newest === undefined || oldest === undefined) return []
  const trades = await ledger.read('trades', { from: oldest.at, to: newest.at })
  const byId = new Map(trades.map(trade => [trade.id, trade]))
  return part.flatMap(row => {
    if ('fill' in row) {
      const booked = fills[row.fill]
      return booked === undefined ? [] : fillHistoryRow(booked)
    }
    const trade = byId.get(row.tradeId)
    return trade === undefined ? [] : (tradeHistoryRow(trade) ?? [])
  })
}
