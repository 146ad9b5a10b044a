import { LedgerSync } from '../../../feed/ledger/ledger-sync.ts'
import { LEDGER_ROUTES, type LedgerRoute } from '../../../ledger/coverage.ts'
import type { Clock } from '../../../ports/clock.ts'
import type {
  KeepOutcome,
  LedgerJob,
  LedgerReads,
  LedgerResult,
  LiveRows,
} from '../../../ports/ledger-worker.ts'
import { LEDGER_DOCUMENTS, type LedgerDocumentName } from '../../../wire/relay/ledger-documents.ts'
import type { LedgerRequest } from '../../../wire/relay/ledger-query.ts'
import { HistoryLists } from '../../ledger/history-lists.ts'
import { DOCUMENT_MAKERS } from '../../ledger/make-documents.ts'
import type { AccountLedger } from '../../ledger/open-account-ledger.ts'
import { bodyOf, etagOf } from './document-pages.ts'
import { type Opened, OpenedLedgers, type OpenedLedgersDeps } from './opened-ledgers.ts'
import { RemoteSource } from './remote-source.ts'

/** What was read so recently is not read again: a client of several documents costs the exchange one reading. */
const FRESH_MS = 5_000
/** Documents of listings whose further pages may be requested. */
const MAX_LISTS = 4
const LIST_MS = 60_000

export interface LedgerJobsDeps extends OpenedLedgersDeps {
  sha256(text: string): string
  /** Deletes the closed ledgers of all other users. @throws AxisorError config */
  removeOthers(userIds: readonly string[]): Promise<void> | void
}

/** Makes documents from the ledgers of a relay's accounts. One job at a time per user. */
export class LedgerJobs {
  readonly #deps: LedgerJobsDeps
  readonly #opened: OpenedLedgers
  readonly #historyLists = new HistoryLists()
  readonly #lists = new Map<string, { readonly document: object; readonly at: number }>()

  constructor(deps: LedgerJobsDeps) {
    this.#deps = deps
    this.#opened = new OpenedLedgers(deps, (userId, ledger) => {
      this.#forgetLists(userId)
      if (ledger !== null) this.#historyLists.forget(ledger)
    })
  }

  /** As `LedgerWorker.run`. */
  async run(job: LedgerJob, reads: LedgerReads, onRows: (rows: number) => void): Promise<LedgerResult> {
    const { clock, writer } = this.#deps
    const name = job.name as LedgerDocumentName
    const request = job.request as LedgerRequest
    const source = new RemoteSource(reads, clock)
    const { opened, damagedPath } = await this.#opened.open(job, source)
    const end = this.#opened.use(opened)
    try {
      const { ledger } = opened
      const onProgress = ({ rows }: { readonly rows: number }) => onRows(rows)
      const sync = new LedgerSync({ rest: source, ledger, clock, writer, onProgress })
      await this.#opened.markKey(opened)
      if (job.keep !== undefined) await sync.keep(job.keep)
      const account: AccountLedger = {
        ledger,
        sync: freshSync(opened, sync, clock, request.page.cursor === null ? FRESH_MS : LIST_MS),
        lists: this.#historyLists,
        exchangeNow: () => exchangeNow(opened, source, clock),
        facts: async () => ({
          now: clock.toWall(clock.nowMs()),
          origin: job.network === 'simulator' ? 'simulated' : 'exchange',
          network: job.network,
          source: 'relay',
          key: job.permissions,
          routes: await ledger.routes(),
        }),
      }
      const document = await this.#document(job, name, request, account)
      const hash = (text: string) => this.#deps.sha256(text)
      const body = bodyOf(document, LEDGER_DOCUMENTS[name].lists, request, hash)
      return { body, etag: etagOf(job.userId, body, hash), damagedPath }
    } finally {
      end()
    }
  }

  /** As `LedgerWorker.keep`. */
  async keep(items: readonly LiveRows[]): Promise<readonly KeepOutcome[]> {
    const outcomes: KeepOutcome[] = []
    for (const item of items) outcomes.push(await this.#opened.keep(item))
    return outcomes
  }

  /** As `LedgerWorker.retain`. */
  async retain(userIds: readonly string[]): Promise<void> {
    await this.#opened.retain(userIds)
    await this.#deps.removeOthers(userIds)
  }

  /** Closes all ledgers. */
  async close(): Promise<void> {
    await this.#opened.close()
  }

  /** The pages of a listing are cut from one document, so that they fit together. */
  async #document(
    { userId }: LedgerJob,
    name: LedgerDocumentName,
    { query, page }: LedgerRequest,
    account: AccountLedger,
  ): Promise<object> {
    const now = this.#deps.clock.nowMs()
    for (const [key, { at }] of [...this.#lists]) if (now - at >= LIST_MS) this.#lists.delete(key)
    const key = JSON.stringify([userId, name, query])
    const known = page.cursor === null ? undefined : this.#lists.get(key)
    if (known !== undefined) return known.document
    const document = await DOCUMENT_MAKERS[name](account, query)
    if (LEDGER_DOCUMENTS[name].lists !== null) {
      this.#lists.delete(key)
      this.#lists.set(key, { document, at: now })
      const [oldest] = this.#lists.keys()
      if (this.#lists.size > MAX_LISTS && oldest !== undefined) this.#lists.delete(oldest)
    }
    return document
  }

  #forgetLists(userId: string): void {
    for (const key of [...this.#lists.keys()])
      if (key.startsWith(JSON.stringify([userId]).slice(0, -1))) this.#lists.delete(key)
  }
}

/** A job whose rows were read just before measures no clock: that of the job before counts. */
function exchangeNow(opened: Opened, source: RemoteSource, clock: Clock): number {
  opened.offsetMs = source.offsetMs ?? opened.offsetMs
  const now = clock.nowMs()
  return opened.offsetMs === null ? clock.toWall(now) : now + opened.offsetMs
}

/** Returns a sync that does not read again what was read within `freshMs`. */
function freshSync(opened: Opened, sync: LedgerSync, clock: Clock, freshMs: number): AccountLedger['sync'] {
  const isFresh = (at: number | undefined): boolean => at !== undefined && clock.nowMs() - at < freshMs
  const updated = (routes: readonly LedgerRoute[]) => {
    for (const route of routes) opened.updatedAt.set(route, clock.nowMs())
  }
  return {
    async settle() {
      if (opened.settled !== null && isFresh(opened.settled.at)) return opened.settled.state
      const state = await sync.settle()
      opened.settled = { at: clock.nowMs(), state }
      updated(LEDGER_ROUTES)
      return state
    },
    async sample() {
      if (isFresh(opened.sampledAt ?? undefined) || isFresh(opened.settled?.at)) return true
      const isStored = await sync.sample()
      if (isStored) opened.sampledAt = clock.nowMs()
      return isStored
    },
    async update(routes) {
      if (routes.every(route => isFresh(opened.updatedAt.get(route)))) return
      await sync.update(routes)
      updated(routes)
    },
    async updateCross(routes, optional) {
      if (opened.cross !== null && isFresh(opened.cross.at)) return opened.cross.update
      const update = await sync.updateCross(routes, optional)
      opened.cross = { at: clock.nowMs(), update }
      updated([...routes, ...optional])
      return update
    },
    readPrices: minutes => sync.readPrices(minutes),
  }
}
