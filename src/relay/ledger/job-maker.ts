import { AxisorError } from '../../domain/error.ts'
import type { LedgerResult, LedgerWorker } from '../../ports/ledger-worker.ts'
import type { RelayLog } from '../context.ts'
import {
  type AccountHolds,
  type ReadableAccount,
  type Reading,
  type ReadingDeps,
  withReader,
} from './account-reading.ts'
import { readNotices } from './live-recorder.ts'

/** A key that was refused is not tried again for so long, unless it is replaced. */
const REFUSED_MS = 60_000

/** Which document. Requests with the same `key` are answered with the same document. */
export interface LedgerServiceRequest {
  readonly name: string
  readonly request: unknown
  readonly key: string
}

/** What the ledgers of a relay need. */
export interface LedgerServiceDeps extends ReadingDeps {
  readonly log: RelayLog
  readonly worker: LedgerWorker
}

/** A document that is being made, or was. */
export interface Job extends LedgerServiceRequest, Reading {
  /** The user whose token requested it first. */
  readonly by: string
  rows: number
  /** Null while it runs. */
  outcome: { readonly result: LedgerResult } | { readonly error: unknown } | null
  /** Settles with the outcome; never rejects. */
  done: Promise<void>
}

/** Makes documents from the accounts of a relay on the thread of the ledgers. */
export class JobMaker {
  readonly #deps: LedgerServiceDeps
  readonly #access: AccountHolds
  readonly #onRows: (rows: number) => void
  /** Keys that the exchange has refused: too many refusals could ban the address of the relay. */
  readonly #refused = new Map<
    string,
    { readonly keyVersion: number; readonly until: number; readonly error: AxisorError }
  >()

  /** `onRows` is called with each number of rows read. */
  constructor(deps: LedgerServiceDeps, access: AccountHolds, onRows: (rows: number) => void) {
    this.#deps = deps
    this.#access = access
    this.#onRows = onRows
  }

  /** Makes the document of a job. @throws AxisorError as the account, the exchange and the ledger */
  async make(job: Job): Promise<LedgerResult> {
    return withReader(
      this.#deps,
      this.#access,
      job,
      account => this.#run(job, account),
      keyVersion => this.#requireAccepted(job.userId, keyVersion),
    )
  }

  async #run(job: Job, { held, sealed, keyVersion, read }: ReadableAccount): Promise<LedgerResult> {
    const { worker, log, clock } = this.#deps
    const { userId, name, request } = job
    const onRows = (rows: number) => {
      this.#onRows(Math.max(0, rows - job.rows))
      job.rows = rows
    }
    try {
      const network = sealed?.network ?? 'simulator'
      const permissions = held.store.state().status?.key ?? null
      const keep = name === 'story' ? { keep: { notices: await readNotices(this.#deps, userId) } } : {}
      const result = await worker.run(
        { userId, keyVersion, network, permissions, name, request, ...keep },
        { read },
        onRows,
      )
      if (result.damagedPath !== null) log.warn('damaged ledger kept aside', { user: userId })
      return result
    } catch (error) {
      if (error instanceof AxisorError && error.code === 'key-refused')
        this.#refused.set(userId, { keyVersion, error, until: clock.nowMs() + REFUSED_MS })
      throw error
    }
  }

  #requireAccepted(userId: string, keyVersion: number): void {
    const refused = this.#refused.get(userId)
    if (refused === undefined) return
    if (refused.keyVersion === keyVersion && this.#deps.clock.nowMs() < refused.until) throw refused.error
    this.#refused.delete(userId)
  }
}
