import { retryAfterMs } from '../../domain/retry-after.ts'
import type { RequestLimits } from '../../domain/status.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HttpReply } from '../../ports/net.ts'
import { decodeReportedLimit } from '../../wire/lnm/rate-limit-headers.ts'
import { limitedMs } from '../../wire/lnm/rest-error.ts'
import type { Priority } from './budget.ts'
import { type BudgetStore, OwnBudget } from './budget-store.ts'
import { RATE_LIMITS, RateLimiter, type Release } from './rate-limiter.ts'

/** The exchange limits signed requests by key and public ones by address. */
export type RequestKind = keyof RequestLimits

/** The budgets of signed and public requests. */
export interface RequestBudgets extends Readonly<Record<RequestKind, BudgetStore>> {
  /** Identifies this process among all that share the budgets. */
  readonly owner: string
}

/** Returns budgets that no other process uses. */
export function ownBudgets(): RequestBudgets {
  return { owner: '', signed: new OwnBudget(), public: new OwnBudget() }
}

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

  /** `onLimits` is called when a 429 limits a kind of request, when it is extended, and when requests are accepted again; `givesUp` as of `RateLimiterOptions`. */
  constructor(
    clock: Clock,
    budgets: RequestBudgets,
    onLimits: (limits: RequestLimits) => void,
    givesUp: boolean,
  ) {
    this.#clock = clock
    this.#onLimits = onLimits
    const { owner } = budgets
    const limiterOf = (kind: RequestKind): RateLimiter =>
      new RateLimiter(clock, RATE_LIMITS[kind], {
        store: budgets[kind],
        owner,
        givesUp,
        onLimited: until => this.#publish(kind, until),
      })
    this.#rateLimiters = { signed: limiterOf('signed'), public: limiterOf('public') }
  }

  /** As `RateLimiter.acquire`. */
  acquire(kind: RequestKind, priority: Priority, maxWaitMs?: number): Promise<Release> {
    return this.#rateLimiters[kind].acquire(priority, maxWaitMs)
  }

  /** Adjusts the limiter of a kind to a reply. Call it before the release of the request. */
  observe(kind: RequestKind, { reply, sentAt }: Pick<TimedReply, 'reply' | 'sentAt'>): void {
    const rateLimiter = this.#rateLimiters[kind]
    rateLimiter.report(decodeReportedLimit(reply.headers))
    if (reply.status === 429)
      rateLimiter.limited(limitedMs(retryAfterMs(reply.headers, this.#clock.nowMs())), sentAt)
    else rateLimiter.accepted(sentAt)
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
