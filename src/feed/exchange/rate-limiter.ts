import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock } from '../../ports/clock.ts'

/** At most `count` requests in any window. Windows are slightly wider than the exchange's own, to allow for network jitter. */
export interface RateLimiterOptions {
  readonly count: number
  readonly windowMs: number
  /**
   * A slot is freed no earlier than this after its reply. The exchange counted the request before it replied, so requests keep their
   * distance however long the first one was in transit.
   */
  readonly afterReplyMs: number
}

/** The exchange allows 5 signed requests and 1 public request per second, and 10 messages per socket; each limit stays below. */
export const RATE_LIMITS = {
  signed: { count: 5, windowMs: 1_500, afterReplyMs: 1_050 },
  public: { count: 1, windowMs: 1_200, afterReplyMs: 1_050 },
  message: { count: 8, windowMs: 1_000, afterReplyMs: 0 },
} as const satisfies Readonly<Record<string, RateLimiterOptions>>

/** Priority of a request. `low` is for background reads that may wait for all others. */
export type Priority = 'high' | 'low'

interface Slot {
  readonly priority: Priority
  readonly takenAt: number
  /** Null while the request is in flight. */
  freeAt: number | null
}

/** Frees a slot. */
type Release = () => void

type Waiter = (release: Release) => void

/**
 * Sliding-window rate limiter with two priorities. Low-priority requests are sent only if no high-priority one is queued or holds a
 * slot. They therefore delay a high-priority request by one window at most.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #limits: RateLimiterOptions
  readonly #high: Waiter[] = []
  readonly #low: Waiter[] = []
  #slots: Slot[] = []
  #pausedUntil = 0
  readonly #timer: DeadlineTimer
  #closed = false

  constructor(clock: Clock, limits: RateLimiterOptions) {
    this.#clock = clock
    this.#limits = limits
    this.#timer = new DeadlineTimer(clock, () => this.#pump())
  }

  /** Waits for a slot. The caller sends immediately, and calls the returned function after the reply or failure. */
  acquire(priority: Priority): Promise<Release> {
    return new Promise(resolve => {
      const queue = priority === 'high' ? this.#high : this.#low
      queue.push(resolve)
      this.#pump()
    })
  }

  /** Stops sending for `ms` from now, after a 429 of the exchange. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.nowMs() + ms)
  }

  /** Drops the queue. Pending callers are never resolved. */
  close(): void {
    this.#closed = true
    this.#high.length = 0
    this.#low.length = 0
    this.#timer.close()
  }

  /** Admits the next waiter if a slot is free; returns false if none was admitted. */
  #admit(now: number): boolean {
    if (this.#slots.length >= this.#limits.count) return false
    const first = this.#high.shift()
    if (first !== undefined) {
      first(this.#take(now, 'high'))
      return true
    }
    const waiter = this.#slots.some(slot => slot.priority === 'high') ? undefined : this.#low.shift()
    waiter?.(this.#take(now, 'low'))
    return waiter !== undefined
  }

  #pump(): void {
    if (this.#closed) return
    const now = this.#clock.nowMs()
    this.#slots = this.#slots.filter(slot => slot.freeAt === null || slot.freeAt > now)
    if (now >= this.#pausedUntil) {
      while (this.#admit(now)) {
        // Admit as many as possible.
      }
    }
    this.#scheduleWakeUp(now)
  }

  #take(now: number, priority: Priority): Release {
    const slot: Slot = { priority, takenAt: now, freeAt: null }
    this.#slots.push(slot)
    return () => {
      if (slot.freeAt !== null) return
      const { windowMs, afterReplyMs } = this.#limits
      slot.freeAt = Math.max(slot.takenAt + windowMs, this.#clock.nowMs() + afterReplyMs)
      this.#pump()
    }
  }

  #scheduleWakeUp(now: number): void {
    this.#timer.cancel()
    if (this.#high.length + this.#low.length === 0) return
    const freeTimes = this.#slots.flatMap(slot => (slot.freeAt === null ? [] : [slot.freeAt]))
    const wakeAt = this.#pausedUntil > now ? this.#pausedUntil : Math.min(...freeTimes)
    if (Number.isFinite(wakeAt)) this.#timer.armBy(wakeAt)
  }
}
