import { AxisorError } from '../../domain/error.ts'
import { mapValues } from '../../domain/map-values.ts'
import type { HistoryRow } from '../../ledger/history-row.ts'
import { type HistorySummary, historyCoverage } from '../../ledger/history-summary.ts'
import type { StoryEvent } from '../../ledger/story-event.ts'
import type { HistoryPage, LedgerHistory } from '../../ports/ledger-history.ts'
import {
  type HistoryRowsDocument,
  type HistorySummaryDocument,
  MAX_HISTORY_ROWS,
} from '../../wire/ledger/history-view-documents.ts'
import type { StoryDocument } from '../../wire/ledger/story-document.ts'
import type { LedgerQuery } from '../../wire/relay/ledger-query.ts'
import type { RelayDocuments } from './relay-documents.ts'

/** A list that changes while its parts are read is read again so often. */
const MAX_RESTARTS = 3
/** A hostile relay must not fill the memory. */
const MAX_ROWS = 2_000_000

const QUERY: LedgerQuery = {
  ...{ from: null, to: 0, newest: null, by: 'day', zone: 'UTC', id: '', first: 0, count: 1, stored: false },
}

type Failures = HistorySummaryDocument['failures']

/** The history of an account as a relay sends it. One request is sent at a time. */
export class RelayHistory implements LedgerHistory {
  readonly #documents: Pick<RelayDocuments, 'read'>
  readonly #onFailures: (failures: Failures) => void
  #last: Promise<unknown> = Promise.resolve()

  /** `onFailures` is called after each summary with what the relay could not read for it. */
  constructor(documents: Pick<RelayDocuments, 'read'>, onFailures: (failures: Failures) => void) {
    this.#documents = documents
    this.#onFailures = onFailures
  }

  /** The relay sums up to its own time. */
  async summary(): Promise<HistorySummary> {
    const document = (await this.#read('history-summary', QUERY)) as unknown as HistorySummaryDocument
    this.#onFailures(document.failures)
    return summaryOf(document)
  }

  async rows(first: number, count: number): Promise<HistoryPage> {
    for (let attempt = 1; attempt <= MAX_RESTARTS; attempt += 1) {
      const page = await this.#readRows(first, count)
      if (page !== null) return page
    }
    throw new AxisorError('unavailable', 'the list changes while it is read', { hint: 'Try again later.' })
  }

  async story(id: string): Promise<readonly StoryEvent[] | null> {
    try {
      const document = (await this.#read('story', { ...QUERY, id, stored: true })) as unknown as StoryDocument
      return document.events.map(storyEventOf)
    } catch (error) {
      if (error instanceof AxisorError && error.code === 'usage') return null
      throw error
    }
  }

  /** Returns null if the list changes between two parts. */
  async #readRows(first: number, count: number): Promise<HistoryPage | null> {
    const rows: HistoryRow[] = []
    let total: number | null = null
    for (;;) {
      const part = {
        first: first + rows.length,
        count: Math.min(MAX_HISTORY_ROWS, Math.max(1, count - rows.length)),
      }
      const document = (await this.#read('history-rows', {
        ...QUERY,
        ...part,
      })) as unknown as HistoryRowsDocument
      if (document.first !== part.first || document.rows.length > part.count)
        throw new AxisorError('unreadable', 'GET /v1/history-rows: the rows are not those requested')
      if (total !== null && total !== document.total) return null
      total = document.total
      for (const row of document.rows) rows.push(rowOf(row))
      if (rows.length >= count || first + rows.length >= total) return { rows, total }
      if (document.rows.length === 0 || rows.length > MAX_ROWS)
        throw new AxisorError('unreadable', 'GET /v1/history-rows: rows of the list are missing')
    }
  }

  #read(name: Parameters<RelayDocuments['read']>[0], query: LedgerQuery): ReturnType<RelayDocuments['read']> {
    const reading = this.#last.then(() => this.#documents.read(name, query))
    this.#last = reading.catch(() => {})
    return reading
  }
}

function timeOf(text: string): number {
  return Date.parse(text)
}

function timeOrNull(text: string | null): number | null {
  return text === null ? null : timeOf(text)
}

function summaryOf({ coverage, sums, curves, total, oldestAt }: HistorySummaryDocument): HistorySummary {
  return {
    sums: mapValues(sums, ({ from, netPlSats, grossPlSats, ...sum }) => ({
      ...sum,
      ...{ from: timeOf(from), netSats: netPlSats, grossSats: grossPlSats },
    })),
    curves: mapValues(curves, ({ from, to, marks, ...curve }) => ({
      ...curve,
      ...{ from: timeOf(from), to: timeOf(to) },
      marks: marks.map(mark => ({ ...mark, at: timeOf(mark.at) })),
    })),
    coverage: historyCoverage(
      coverage.map(each => ({ ...each, from: timeOrNull(each.from), to: timeOrNull(each.to) })),
    ),
    count: total,
    oldestAt: timeOrNull(oldestAt),
  }
}

function rowOf({ at, grossPlSats, netPlSats, ...row }: HistoryRowsDocument['rows'][number]): HistoryRow {
  return { ...row, at: timeOf(at), grossSats: grossPlSats, netSats: netPlSats }
}

/** A kind of a later relay is shown as it is. */
function storyEventOf({ at, seenFrom, ...event }: StoryDocument['events'][number]): StoryEvent {
  return { ...event, kind: event.kind as StoryEvent['kind'], at: timeOf(at), seenFrom: timeOrNull(seenFrom) }
}
