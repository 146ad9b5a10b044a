import { atMost } from '../../domain/at-most.ts'
import type { CandleLength } from '../../domain/candle-range.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { Crypto } from '../../ports/crypto.ts'
import { chartCandlesOf, chartQuery } from '../../wire/lnm/chart-candles.ts'
import { decodeCandles } from '../../wire/lnm/rest-market.ts'
import { encodeCandlesDocument } from '../../wire/relay/candles-document.ts'
import { faultLine, parseJson } from '../../wire/validate.ts'
import type { OpenedAccount } from '../accounts/opened-account.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayLog } from '../context.ts'
import type { DocumentAnswer } from '../document-answer.ts'
import {
  type AccountHolds,
  type ReadableAccount,
  type Reading,
  type ReadingDeps,
  withReader,
} from '../ledger/account-reading.ts'
import { logBug } from '../log-bug.ts'

/** How long a request waits for its candles. */
const WAIT_MS = 1_000
/** Candles are not read again within this: the stream has the minutes since. */
const FRESH_MS = 120_000
/** A failed read is not repeated within this. */
const FAILED_MS = 5_000
/** Reads that run or wait, requested by the tokens of one user. */
const MAX_PER_USER = 8
/** Of all accounts. A document has at most about 60 kB. */
const MAX_DOCUMENTS = 256

/** The candles that a relay serves. */
export interface CandleService {
  /**
   * Returns the candles of a range from the account that a grant names.
   * @throws AxisorError rate-limited, if too many are requested; else as the exchange
   */
  answer(grant: Grant, range: CandleLength): Promise<DocumentAnswer>
  /** Keeps the candles of a watched account until the returned function is called. */
  watch(account: OpenedAccount): Cancel
}

/** Opens the service. */
export type OpenCandleService = (accounts: AccountHolds) => CandleService

interface CandleServiceDeps extends ReadingDeps {
  readonly log: RelayLog
  readonly crypto: Pick<Crypto, 'sha256'>
}

type Document = Extract<DocumentAnswer, { kind: 'document' }>

/** Candles that are being read, or were. */
interface Job extends Reading {
  /** The user whose token requested them first. */
  readonly by: string
  readonly range: CandleLength
  /** Null while it runs. */
  outcome: { readonly document: Document } | { readonly error: unknown } | null
  /** When they must be read again. */
  until: number
  /** Settles with the outcome; never rejects. */
  done: Promise<void>
}

/** Reads candles with the readers of the accounts, each range of an account once at a time, and keeps them for a while. */
export class RelayCandles implements CandleService {
  readonly #deps: CandleServiceDeps
  readonly #accounts: AccountHolds
  /** Oldest first. */
  readonly #jobs = new Map<string, Job>()

  constructor(deps: CandleServiceDeps, accounts: AccountHolds) {
    this.#deps = deps
    this.#accounts = accounts
  }

  async answer({ userId: by, account }: Grant, range: CandleLength): Promise<DocumentAnswer> {
    const { clock } = this.#deps
    const key = `${account.userId} ${range}`
    const known = this.#jobs.get(key)
    const isKept = known !== undefined && (known.outcome === null || clock.nowMs() < known.until)
    const job = isKept ? known : this.#start(key, { ...account, by, range })
    await atMost(clock, WAIT_MS, job.done)
    const { outcome } = job
    if (outcome === null) return { kind: 'progress', rows: 0 }
    if ('error' in outcome) throw outcome.error
    return outcome.document
  }

  /** A room that is closed may be opened with another key, of another network. */
  watch({ userId }: OpenedAccount): Cancel {
    return () => {
      for (const [key, job] of this.#jobs) {
        if (job.userId !== userId) continue
        job.isCanceled = true
        this.#jobs.delete(key)
      }
    }
  }

  #start(key: string, request: Pick<Job, 'userId' | 'userName' | 'by' | 'range'>): Job {
    this.#jobs.delete(key)
    const running = [...this.#jobs].filter(([, { outcome }]) => outcome === null)
    if (running.filter(([, { by }]) => by === request.by).length >= MAX_PER_USER)
      throw new AxisorError('rate-limited', 'too many candles are requested at once')
    if (running.length >= MAX_DOCUMENTS)
      throw new AxisorError('unavailable', 'the relay reads too many candles at the moment')
    for (const [oldest, { outcome }] of this.#jobs) {
      if (this.#jobs.size < MAX_DOCUMENTS) break
      if (outcome !== null) this.#jobs.delete(oldest)
    }
    const job: Job = { ...request, outcome: null, until: 0, done: Promise.resolve(), isCanceled: false }
    job.done = this.#finish(job)
    this.#jobs.set(key, job)
    return job
  }

  async #finish(job: Job): Promise<void> {
    const { clock } = this.#deps
    try {
      const document = await withReader(this.#deps, this.#accounts, job, account => this.#read(job, account))
      job.until = clock.nowMs() + FRESH_MS
      job.outcome = { document }
    } catch (error) {
      job.until = clock.nowMs() + FAILED_MS
      job.outcome = { error: this.#shown(error, job) }
    }
  }

  async #read({ userId, range }: Job, { read, clockOffsetMs }: ReadableAccount): Promise<Document> {
    const { clock, crypto } = this.#deps
    const { body } = await read('candles', chartQuery(range, clock.nowMs() + (clockOffsetMs ?? 0)))
    const parsed = parseJson(body, 'GET /v3/futures/candles')
    const page = parsed.ok ? decodeCandles(parsed.value) : parsed
    if (!page.ok) throw new AxisorError('unreadable', faultLine(page.fault))
    const { items, unreadable } = page.value
    const candles = chartCandlesOf({ items, unreadableRows: unreadable.length })
    const document = encodeCandlesDocument({ range, asOf: clock.nowMs(), ...candles })
    // Documents of two users are never the same to a cache.
    const digest = crypto.sha256(JSON.stringify([userId, candles])).slice(0, 32)
    return { kind: 'document', body: document, etag: `W/"${digest}"` }
  }

  /** Returns the error for the client: what concerns the machine of the relay is for its log. */
  #shown(error: unknown, { userId, range }: Job): unknown {
    const { log } = this.#deps
    if (!(error instanceof AxisorError)) {
      logBug(log, error)
      return new AxisorError('unavailable', 'internal error: see the log of the relay')
    }
    const { code, message } = error
    log.warn('candles not read', { user: userId, range, code, why: message })
    if (code === 'config') return new AxisorError('unavailable', 'the relay cannot read candles: see its log')
    // 429 is about the limits of the client.
    return code === 'rate-limited' ? new AxisorError('unavailable', message) : error
  }
}
