/** A rate limit per second with a burst of the same size. */
export interface TokenBucket {
  /** Takes one token. Returns false if none is left. */
  take(nowMs: number): boolean
  /** Whole tokens left. */
  remaining(): number
}

/** Opens a full bucket. A clock that is set back adds no tokens. */
export function openTokenBucket(perSecond: number): TokenBucket {
  let tokens = perSecond
  let at = Number.NEGATIVE_INFINITY
  return {
    take(nowMs) {
      const passedMs = Math.max(0, nowMs - at)
      tokens = Math.min(perSecond, tokens + (passedMs * perSecond) / 1000)
      at = Math.max(at, nowMs)
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
    remaining: () => Math.floor(tokens),
  }
}
