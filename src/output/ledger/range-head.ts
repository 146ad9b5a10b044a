import { canWrite } from '../../domain/account.ts'
import { formatNumber } from '../../domain/format.ts'
import { type LedgerRoute, unreadSince } from '../../ledger/coverage.ts'
import type { FundingDocument, HistoryDocument } from '../../wire/ledger/history-documents.ts'
import { keyRemarks } from '../key-text.ts'
import { minute } from '../listing-text.ts'
import { iso } from '../numbers.ts'
import { type HeadFacts, headOf, ledgerHeadLines } from './head.ts'

type ListedDocument = HistoryDocument | FundingDocument
type Unreadable = ListedDocument['unreadable'][number]

/** A range of a listing, ms since 1970, both inclusive, and how many of its newest rows to print. */
export interface ListedRange {
  readonly from: number
  readonly to: number
  readonly limit: number | null
  readonly facts: HeadFacts
}

/** Returns the head of a document of a range. `lists`: which list of the document has the rows of a listing. */
export function rangeHead(
  { from, to, facts }: ListedRange,
  routes: readonly LedgerRoute[],
  lists: Partial<Record<LedgerRoute, Unreadable['list']>>,
) {
  const { key } = facts
  return {
    ...headOf(facts, routes),
    since: iso(from),
    to: iso(to),
    truncated: false,
    key: {
      permissions: key?.permissions == null ? null : [...key.permissions],
      canWrite: key && canWrite(key),
    },
    unreadable: facts.routes.flatMap(state => {
      const list = lists[state.route]
      if (list === undefined) return []
      const rows = unreadSince(state, from).filter(row => row.from === null || row.from <= to)
      return rows.map(({ id, field, problem }): Unreadable => ({ list, id, field, problem }))
    }),
  }
}

/** Formats an unreadable row as one line: `trades: row 1f0c…: pl is not a number`. */
export function unreadableLine({ list, id, field, problem }: Unreadable): string {
  return `${list}: row ${id ?? 'without a readable id'}: ${field} ${problem}`
}

/** Returns the first lines of a text: origin, number of rows and warnings. */
export function rangeHeadLines(document: ListedDocument, count: number): readonly string[] {
  const { since, truncated, key, unreadable } = document
  const more = truncated ? ', newest only' : ''
  // Each unreadable row has a line of its own.
  const holes = unreadable.length === 0 ? document.coverage : []
  return [
    ...ledgerHeadLines(
      { ...document, coverage: holes },
      `${formatNumber(count)} since ${minute(since)} UTC${more}`,
    ),
    ...keyRemarks(key.canWrite),
    ...unreadable.map(row => `!! UNREADABLE ${unreadableLine(row)}`),
  ]
}
