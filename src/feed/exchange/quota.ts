import { TokenBucket, type TokenBucketLimits } from '../../domain/token-bucket.ts'

/** Priority of a request. `low` is for background reads that may wait for all others. */
export type Priority = 'high' | 'low'

/** Reports the reply to a request, or its failure. */
export type Settle = (nowMs: number) => void

/** Decides when a request may be sent. */
interface Quota {
  /** Ms until the next request of this priority may be sent; infinity if that depends on a reply. */
  waitMs(nowMs: number, priority: Priority): number
  /** Counts a request that is sent now. */
  take(nowMs: number, priority: Priority): Settle
}

/** At most `count` requests in any window. Windows are slightly wider than the exchange's own, to allow for network jitter. */
export interface WindowLimits {
  readonly count: number
  readonly windowMs: number
  /**
   * A slot is freed no earlier than this after its reply. The exchange counted the request before it replied, so requests keep their
   * distance however long the first one was in transit.
   */
  readonly afterReplyMs: number
}

interface Slot {
  readonly priority: Priority
  /** Infinity while the request is in flight. */
  freeAt: number
}

/** The quota of an exchange that reports none: a sliding window. Low priority waits until no high-priority request holds a slot. */
export class WindowQuota implements Quota {
  readonly #limits: WindowLimits
  #slots: Slot[] = []

  constructor(limits: WindowLimits) {
    this.#limits = limits
  }

  /** The distance of requests that are spread evenly over a window. */
  get spacingMs(): number {
    return this.#limits.windowMs / this.#limits.count
  }

  waitMs(nowMs: number, priority: Priority): number {
    this.#slots = this.#slots.filter(slot => slot.freeAt > nowMs)
    const freeTimes = this.#slots.map(slot => slot.freeAt)
    const slotAt = freeTimes.length < this.#limits.count ? nowMs : Math.min(...freeTimes)
    const high = priority === 'low' ? this.#slots.filter(slot => slot.priority === 'high') : []
    return Math.max(slotAt, ...high.map(slot => slot.freeAt)) - nowMs
  }

  take(nowMs: number, priority: Priority): Settle {
    const slot: Slot = { priority, freeAt: Number.POSITIVE_INFINITY }
    this.#slots.push(slot)
    const { windowMs, afterReplyMs } = this.#limits
    return settledAt => {
      slot.freeAt = Math.max(nowMs + windowMs, settledAt + afterReplyMs)
    }
  }
}

/** Identifies policies by their limits. */
export function signatureOf(policies: readonly TokenBucketLimits[]): string {
  return policies.map(({ burst, perSecond }) => `${burst}/${perSecond}`).join()
}

/**
 * The quota of policies that the exchange reports: a token bucket each. They fill only while no request is in flight: the exchange
 * counts a request later than it was sent, so they never hold more tokens than its own. Low priority leaves half of each bucket.
 */
export class BucketQuota implements Quota {
  /** The policies as text: the same ones need no new quota. */
  readonly signature: string
  readonly #buckets: readonly { readonly limits: TokenBucketLimits; readonly bucket: TokenBucket }[]
  #inFlight: number
  #idleMs = 0
  #checkedAt: number

  /**
   * `inFlight` requests were sent before, under another quota; `settle` is called for each of them. A policy slower than one request
   * in `slowestMs` counts as that: a monitor must not go blind.
   */
  constructor(
    policies: readonly TokenBucketLimits[],
    { nowMs, inFlight, slowestMs }: { nowMs: number; inFlight: number; slowestMs: number },
  ) {
    this.signature = signatureOf(policies)
    this.#buckets = policies.map(({ burst, perSecond }) => {
      const limits = { burst, perSecond: Math.max(perSecond, 1_000 / slowestMs) }
      const bucket = new TokenBucket(limits)
      bucket.lower(0, burst - inFlight)
      return { limits, bucket }
    })
    this.#checkedAt = nowMs
    this.#inFlight = inFlight
  }

  waitMs(nowMs: number, priority: Priority): number {
    const idleMs = this.#idleAt(nowMs)
    const waits = this.#buckets.map(({ limits, bucket }) =>
      bucket.waitMs(idleMs, priority === 'low' ? Math.max(1, limits.burst / 2) : 1),
    )
    const waitMs = Math.max(0, ...waits)
    return waitMs > 0 && this.#inFlight > 0 ? Number.POSITIVE_INFINITY : waitMs
  }

  take(nowMs: number): Settle {
    const idleMs = this.#idleAt(nowMs)
    for (const { bucket } of this.#buckets) bucket.take(idleMs)
    this.#inFlight += 1
    return settledAt => this.settle(settledAt)
  }

  /** Time for one more token of the slowest bucket. */
  get refillMs(): number {
    return Math.max(...this.#buckets.map(({ limits }) => 1_000 / limits.perSecond))
  }

  settle(nowMs: number): void {
    this.#idleAt(nowMs)
    this.#inFlight = Math.max(0, this.#inFlight - 1)
  }

  /** Lowers a bucket to the tokens that the exchange reports, less the requests that it may not have counted yet. */
  lower(nowMs: number, index: number, remaining: number): void {
    this.#buckets[index]?.bucket.lower(this.#idleAt(nowMs), remaining)
  }

  /** The time without requests in flight so far. */
  #idleAt(nowMs: number): number {
    if (this.#inFlight === 0) this.#idleMs += nowMs - this.#checkedAt
    this.#checkedAt = nowMs
    return this.#idleMs
  }
}

/** The quota after a 429: one request at a time, each `spacingMs` after the reply to the one before. */
export class SpacedQuota implements Quota {
  readonly spacingMs: number
  #inFlight = 0
  #nextAt = 0

  constructor(spacingMs: number) {
    this.spacingMs = spacingMs
  }

  waitMs(nowMs: number): number {
    return this.#inFlight > 0 ? Number.POSITIVE_INFINITY : Math.max(0, this.#nextAt - nowMs)
  }

  take(): Settle {
    this.#inFlight += 1
    return settledAt => {
      this.#inFlight -= 1
      this.#nextAt = settledAt + this.spacingMs
    }
  }
}
