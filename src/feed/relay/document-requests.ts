import { AxisorError } from '../../domain/error.ts'
import { retryAfterMs } from '../../domain/retry-after.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import { withUser } from './addresses.ts'
import { documentError } from './document-error.ts'
import { type RelayTarget, relayTimeOf, requireSameUser } from './errors.ts'
import { getFromRelay, type RelayHttpAddress } from './get-from-relay.ts'

/** Pauses between two attempts. A relay asks for them by `Retry-After`. */
const MIN_PAUSE_MS = 500
const MAX_PAUSE_MS = 10_000
/** A relay that is busy or restarts is tried again so often in a row. */
const MAX_FAILURES = 5

/** Address of a relay and the account that is read there. */
export interface DocumentRequestOptions extends RelayHttpAddress {
  /** Without a slash at the end; empty if there is none. */
  readonly basePath: string
  readonly target: RelayTarget
}

/** A reply, and when its request was sent, our clock. */
interface SentReply {
  readonly reply: HttpReply
  readonly sentAt: number
}

/** What happens while a relay makes a document. */
interface Waiting {
  /** Called with each reply that the relay still reads. */
  onProgress?(reply: HttpReply): void
  /** False: the request is not repeated. */
  isWanted?(): boolean
}

/** Any other one is not passed on. */
const ETAG = /^W\/"[0-9a-f]{32}"$/

/** Returns the entity tag of a document; empty if there is none that can be passed on. */
export function documentTag({ headers: { etag = '' } }: HttpReply): string {
  return ETAG.test(etag) ? etag : ''
}

/** Requests the documents of one account from a relay. */
export class DocumentRequests {
  readonly target: RelayTarget
  readonly #http: Http
  readonly #clock: Clock
  readonly #options: DocumentRequestOptions

  constructor(world: { readonly http: Http; readonly clock: Clock }, options: DocumentRequestOptions) {
    this.target = options.target
    this.#http = world.http
    this.#clock = world.clock
    this.#options = options
  }

  /** Sends one request. `query` begins with `?`, or is empty. `isLast`: of its connection. @throws AxisorError for network errors */
  async get(name: string, query: string, isLast = false): Promise<SentReply> {
    const { basePath, target } = this.#options
    const path = withUser(`${basePath}/v1/${name}${query}`, target.user)
    const sentAt = this.#clock.nowMs()
    const headers: Readonly<Record<string, string>> = isLast ? { connection: 'close' } : {}
    return { reply: await getFromRelay(this.#http, this.#options, path, headers), sentAt }
  }

  /**
   * Repeats a request until the relay has made the document.
   * @throws AxisorError as `errorFor`, and for network errors; ListChanged
   */
  async finished(name: string, query: string, waiting: Waiting = {}): Promise<SentReply> {
    for (let failures = 0; ; ) {
      // Behind a balancer a kept-alive connection leads to the same relay, and another one may hold the account.
      const sent = await this.get(name, query, failures > 0)
      const { reply } = sent
      if (reply.status === 200) return sent
      if (reply.status === 202) {
        waiting.onProgress?.(reply)
        failures = 0
      } else {
        const isBusy = reply.status === 429 || reply.status === 503
        failures += 1
        if (!isBusy || failures >= MAX_FAILURES) throw this.errorFor(name, reply)
      }
      await this.#pause(reply)
      if (waiting.isWanted?.() === false)
        throw new AxisorError('unavailable', `${this.target.host} has not made ${name} in time`)
    }
  }

  /** Returns the error for a reply without a document. */
  errorFor(name: string, reply: HttpReply): Error {
    return documentError({ name, target: this.target, now: this.#clock.nowMs() }, reply)
  }

  /**
   * Checks that a reply is from a relay, and about the account. Returns the relay's clock.
   * @throws AxisorError unreadable, or refused
   */
  requireRelay({ headers }: HttpReply): number {
    const time = relayTimeOf(this.target, headers)
    requireSameUser(this.target, headers)
    return time
  }

  #pause({ headers }: HttpReply): Promise<void> {
    const asked = retryAfterMs(headers, this.#clock.nowMs()) ?? MIN_PAUSE_MS
    const pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, asked))
    return new Promise(resolve => {
      this.#clock.after(pauseMs, resolve)
    })
  }
}
