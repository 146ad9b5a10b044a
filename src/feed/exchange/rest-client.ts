import { AxisorError } from '../../domain/error.ts'
import { MAX_LIMITED_MS } from '../../domain/retry-after.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { RequestLimits } from '../../domain/status.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import { decodeServerTime } from '../../wire/lnm/rest-account.ts'
import { decodeRestError, type RestErrorResponse } from '../../wire/lnm/rest-error.ts'
import { type PageQuery, ROUTES, type RouteName, targetOf } from '../../wire/lnm/routes.ts'
import { openSigner, type Signer } from '../../wire/signing.ts'
import type { Priority } from './budget.ts'
import { ExchangeClock } from './exchange-clock.ts'
import type { KeyVerdicts } from './key-verdicts.ts'
import type { Release } from './rate-limiter.ts'
import { isStoredTime, StoredReplies } from './reply-age.ts'
import { type RequestGate, UNGATED } from './request-gate.ts'
import {
  ownBudgets,
  type RequestBudgets,
  type RequestKind,
  RequestLimiters,
  type TimedReply,
} from './request-limiters.ts'
import { decodeRestReply, isData } from './rest-reply.ts'
import { type DecodeBody, decodedAgain, decodedOnce } from './shared-replies.ts'

/** A stream measures the clock every 30 s. */
const FRESH_CLOCK_MS = 60_000

const MAX_RATE_LIMITED_ATTEMPTS = 3

/** Options of a request. */
export interface RequestOptions {
  readonly query?: PageQuery
  /** Default: `high`. */
  readonly priority?: Priority
  /** The request fails at once if the rate limit leaves none within this, in ms. Left out: it waits. */
  readonly maxQueueMs?: number
}

/** Address, key and limits of a client. */
export interface RestClientOptions {
  /** With its base path: `https://api.lnmarkets.com/v3`. */
  readonly apiUrl: string
  readonly credentials: Credentials | null
  readonly requestMs: number
  /** Applies besides our own limits; null (default) if the limits are not shared. */
  readonly requestGate?: RequestGate | null
  /** Budgets that other processes use as well; null (default) if they are not shared. */
  readonly budgets?: RequestBudgets | null
  /** A 429 that asks to wait longer fails at once, in ms. Left out: the request is repeated after the pause of the rate limiter. */
  readonly maxWaitMs?: number
  /** True for a client that gives up for good: it reports the time that a 429 asks for, not that of the next attempt. Default: true with `maxWaitMs`. */
  readonly givesUp?: boolean
  /** Records the verdicts on the key, and forbids to repeat refused requests. Left out: nothing is forbidden. */
  readonly keyVerdicts?: KeyVerdicts
  /** Called when a 429 limits requests, when it is extended, and when requests are accepted again. */
  readonly onLimits?: (limits: RequestLimits) => void
}

/**
 * Client of LN Markets' REST v3: rate-limited, signing with the exchange's time. Sends GET requests to the routes of the route table
 * only.
 */
export class RestClient {
  readonly exchangeClock: ExchangeClock
  readonly host: string
  readonly #http: Http
  readonly #clock: Clock
  readonly #origin: string
  readonly #base: string
  readonly #signer: Signer | null
  readonly #requestMs: number
  readonly #requestGate: RequestGate
  readonly #rateLimiters: RequestLimiters
  readonly #maxWaitMs: number
  readonly #givesUp: boolean
  readonly #keyVerdicts: KeyVerdicts | null
  /** Requests that wait for a slot, by priority and target. */
  readonly #queued = new Map<string, Promise<TimedReply>>()
  readonly #storedReplies = new StoredReplies()
  readonly #decodedAgain = decodedAgain()
  #simulated = false
  #clockSync: Promise<void> | null = null

