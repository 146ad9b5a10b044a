import { atMost } from '../../domain/at-most.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { OpenedAccount } from '../accounts/opened-account.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { DocumentAnswer } from '../document-answer.ts'
import { logBug } from '../log-bug.ts'
import type { AccountHolds } from './account-reading.ts'
import { type Job, JobMaker, type LedgerServiceDeps, type LedgerServiceRequest } from './job-maker.ts'
import { JobQueue } from './job-queue.ts'
import { LiveRecorder } from './live-recorder.ts'

/** How long a request waits for its document. A longer reading is answered with its progress. */
const WAIT_MS = 1_000
/** A document that is not fetched is dropped after this. */
const KEPT_MS = 30_000
/** Half a million rows at the rate of the exchange. */
const JOB_MS = 30 * 60_000
/** Documents that are made or wait, requested by the tokens of one user and by all. */
const MAX_PER_USER = 8
const MAX_JOBS = 256
/** Documents that are made at the same time: each needs memory. */
const MAX_RUNNING = 4

/** The work on ledgers since the start, in numbers. */
export interface LedgerLoad {
  /** Documents that are being made, or wait. */
  readonly jobs: number
  readonly documents: number
  readonly errors: number
  /** Rows read from exchanges. */
  readonly rows: number
  /** Unexpected ends of the thread. */
  readonly crashes: number
}

/** The ledgers of a relay's accounts. */
export interface LedgerService {
  /**
   * Returns a document of the account that a grant names.
   * @throws AxisorError usage, for a document that does not exist; rate-limited, if too many are requested; else as the exchange
   */
  answer(grant: Grant, request: LedgerServiceRequest): Promise<DocumentAnswer>
  /** Deletes the ledgers of removed users. Failures are logged; it never rejects. */
  reload(): Promise<void>
  /** Records what is known of a watched account without requests, until the returned function is called. */
  watch(account: OpenedAccount): Cancel
  load(): LedgerLoad
  close(): Promise<void>
}

/** Opens the service. */
export type OpenLedgerService = (access: AccountHolds) => LedgerService

/** Makes documents on a thread: one at a time per user, a few at a time in all. */
export class RelayLedgers implements LedgerService {
  readonly #deps: LedgerServiceDeps
  readonly #jobs = new Map<string, Job>()
  readonly #queue = new JobQueue(MAX_RUNNING)
  readonly #maker: JobMaker
  readonly #recorder: LiveRecorder
  #users: string | null = null
  #documents = 0
  #errors = 0
  #rows = 0
  #isClosed = false

  constructor(deps: LedgerServiceDeps, access: AccountHolds) {
    this.#deps = deps
    this.#recorder = new LiveRecorder(deps)
    this.#maker = new JobMaker(deps, access, rows => {
      this.#rows += rows
    })
  }

  async answer({ userId: by, account }: Grant, request: LedgerServiceRequest): Promise<DocumentAnswer> {
    const key = JSON.stringify([account.userId, request.name, request.key])
    const job = this.#jobs.get(key) ?? this.#start(key, { ...request, ...account, by })
    await atMost(this.#deps.clock, WAIT_MS, job.done)
    const { outcome } = job
    if (outcome === null) return { kind: 'progress', rows: job.rows }
    if (this.#jobs.get(key) === job) this.#jobs.delete(key)
    if ('error' in outcome) throw outcome.error
    const { body, etag } = outcome.result
    return { kind: 'document', body, etag }
  }

  async reload(): Promise<void> {
    const { store, worker, log } = this.#deps
    try {
      const ids = (await wrapDatabaseErrors(store.users())).map(({ id }) => id)
      const users = ids.join()
      if (users === this.#users) return
      for (const job of this.#jobs.values()) if (!ids.includes(job.userId)) job.isCanceled = true
      await worker.retain(ids)
      this.#users = users
    } catch (error) {
      if (error instanceof AxisorError)
        log.warn('ledgers not deleted', { code: error.code, why: error.message })
      else logBug(log, error)
    }
  }

  watch(account: OpenedAccount): Cancel {
    return this.#recorder.watch(account)
  }

  load(): LedgerLoad {
    const jobs = [...this.#jobs.values()].filter(({ outcome }) => outcome === null).length
    const counts = { documents: this.#documents, errors: this.#errors, rows: this.#rows }
    return { jobs, ...counts, crashes: this.#deps.worker.crashes }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const job of this.#jobs.values()) job.isCanceled = true
    await this.#recorder.close()
    await this.#deps.worker.close()
  }

  #start(key: string, request: LedgerServiceRequest & Pick<Job, 'userId' | 'userName' | 'by'>): Job {
    if (this.#isClosed) throw new AxisorError('unavailable', 'the relay is stopping')
    const ofUser = [...this.#jobs.values()].filter(({ by }) => by === request.by)
    if (ofUser.length >= MAX_PER_USER)
      throw new AxisorError('rate-limited', 'too many documents are requested at once')
    if (this.#jobs.size >= MAX_JOBS)
      throw new AxisorError('unavailable', 'the relay makes too many documents at the moment')
    const job: Job = { ...request, rows: 0, outcome: null, done: Promise.resolve(), isCanceled: false }
    job.done = this.#finish(key, job)
    this.#jobs.set(key, job)
    return job
  }

  async #finish(key: string, job: Job): Promise<void> {
    const { clock } = this.#deps
    const cancel = clock.after(JOB_MS, () => {
      job.isCanceled = true
    })
    try {
      const result = await this.#queue.run(job.userId, () => this.#maker.make(job))
      this.#documents += 1
      this.#recorder.opened(job.userId)
      job.outcome = { result }
    } catch (error) {
      job.outcome = { error: this.#shown(error, job) }
    }
    cancel()
    clock.after(KEPT_MS, () => {
      if (this.#jobs.get(key) === job) this.#jobs.delete(key)
    })
  }

  /** Returns the error for the client: what concerns the machine of the relay is for its log. */
  #shown(error: unknown, { userId, name }: Job): unknown {
    const isRequest = error instanceof AxisorError && (error.code === 'usage' || error.httpStatus === 409)
    if (isRequest) return error
    // The work was ended on purpose.
    if (this.#isClosed) return new AxisorError('unavailable', 'the relay is stopping')
    this.#errors += 1
    if (!(error instanceof AxisorError)) {
      logBug(this.#deps.log, error)
      return new AxisorError('unavailable', 'internal error: see the log of the relay')
    }
    const { code, message } = error
    this.#deps.log.warn('document of a ledger not made', { user: userId, document: name, code, why: message })
    if (code !== 'config') return error
    return new AxisorError('unavailable', 'the relay cannot keep the ledger of this account: see its log')
  }
}
