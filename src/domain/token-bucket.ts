import { ForgettingMap } from './forgetting-map.ts'

/** Size of a bucket and how fast it fills. */
export interface TokenBucketLimits {
  readonly burst: number
  readonly perSecond: number
}

/** A rate limit: `burst` tokens at once, and `perSecond` more each second. Full at first; a clock that is set back adds nothing. */
export class TokenBucket {
  readonly #limits: TokenBucketLimits
  #tokens: number
  #filledAt = Number.NEGATIVE_INFINITY

  constructor(limits: TokenBucketLimits) {
    this.#limits = limits
    this.#tokens = limits.burst
  }

  /** Takes `cost` tokens; false if there are not enough, and then nothing is taken. */
  take(nowMs: number, cost = 1): boolean {
    this.#fill(nowMs)
    if (this.#tokens < cost) return false
    this.#tokens -= cost
    return true
  }

  /** Ms until `cost` tokens are there; 0 if they are. Infinity if the bucket never holds so many. */
  waitMs(nowMs: number, cost = 1): number {
    this.#fill(nowMs)
    const { burst, perSecond } = this.#limits
    if (cost > burst) return Number.POSITIVE_INFINITY
    return Math.max(0, Math.ceil(((cost - this.#tokens) * 1_000) / perSecond))
  }

  /** Leaves at most so many tokens. */
  lower(nowMs: number, tokens: number): void {
    this.#fill(nowMs)
    this.#tokens = Math.min(this.#tokens, Math.max(0, tokens))
  }

  /** Whole tokens that were left after the last `take`. */
  remaining(): number {
    return Math.floor(this.#tokens)
  }

  /** True if the bucket is as good as a new one. */
  isFull(nowMs: number): boolean {
    this.#fill(nowMs)
    return this.#tokens === this.#limits.burst
  }

  #fill(nowMs: number): void {
    const { burst, perSecond } = this.#limits
    const passedMs = Math.max(0, nowMs - this.#filledAt)
    this.#tokens = Math.min(burst, this.#tokens + (passedMs * perSecond) / 1_000)
    this.#filledAt = Math.max(this.#filledAt, nowMs)
  }
}

/** One bucket for each key. A bucket that is full again is forgotten, so that memory stays bounded by the keys of the last moments. */
export class TokenBuckets {
  readonly #buckets = new ForgettingMap<TokenBucket>((bucket, nowMs) => bucket.isFull(nowMs))

  /** Takes a token from the bucket of `key`, which is made with `limits` if there is none; false if it is empty. */
  take(key: string, limits: TokenBucketLimits, nowMs: number): boolean {
    const known = this.#buckets.get(key)
    const bucket = known ?? new TokenBucket(limits)
    const isTaken = bucket.take(nowMs)
    if (known === undefined) this.#buckets.set(key, bucket, nowMs)
    return isTaken
  }

  /** How many buckets are held. */
  get size(): number {
    return this.#buckets.size
  }
}