  constructor(world: { readonly http: Http; readonly clock: Clock }, options: RestClientOptions) {
    const url = new URL(options.apiUrl)
    this.#http = world.http
    this.#clock = world.clock
    this.#origin = url.origin
    this.#base = url.pathname.replace(/\/+$/, '')
    this.host = url.host
    this.#signer = options.credentials === null ? null : openSigner(options.credentials)
    this.#requestMs = options.requestMs
    this.#requestGate = options.requestGate ?? UNGATED
    this.#maxWaitMs = options.maxWaitMs ?? Number.POSITIVE_INFINITY
    this.#givesUp = options.givesUp ?? Number.isFinite(this.#maxWaitMs)
    this.#keyVerdicts = options.keyVerdicts ?? null
    this.#rateLimiters = new RequestLimiters(
      world.clock,
      options.budgets ?? ownBudgets(),
      options.onLimits ?? (() => {}),
      this.#givesUp,
    )
    this.exchangeClock = new ExchangeClock(world.clock)
  }

  /** True once a reply was marked as simulated. */
  get simulated(): boolean {
    return this.#simulated
  }

  /** Drops queued requests; their callers are never resolved. */
  close(): void {
    this.#rateLimiters.close()
  }

  /**
   * Sends a request and decodes the reply; `text` is its body as received. A 401 is retried once after measuring the exchange's clock; a 429 up to 3 times after the
   * pause of its kind. Equal requests that wait for a slot share one reply. A refused request is not sent again before the key may be
   * tried.
   * @throws AxisorError for network errors and error replies; `unreadable` if the reply can't be decoded
   */
  async read<T>(name: RouteName, decode: DecodeBody<T>, options: RequestOptions = {}): Promise<T> {
    return (await this.readStamped(name, decode, options)).value
  }

  /**
   * As `read`, with the moment when the reply was made as `receivedAt`: the arrival, or earlier for a reply that a cache had stored.
   * @throws AxisorError as `read`
   */
  async readStamped<T>(
    name: RouteName,
    decode: DecodeBody<T>,
    options: RequestOptions = {},
  ): Promise<Stamped<T>> {
    const refusal = this.#keyVerdicts?.refusalOf(name) ?? null
    if (refusal !== null) throw refusal
    const sent = await this.#accepted(name, options)
    const target = targetOf(name, options.query)
    const receivedAt = this.#storedReplies.madeAt(target, sent, this.exchangeClock.offsetMs)
    const run = (): T => this.#decode(name, sent.reply, decode)
    const isPublic = ROUTES[name].permission === null
    const value = (isPublic ? decodedOnce : this.#decodedAgain)(sent.reply, decode, run)
    return { value, sourceAt: null, receivedAt }
  }

  /** Resolves with a reply of status 200, and records the verdict on the key. */
  async #accepted(name: RouteName, options: RequestOptions): Promise<TimedReply> {
    // An attempt with a refused key is signed with a fresh clock, and sent once.
    let hasSynced = this.#keyVerdicts?.isRetry(name) === true
    if (hasSynced && this.exchangeClock.ageMs > FRESH_CLOCK_MS)
      await this.#canSyncClock(this.exchangeClock.samples).catch(() => false)
    for (let attempt = 1; ; attempt += 1) {
      const samples = this.exchangeClock.samples
      const sent = await this.#send(name, options)
      const { reply } = sent
      if (isData(reply)) {
        if (this.#isSigned(name)) this.#keyVerdicts?.accepted(name)
        return sent
      }
      const error = this.#errorFor(name, reply)
      if (error.code === 'rate-limited') {
        if (attempt >= MAX_RATE_LIMITED_ATTEMPTS || (error.retryAfterMs ?? 0) > this.#maxWaitMs) throw error
      } else if (error.code === 'key-refused' && !hasSynced && (await this.#canSyncClock(samples))) {
        hasSynced = true
      } else {
        if (error.code === 'key-refused' || error.code === 'missing-permission')
          this.#keyVerdicts?.refused(name, error)
        throw error
      }
    }
  }

  #isSigned(name: RouteName): boolean {
    return ROUTES[name].permission !== null && this.#signer !== null
  }

  /**
   * Measures the clock after a rejected signature, unless that was done since `samples`: several requests may be rejected together.
   * False if it can't be measured, but was before: then the rejection stands.
   * @throws AxisorError if the clock was never measured, so that the rejection may be due to our clock
   */
  async #canSyncClock(samples: number): Promise<boolean> {
    if (this.exchangeClock.samples !== samples) return true
    try {
      await this.syncClock()
      return true
    } catch (error) {
      if (!(error instanceof AxisorError) || this.exchangeClock.offsetMs === null) throw error
      return false
    }
  }

  /**
   * Measures the exchange's clock. Concurrent calls share one measurement.
   * @throws AxisorError if the exchange does not reply, or a cache replies in its place
   */
  syncClock(): Promise<void> {
    this.#clockSync ??= this.#measureClock().finally(() => {
      this.#clockSync = null
    })
    return this.#clockSync
  }

  /** Sends a request; retries once, in another slot, if a kept-alive connection was closed. */
  async #send(name: RouteName, options: RequestOptions): Promise<TimedReply> {
    try {
      return await this.#enqueue(name, options)
    } catch (error) {
      if (!(error instanceof AxisorError) || error.code !== 'connection-lost') throw error
      return this.#enqueue(name, options)
    }
  }

  /** A request that is still queued serves for an equal one, so that a long pause gathers no queue. */
  #enqueue(name: RouteName, { query, priority = 'high', maxQueueMs }: RequestOptions): Promise<TimedReply> {
    const target = this.#base + targetOf(name, query)
    const key = `${priority} ${target}`
    const queued = this.#queued.get(key)
    if (queued !== undefined) return queued
    const signer = this.#isSigned(name) ? this.#signer : null
    const kind: RequestKind = signer === null ? 'public' : 'signed'
    const slot = this.#rateLimiters
      .acquire(kind, priority, maxQueueMs)
      .finally(() => this.#queued.delete(key))
    const reply = this.#sendOnce(target, signer, priority, slot)
    this.#queued.set(key, reply)
    return reply
  }

  async #sendOnce(
    target: string,
    signer: Signer | null,
    priority: Priority,
    slot: Promise<Release>,
  ): Promise<TimedReply> {
    const kind: RequestKind = signer === null ? 'public' : 'signed'
    const release = await slot
    // The gate may delay a low-priority request for long. Meanwhile it must not occupy a slot needed for high priority.
    if (priority === 'low' && this.#requestGate !== UNGATED) release()
    try {
      const request = { target, isSigned: signer !== null, priority }
      const sent = await this.#requestGate(request, async observe => {
        const timed = await this.#sendNow(target, signer)
        observe(timed.reply)
        return timed
      })
      if (sent.reply.headers['x-axisor-simulated'] !== undefined) this.#simulated = true
      this.#rateLimiters.observe(kind, sent)
      return sent
    } finally {
      release()
    }
  }

  /** Signs at the moment of sending, since signatures carry the time. */
  async #sendNow(target: string, signer: Signer | null): Promise<TimedReply> {
    const headers = signer === null ? {} : signer.restHeaders(this.exchangeClock.nowMs(), target)
    const sentAt = this.#clock.nowMs()
    const reply = await this.#http.get(this.#origin, target, headers, this.#requestMs)
    return { reply, sentAt, receivedAt: this.#clock.nowMs() }
  }

  #responseOf(name: RouteName, reply: HttpReply): RestErrorResponse {
    return { label: ROUTES[name].label, host: this.host, signed: this.#isSigned(name), ...reply }
  }

  #errorFor(name: RouteName, reply: HttpReply): AxisorError {
    const maxPauseMs = this.#givesUp ? Number.POSITIVE_INFINITY : MAX_LIMITED_MS
    return decodeRestError(this.#responseOf(name, reply), wallNow(this.#clock), maxPauseMs)
  }

  #decode<T>(name: RouteName, reply: HttpReply, decode: DecodeBody<T>): T {
    return decodeRestReply(this.#responseOf(name, reply), decode)
  }

  async #measureClock(): Promise<void> {
    const { reply, sentAt, receivedAt } = await this.#send('time', {})
    if (!isData(reply)) throw this.#errorFor('time', reply)
    const serverMs = this.#decode('time', reply, decodeServerTime)
    if (
      isStoredTime(reply.headers, serverMs) ||
      !this.exchangeClock.addSample(serverMs, sentAt, receivedAt)
    ) {
      throw new AxisorError('unavailable', `${this.host} answered ${ROUTES.time.label} from a cache`, {
        hint: 'A proxy between axisor and the exchange stores replies. The clock of the exchange is unknown.',
      })
    }
  }
}
