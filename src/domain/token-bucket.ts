import { ForgettingMap } from './forgetting-map.ts'

/** Size and refill rate of a bucket. */
export interface TokenBucketLimits {
  readonly burst: number
  readonly perSecond: number
}

/** A rate limiter: `burst` tokens, refilled at `perSecond`. Initially full; a clock that is set back adds no tokens. */
export class TokenBucket {
  readonly #limits: TokenBucketLimits
  #tokens: number
  #filledAt: number | null = null

  constructor(limits: TokenBucketLimits) {
    this.#limits = limits
    this.#tokens = limits.burst
  }

  /** Takes `cost` tokens. Returns false, and takes none, if fewer are left. */
  take(nowMs: number, cost = 1): boolean {
    this.#fill(nowMs)
    if (this.#tokens < cost) return false
    this.#tokens -= cost
    return true
  }

  /** Returns the ms until `cost` tokens are available; 0 if they are, Infinity if the bucket never holds so many. */
  waitMs(nowMs: number, cost = 1): number {
    this.#fill(nowMs)
    const { burst, perSecond } = this.#limits
    if (cost > burst) return Number.POSITIVE_INFINITY
    return Math.max(0, Math.ceil(((cost - this.#tokens) * 1_000) / perSecond))
  }

  /** Lowers the content to at most `tokens`. */
  lower(nowMs: number, tokens: number): void {
    this.#fill(nowMs)
    this.#tokens = Math.min(this.#tokens, Math.max(0, tokens))
  }

  /** Whole tokens left after the last `take`. */
  remaining(): number {
    return Math.floor(this.#tokens)
  }

  /** True if the bucket is equivalent to a new one. */
  isFull(nowMs: number): boolean {
    this.#fill(nowMs)
    return this.#tokens === this.#limits.burst
  }

  #fill(nowMs: number): void {
    const { burst, perSecond } = this.#limits
    const passedMs = this.#filledAt === null ? 0 : Math.max(0, nowMs - this.#filledAt)
    this.#tokens = Math.min(burst, this.#tokens + (passedMs * perSecond) / 1_000)
    this.#filledAt = Math.max(this.#filledAt ?? nowMs, nowMs)
  }
}

/** One bucket per key. Full buckets are forgotten, so that memory is bounded by the number of recently used keys. */
export class TokenBuckets {
  readonly #buckets = new ForgettingMap<TokenBucket>((bucket, nowMs) => bucket.isFull(nowMs))

  /** Takes a token from the bucket of `key`, created with `limits` if missing. Returns false if it is empty. */
  take(key: string, limits: TokenBucketLimits, nowMs: number): boolean {
    const known = this.#buckets.get(key)
    const bucket = known ?? new TokenBucket(limits)
    const isTaken = bucket.take(nowMs)
    if (known === undefined) this.#buckets.set(key, bucket, nowMs)
    return isTaken
  }

  /** Number of buckets in memory. */
  get size(): number {
    return this.#buckets.size
  }
}
