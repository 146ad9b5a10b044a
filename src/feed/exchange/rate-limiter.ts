import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock } from '../../ports/clock.ts'

/** How much may be sent: `count` requests in any window, a little wider than the exchange's own so that delays don't add up. */
export interface RateLimiterOptions {
  readonly count: number
  readonly windowMs: number
  /**
   * A place is not given away sooner than this after its reply. The exchange counted the request before it replied, so two
   * requests can't arrive closer together than they were meant to, however long the first was on its way.
   */
  readonly afterReplyMs: number
}

/** The exchange allows 5 signed requests per second, 1 public one, and 10 messages on a socket; each lane stays below. */
export const RATE_LIMITS = {
  signed: { count: 5, windowMs: 1_500, afterReplyMs: 1_050 },
  public: { count: 1, windowMs: 1_200, afterReplyMs: 1_050 },
  message: { count: 8, windowMs: 1_000, afterReplyMs: 0 },
} as const satisfies Readonly<Record<string, RateLimiterOptions>>

interface Slot {
  readonly urgent: boolean
  readonly takenAt: number
  /** Null while the request is under way. */
  freeAt: number | null
}

type Release = (done: () => void) => void

/**
 * A queue in front of a rate limit. Urgent requests go first; patient ones only when no urgent one waits or has just gone, so
 * that they delay an urgent one by one window at most.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #limits: RateLimiterOptions
  readonly #high: Release[] = []
  readonly #low: Release[] = []
  #slots: Slot[] = []
  #pausedUntil = 0
  readonly #timer: DeadlineTimer
  #closed = false

  constructor(clock: Clock, limits: RateLimiterOptions) {
    this.#clock = clock
    this.#limits = limits
    this.#timer = new DeadlineTimer(clock, () => this.#pump())
  }

  /** Waits for a place. The caller sends at once, and calls what it got when the reply is there (or will never be). */
  acquire(urgent: boolean): Promise<() => void> {
    return new Promise(resolve => {
      if (urgent) this.#high.push(resolve)
      else this.#low.push(resolve)
      this.#pump()
    })
  }

  /** Nothing is sent for `ms` from now: the exchange said that we ask too often. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.nowMs() + ms)
  }

  /** Whoever waits waits for ever. */
  close(): void {
    this.#closed = true
    this.#high.length = 0
    this.#low.length = 0
    this.#timer.close()
  }

  /** Lets the next one in, if there is room; false if nobody came in. */
  #admit(now: number): boolean {
    if (this.#slots.length >= this.#limits.count) return false
    const urgent = this.#high.shift()
    const give = urgent ?? (this.#slots.some(place => place.urgent) ? undefined : this.#low.shift())
    give?.(this.#take(now, urgent !== undefined))
    return give !== undefined
  }

  #pump(): void {
    if (this.#closed) return
    const now = this.#clock.nowMs()
    this.#slots = this.#slots.filter(place => place.freeAt === null || place.freeAt > now)
    if (now >= this.#pausedUntil) {
      while (this.#admit(now)) {
        // As many as fit.
      }
    }
    this.#wakeLater(now)
  }

  #take(now: number, urgent: boolean): () => void {
    const place: Slot = { urgent, takenAt: now, freeAt: null }
    this.#slots.push(place)
    return () => {
      if (place.freeAt !== null) return
      const { windowMs, afterReplyMs } = this.#limits
      place.freeAt = Math.max(place.takenAt + windowMs, this.#clock.nowMs() + afterReplyMs)
      this.#pump()
    }
  }

  #wakeLater(now: number): void {
    this.#timer.cancel()
    if (this.#high.length + this.#low.length === 0) return
    const frees = this.#slots.flatMap(place => (place.freeAt === null ? [] : [place.freeAt]))
    const wakeAt = this.#pausedUntil > now ? this.#pausedUntil : Math.min(...frees)
    if (Number.isFinite(wakeAt)) this.#timer.armBy(wakeAt)
  }
}
