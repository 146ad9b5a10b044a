import { AxisorError, type Fault } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import type { Decoded } from '../../wire/decoded.ts'
import { decodeServerTime } from '../../wire/lnm/rest-account.ts'
import { decodeRestError } from '../../wire/lnm/rest-error.ts'
import { type PageQuery, ROUTES, type RouteName, targetOf } from '../../wire/lnm/routes.ts'
import { faultLine, parseJson } from '../../wire/lnm/validate.ts'
import { openSigner, type Signer } from '../../wire/signing.ts'
import { ExchangeClock } from './exchange-clock.ts'
import { RATE_LIMITS, RateLimiter } from './rate-limiter.ts'

const MAX_RATE_LIMITED_TRIES = 3
const MIN_PAUSE_MS = 1_000

/** How a request is to be sent. */
export interface RequestOptions {
  readonly query?: PageQuery
  /** False: lets everything else go first. */
  readonly urgent?: boolean
}

/** What a courier is told of a request. */
interface GatedRequest {
  /** Path and query. */
  readonly target: string
  readonly isSigned: boolean
  /** False: lets everything else go first. */
  readonly isUrgent: boolean
}

/**
 * Sends a request on where others share the rate limit: it may wait, and may answer a public request with the reply to another's that
 * is under way.
 */
export type RequestGate = <T>(parcel: GatedRequest, send: () => Promise<T>) => Promise<T>

const UNGATED: RequestGate = (_, send) => send()

/** Where and as whom to ask. */
export interface RestClientOptions {
  /** With its base path: `https://api.lnmarkets.com/v3`. */
  readonly apiUrl: string
  readonly credentials: Credentials | null
  readonly requestMs: number
  /** Besides our own limit; null (default): nobody shares it. */
  readonly requestGate?: RequestGate | null
}

/** A reply and when its request went out, after it had waited for its turn. */
interface Sent {
  readonly reply: HttpReply
  readonly sentAt: number
}

/** A reply that could not be read, as a failure; its message is the fault in one line. */
export function unreadable(fault: Fault): AxisorError {
  return new AxisorError('unreadable', faultLine(fault), {
    hint: 'The exchange may have changed its format; look for a newer axisor.',
  })
}

/**
 * Asks LN Markets' REST v3, within its rate limits and with its own time in the signatures. What is not one of the routes
 * can't be asked for, and there is no method but GET.
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
  readonly #rateLimiters: { readonly signed: RateLimiter; readonly public: RateLimiter }
  #simulated = false
  #resyncing: Promise<void> | null = null

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
    this.exchangeClock = new ExchangeClock(world.clock)
    this.#rateLimiters = {
      signed: new RateLimiter(world.clock, RATE_LIMITS.signed),
      public: new RateLimiter(world.clock, RATE_LIMITS.public),
    }
  }

  /** True once a reply has said that it comes from a simulation. */
  get simulated(): boolean {
    return this.#simulated
  }

  /** Requests that wait for their turn will never be sent. */
  close(): void {
    this.#rateLimiters.signed.close()
    this.#rateLimiters.public.close()
  }

  /**
   * Asks and decodes. A 401 is tried once more with the exchange's time freshly measured; a 429 is waited for, a few times.
   * @throws AxisorError whatever kept the answer away; `unreadable` when it came and could not be understood
   */
  async read<T>(
    name: RouteName,
    decode: (body: unknown) => Decoded<T>,
    asking: RequestOptions = {},
  ): Promise<T> {
    let resynced = false
    for (let tries = 1; ; tries += 1) {
      const samples = this.exchangeClock.samples
      const { reply } = await this.#send(name, asking)
      if (reply.status === 200) return this.#decode(name, reply, decode)
      const error = this.#refusal(name, reply)
      if (error.code === 'rate-limited') {
        const ms = Math.max(MIN_PAUSE_MS, error.retryAfterMs ?? 0)
        this.#rateLimiters.signed.pause(ms)
        this.#rateLimiters.public.pause(ms)
        if (tries >= MAX_RATE_LIMITED_TRIES) throw error
      } else if (reply.status === 401 && ROUTES[name].permission !== null && !resynced) {
        resynced = true
        // Several requests may be refused together: one measurement serves them all.
        if (this.exchangeClock.samples === samples) await this.#resync()
      } else throw error
    }
  }

  /** Waits for its turn and sends; once more, in a turn of its own, when a kept connection was closed under it. */
  async #send(name: RouteName, asking: RequestOptions): Promise<Sent> {
    try {
      return await this.#sendOnce(name, asking)
    } catch (error) {
      if (!(error instanceof AxisorError) || error.code !== 'connection-lost') throw error
      return this.#sendOnce(name, asking)
    }
  }

  async #sendOnce(name: RouteName, asking: RequestOptions): Promise<Sent> {
    const target = this.#base + targetOf(name, asking.query)
    const signer = ROUTES[name].permission === null ? null : this.#signer
    const rateLimiter = signer === null ? this.#rateLimiters.public : this.#rateLimiters.signed
    const isUrgent = asking.urgent ?? true
    const done = await rateLimiter.acquire(isUrgent)
    // Where others have their turns too, what can wait may wait for long; it must not keep our place from what can't.
    if (!isUrgent && this.#requestGate !== UNGATED) done()
    try {
      const parcel = { target, isSigned: signer !== null, isUrgent }
      const sent = await this.#requestGate(parcel, () => this.#sendNow(target, signer))
      if (sent.reply.headers['x-axisor-simulated'] !== undefined) this.#simulated = true
      return sent
    } finally {
      done()
    }
  }

  /** The time in the signature is that of sending. */
  async #sendNow(target: string, signer: Signer | null): Promise<Sent> {
    const headers = signer === null ? {} : signer.restHeaders(this.exchangeClock.nowMs(), target)
    const sentAt = this.#clock.nowMs()
    const reply = await this.#http.get(this.#origin, target, headers, this.#requestMs)
    return { reply, sentAt }
  }

  #refusal(name: RouteName, reply: HttpReply): AxisorError {
    const { label, permission: needs } = ROUTES[name]
    const signed = needs !== null && this.#signer !== null
    return decodeRestError({ label, host: this.host, signed, ...reply }, this.#clock.nowMs())
  }

  #decode<T>(name: RouteName, reply: HttpReply, decode: (body: unknown) => Decoded<T>): T {
    const parsed = parseJson(reply.body, ROUTES[name].label)
    if (!parsed.ok) throw unreadable(parsed.fault)
    const decoded = decode(parsed.value)
    if (!decoded.ok) throw unreadable(decoded.fault)
    return decoded.value
  }

  #resync(): Promise<void> {
    this.#resyncing ??= this.#measure().finally(() => {
      this.#resyncing = null
    })
    return this.#resyncing
  }

  async #measure(): Promise<void> {
    const { reply, sentAt } = await this.#send('time', {})
    if (reply.status !== 200) throw this.#refusal('time', reply)
    this.exchangeClock.addSample(this.#decode('time', reply, decodeServerTime), sentAt, this.#clock.nowMs())
  }
}
