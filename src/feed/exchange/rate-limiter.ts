import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RateLimitPolicy, ReportedLimit } from '../../wire/lnm/rate-limit-headers.ts'
import {
  BucketQuota,
  type Priority,
  SpacedQuota,
  signatureOf,
  type WindowLimits,
  WindowQuota,
} from './quota.ts'

/**
 * The limits while the exchange reports none: it allows 5 signed requests and 1 public request per second, and 10 messages per socket.
 * Each limit stays below.
 */
export const RATE_LIMITS = {
  signed: { count: 5, windowMs: 1_500, afterReplyMs: 1_050 },
  public: { count: 1, windowMs: 1_200, afterReplyMs: 1_050 },
  message: { count: 8, windowMs: 1_000, afterReplyMs: 0 },
} as const satisfies Readonly<Record<string, WindowLimits>>

/** However long the exchange asks to wait, one request is sent after this: a monitor that waits for an hour is blind. */
const MAX_PAUSE_MS = 30_000

/** The spacing grows fourfold with each further 429, up to this: five signed requests must fit into the 15 s of the first snapshot. */
const MAX_SPACING_MS = 2_500

/** Requests are spaced for this long after the last 429. */
const SPACED_MS = 300_000

/** Frees a slot. */
export type Release = () => void

type Waiter = (release: Release) => void

/**
 * Rate limiter with two priorities: high-priority requests go first. It believes the policies that the exchange reports, pauses after
 * a 429, and then spaces its requests.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #high: Waiter[] = []
  readonly #low: Waiter[] = []
  readonly #window: WindowQuota
  /** Replaces the window once the exchange has reported its policies. */
  #buckets: BucketQuota | null = null
  #spaced: SpacedQuota | null = null
  #inFlight = 0
  #highInFlight = 0
  #limitedAt = Number.NEGATIVE_INFINITY
  /** Pause before the next request after a 429. */
  #probeMs = 0
  #acceptedSince429 = false
  #pausedUntil = Number.NEGATIVE_INFINITY
  readonly #timer: DeadlineTimer
  #closed = false

  constructor(clock: Clock, limits: WindowLimits) {
    this.#clock = clock
    this.#window = new WindowQuota(limits)
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

  /** Believes the limit that a reply reports. Call it before the release of the request, which still counts as in flight. */
  report({ policies, emptyForMs }: ReportedLimit): void {
    const now = this.#clock.nowMs()
    const uncounted = Math.max(0, this.#inFlight - 1)
    this.#adopt(policies, now)
    for (const [index, { remaining }] of policies.entries())
      if (remaining !== null) this.#buckets?.lower(now, index, remaining - uncounted)
    this.#pause(now, emptyForMs)
  }

  /** Pauses after a 429 to a request that was sent at `sentAt`, and spaces requests from then on. Call it before the release. */
  limited(pauseMs: number, sentAt: number): void {
    const now = this.#clock.nowMs()
    // Requests that were sent together are rejected together: that is one refusal.
    if (this.#spaced === null) this.#space(this.#usualSpacingMs)
    else if (sentAt > this.#limitedAt) {
      const furtherMs = Math.min(Math.max(this.#usualSpacingMs, this.#probeMs * 4), MAX_SPACING_MS)
      // If nothing was accepted in between, the exchange rejects any rate: only the probes become rarer.
      if (this.#acceptedSince429) this.#space(furtherMs)
      else this.#probeMs = furtherMs
    }
    this.#acceptedSince429 = false
    this.#limitedAt = now
    this.#pause(now, Math.max(pauseMs, this.#probeMs))
  }

  /** Notes that a request that was sent at `sentAt` was accepted. */
  accepted(sentAt: number): void {
    if (this.#spaced === null || sentAt <= this.#limitedAt) return
    this.#acceptedSince429 = true
    this.#probeMs = this.#spaced.spacingMs
  }

  /** Drops the queue. Pending callers are never resolved. */
  close(): void {
    this.#closed = true
    this.#high.length = 0
    this.#low.length = 0
    this.#timer.close()
  }

  /** Distance of requests that are spread evenly over the limit. */
  get #usualSpacingMs(): number {
    return this.#buckets?.refillMs ?? this.#window.spacingMs
  }

  #space(spacingMs: number): void {
    this.#spaced = new SpacedQuota(spacingMs)
    this.#probeMs = spacingMs
  }

  #pause(now: number, ms: number): void {
    if (ms > 0) this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(ms, MAX_PAUSE_MS))
  }

  /** Changes to the token buckets of policies, unless they are the present ones. */
  #adopt(policies: readonly RateLimitPolicy[], now: number): void {
    if (policies.length === 0 || signatureOf(policies) === this.#buckets?.signature) return
    this.#buckets = new BucketQuota(policies, {
      nowMs: now,
      inFlight: this.#inFlight,
      slowestMs: MAX_PAUSE_MS,
    })
  }

  #waitMs(now: number, priority: Priority): number {
    if (priority === 'low' && this.#highInFlight > 0) return Number.POSITIVE_INFINITY
    return Math.max(
      this.#pausedUntil - now,
      (this.#buckets ?? this.#window).waitMs(now, priority),
      this.#spaced?.waitMs(now) ?? 0,
    )
  }

  #pump(): void {
    this.#timer.cancel()
    if (this.#closed) return
    const now = this.#clock.nowMs()
    if (now >= this.#limitedAt + SPACED_MS) this.#spaced = null
    for (;;) {
      const priority = this.#high.length > 0 ? 'high' : 'low'
      const queue = priority === 'high' ? this.#high : this.#low
      if (queue.length === 0) return
      const waitMs = this.#waitMs(now, priority)
      if (waitMs > 0) return void (Number.isFinite(waitMs) && this.#timer.armBy(now + waitMs))
      queue.shift()?.(this.#take(now, priority))
    }
  }

  #take(now: number, priority: Priority): Release {
    const buckets = this.#buckets
    const settle = (buckets ?? this.#window).take(now, priority)
    const settleSpaced = this.#spaced?.take()
    const high = priority === 'high' ? 1 : 0
    this.#inFlight += 1
    this.#highInFlight += high
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#inFlight -= 1
      this.#highInFlight -= high
      const settledAt = this.#clock.nowMs()
      settle(settledAt)
      settleSpaced?.(settledAt)
      // The policies were adopted while this request was in flight.
      if (buckets !== this.#buckets) this.#buckets?.settle(settledAt)
      this.#pump()
    }
  }
}
