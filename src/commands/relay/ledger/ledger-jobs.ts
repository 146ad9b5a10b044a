import { type CrossUpdate, LedgerSync } from '../../../feed/ledger/ledger-sync.ts'
import type { AccountState } from '../../../ledger/account-state.ts'
import { LEDGER_ROUTES, type LedgerRoute } from '../../../ledger/coverage.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Ledger, OpenedLedger } from '../../../ports/ledger.ts'
import type { LedgerJob, LedgerReads, LedgerResult } from '../../../ports/ledger-worker.ts'
import { decodeAccountFunds } from '../../../wire/lnm/ledger-wallet.ts'
import { LEDGER_DOCUMENTS, type LedgerDocumentName } from '../../../wire/relay/ledger-documents.ts'
import type { LedgerRequest } from '../../../wire/relay/ledger-query.ts'
import { DOCUMENT_MAKERS } from '../../ledger/make-documents.ts'
import type { AccountLedger } from '../../ledger/open-account-ledger.ts'
import { bodyOf, etagOf } from './document-pages.ts'
import { RemoteSource } from './remote-source.ts'

/** What was read so recently is not read again: a client of several documents costs the exchange one reading. */
const FRESH_MS = 5_000
/** Open files. The one that was idle for longest is closed. */
const MAX_OPEN = 16
/** Documents of listings whose further pages may be requested. */
const MAX_LISTS = 4
const LIST_MS = 60_000

/** Names the ledger of a relay's account. */
interface RelayLedgerName {
  readonly userId: string
  readonly network: string
  readonly accountId: string
}

export interface LedgerJobsDeps {
  readonly clock: Clock
  /** Writer of this process in the lease of each ledger. */
  readonly writer: string
  sha256(text: string): string
  /** Opens the ledger of an account; null for one in memory. @throws AxisorError as the ledger */
  openLedger(name: RelayLedgerName | null): Promise<OpenedLedger>
  /** Deletes the closed ledgers of all other users. @throws AxisorError config */
  removeOthers(userIds: readonly string[]): void
}

/** The open ledger of an account, and when it was read. */
interface Opened {
  readonly ledger: Ledger
  readonly keyVersion: number
  settled: { readonly at: number; readonly state: AccountState } | null
  cross: { readonly at: number; readonly update: CrossUpdate } | null
  readonly updatedAt: Map<LedgerRoute, number>
  usedAt: number
  /** Settles when no job uses it. */
  idle: Promise<void>
  isBusy: boolean
}

/** Makes documents from the ledgers of a relay's accounts. One job at a time per user. */
export class LedgerJobs {
  readonly #deps: LedgerJobsDeps
  readonly #opened = new Map<string, Opened>()
  readonly #lists = new Map<string, { readonly document: object; readonly at: number }>()

  constructor(deps: LedgerJobsDeps) {
    this.#deps = deps
  }

  /** As `LedgerWorker.run`. */
  async run(job: LedgerJob, reads: LedgerReads, onRows: (rows: number) => void): Promise<LedgerResult> {
    const { clock, writer } = this.#deps
    const name = job.name as LedgerDocumentName
    const request = job.request as LedgerRequest
    const source = new RemoteSource(reads, clock)
    const { opened, damagedPath } = await this.#open(job, source)
    const { promise, resolve } = Promise.withResolvers<void>()
    opened.idle = promise
    opened.isBusy = true
    try {
      const { ledger } = opened
      const onProgress = ({ rows }: { readonly rows: number }) => onRows(rows)
      const sync = new LedgerSync({ rest: source, ledger, clock, writer, onProgress })
      const account: AccountLedger = {
        ledger,
        sync: freshSync(opened, sync, clock, request.page.cursor === null ? FRESH_MS : LIST_MS),
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
      return { body, etag: etagOf(body, hash), damagedPath }
    } finally {
      opened.usedAt = clock.nowMs()
      opened.isBusy = false
      resolve()
    }
  }

  /** As `LedgerWorker.retain`. */
  async retain(userIds: readonly string[]): Promise<void> {
    const kept = new Set(userIds)
    for (const [userId, { idle }] of [...this.#opened]) {
      if (kept.has(userId)) continue
      await idle
      await this.#close(userId)
    }
    this.#deps.removeOthers(userIds)
  }

  /** Closes all ledgers. */
  async close(): Promise<void> {
    for (const userId of [...this.#opened.keys()]) await this.#close(userId)
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

  async #open(
    { userId, keyVersion, network }: LedgerJob,
    source: RemoteSource,
  ): Promise<{ readonly opened: Opened; readonly damagedPath: string | null }> {
    const known = this.#opened.get(userId)
    if (known?.keyVersion === keyVersion) return { opened: known, damagedPath: null }
    if (known !== undefined) await this.#close(userId)
    await this.#closeIdle()
    const { id: accountId } = await source.read('account', decodeAccountFunds, { priority: 'low' })
    const name = network === 'simulator' ? null : { userId, network, accountId }
    const { ledger, damagedPath } = await this.#deps.openLedger(name)
    const opened: Opened = {
      ...{ ledger, keyVersion, settled: null, cross: null, updatedAt: new Map() },
      ...{ usedAt: this.#deps.clock.nowMs(), idle: Promise.resolve(), isBusy: false },
    }
    this.#opened.set(userId, opened)
    return { opened, damagedPath }
  }

  async #closeIdle(): Promise<void> {
    const idle = [...this.#opened].filter(([, { isBusy }]) => !isBusy)
    const [longest] = idle.toSorted(([, a], [, b]) => a.usedAt - b.usedAt)
    if (this.#opened.size >= MAX_OPEN && longest !== undefined) await this.#close(longest[0])
  }

  async #close(userId: string): Promise<void> {
    const opened = this.#opened.get(userId)
    this.#opened.delete(userId)
    for (const key of [...this.#lists.keys()])
      if (key.startsWith(JSON.stringify([userId]).slice(0, -1))) this.#lists.delete(key)
    await opened?.ledger.close()
  }
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
