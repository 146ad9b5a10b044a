import { retryAfterMs } from '../../domain/retry-after.ts'
import type { RequestLimits } from '../../domain/status.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HttpReply } from '../../ports/net.ts'
import { decodeReportedLimit } from '../../wire/lnm/rate-limit-headers.ts'
import { limitedMs } from '../../wire/lnm/rest-error.ts'
import type { Priority } from './quota.ts'
import { RATE_LIMITS, RateLimiter, type Release } from './rate-limiter.ts'

/** The exchange limits signed requests by key and public ones by address. */
export type RequestKind = keyof RequestLimits

/** A reply, when its request was sent after waiting for a slot, and when the reply arrived. Our clock, ms since 1970. */
export interface TimedReply {
  readonly reply: HttpReply
  readonly sentAt: number
  readonly receivedAt: number
}

/** The rate limiters of signed and public requests. A 429 to one kind leaves the other as it is. */
export class RequestLimiters {
  readonly #clock: Clock
  readonly #onLimits: (limits: RequestLimits) => void
  readonly #rateLimiters: Readonly<Record<RequestKind, RateLimiter>>
  #limitedUntil: RequestLimits = { signed: null, public: null }
  /** When the last 429 arrived. */
  readonly #limitedAt: Record<RequestKind, number> = { signed: 0, public: 0 }

  /** `onLimits` is called when a 429 limits a kind of request, when it is extended, and when requests are accepted again. */
  constructor(clock: Clock, onLimits: (limits: RequestLimits) => void) {
    this.#clock = clock
    this.#onLimits = onLimits
    this.#rateLimiters = {
      signed: new RateLimiter(clock, RATE_LIMITS.signed),
      public: new RateLimiter(clock, RATE_LIMITS.public),
    }
  }

  /** As `RateLimiter.acquire`. */
  acquire(kind: RequestKind, priority: Priority): Promise<Release> {
    return this.#rateLimiters[kind].acquire(priority)
  }

  /** Adjusts the limiter of a kind to a reply. Call it before the release of the request. */
  observe(kind: RequestKind, { reply, sentAt }: Pick<TimedReply, 'reply' | 'sentAt'>): void {
    const rateLimiter = this.#rateLimiters[kind]
    rateLimiter.report(decodeReportedLimit(reply.headers))
    const now = this.#clock.nowMs()
    const before = this.#limitedUntil[kind]
    // A request from before the last 429: its reply does not end the limit, and does not shorten it.
    const isOlder = sentAt <= this.#limitedAt[kind]
    if (reply.status === 429) {
      const pauseMs = limitedMs(retryAfterMs(reply.headers, now))
      rateLimiter.limited(pauseMs, sentAt)
      this.#limitedAt[kind] = now
      this.#publish(kind, Math.max(isOlder ? (before ?? 0) : 0, now + pauseMs))
    } else {
      rateLimiter.accepted(sentAt)
      if (before !== null && !isOlder) this.#publish(kind, null)
    }
  }

  /** Drops queued requests; their callers are never resolved. */
  close(): void {
    this.#rateLimiters.signed.close()
    this.#rateLimiters.public.close()
  }

  #publish(kind: RequestKind, until: number | null): void {
    this.#limitedUntil = { ...this.#limitedUntil, [kind]: until }
    this.#onLimits(this.#limitedUntil)
  }
}
