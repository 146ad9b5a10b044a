import { MAX_LIMITED_MS, SPACED_AFTER_429_MS } from '../../domain/retry-after.ts'
import type { BudgetState, ReportedBucket, SentRequest } from '../../wire/budget-file.ts'
import type { RateLimitPolicy, ReportedLimit } from '../../wire/lnm/rate-limit-headers.ts'

/** Priority of a request. `low` is for background reads that may wait for all others. */
export type Priority = 'high' | 'low'

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

/** The spacing grows fourfold with each further 429, up to this: five signed requests must fit into the 15 s of the first snapshot. */
const MAX_SPACING_MS = 2_500

/** A reply is assumed to arrive within this, until the sender extends the assumption. It bounds what a killed process blocks. */
export const ASSUMED_REPLY_MS = 450

/** The clocks of processes differ by less than this, unless the machine's clock was set. */
const MAX_CLOCK_STEP_MS = 2_000

/** Decides when a request may be sent, and changes the state of the budget accordingly. `now` is the time of the decision. */
export class Budget {
  readonly #state: BudgetState
  readonly #limits: WindowLimits
  readonly #now: number

  constructor(state: BudgetState, limits: WindowLimits, now: number) {
    this.#state = state
    this.#limits = limits
    this.#now = now
    this.#dropImpossible()
  }

  /** Notes a request of this process: by when the exchange has counted it, which is later than now while it is in flight. */
  note(request: Omit<SentRequest, 'isCounted'>): void {
    const known = this.#state.requests.find(({ id }) => id === request.id)
    if (known === undefined) this.#state.requests.push({ ...request, isCounted: false })
    else known.countedBy = request.countedBy
  }

  /** Takes what was counted from the buckets, and forgets what no longer counts. Called when all requests are noted. */
  settle(): void {
    const { requests } = this.#state
    const counted = requests.filter(({ countedBy, isCounted }) => countedBy <= this.#now && !isCounted)
    for (const request of counted.toSorted((a, b) => a.countedBy - b.countedBy)) {
      this.#fill(request.countedBy)
      for (const bucket of this.#state.buckets) bucket.tokens -= 1
      request.isCounted = true
    }
    this.#fill(this.#now)
    const spacingMs = this.#state.spacing?.spacingMs ?? 0
    this.#state.requests = requests.filter(
      request => Math.max(this.#freeAt(request), request.countedBy + spacingMs) > this.#now,
    )
  }

  /** Ms until a request of this priority may be sent, after `ahead` others that go first; 0 if now. */
  waitMs(priority: Priority, ahead: number): number {
    return Math.max(
      0,
      this.#state.pausedUntil - this.#now,
      priority === 'low' ? this.#highMs() : 0,
      this.#state.buckets.length > 0 ? this.#bucketsMs(priority, ahead) : this.#windowMs(ahead),
      this.#spacedMs(ahead),
    )
  }

  /** Believes the limit that a reply reports. Call it before its request is noted as counted. */
  report({ policies, emptyForMs }: ReportedLimit): void {
    this.#adopt(policies)
    for (const [index, { remaining }] of policies.entries()) {
      const bucket = this.#state.buckets[index]
      // The request itself is taken later, and was counted before the exchange replied.
      if (bucket !== undefined && remaining !== null) bucket.tokens = Math.min(bucket.tokens, remaining + 1)
    }
    this.#pause(emptyForMs)
  }

  /** Pauses after a 429 to a request that was sent at `sentAt`, and spaces requests from then on. */
  limited(pauseMs: number, sentAt: number): void {
    const { spacing, limitedUntil } = this.#state
    const isOlder = this.#isBefore429(sentAt)
    // Requests that were sent together are rejected together: that is one refusal.
    if (spacing === null) this.#space(this.#usualSpacingMs)
    else if (!isOlder) {
      const furtherMs = Math.min(Math.max(this.#usualSpacingMs, spacing.probeMs * 4), MAX_SPACING_MS)
      // If nothing was accepted in between, the exchange rejects any rate: only the probes become rarer.
      if (spacing.acceptedSince429) this.#space(furtherMs)
      else spacing.probeMs = furtherMs
    }
    if (this.#state.spacing !== null) this.#state.spacing.acceptedSince429 = false
    this.#state.limitedAt = this.#now
    this.#state.limitedUntil = Math.max(isOlder ? (limitedUntil ?? 0) : 0, this.#now + pauseMs)
    this.#pause(Math.max(pauseMs, this.#state.spacing?.probeMs ?? 0))
  }

  /** Notes that a request that was sent at `sentAt` was accepted. One from before the last 429 does not end the limit. */
  accepted(sentAt: number): void {
    if (this.#isBefore429(sentAt)) return
    this.#state.limitedUntil = null
    const { spacing } = this.#state
    if (spacing === null) return
    spacing.acceptedSince429 = true
    spacing.probeMs = spacing.spacingMs
  }

  /** Until when a 429 stops requests, which may be earlier than it asks for; null if there is none. */
  get waitsUntil(): number | null {
    const { limitedUntil, pausedUntil } = this.#state
    return limitedUntil === null ? null : Math.min(limitedUntil, pausedUntil)
  }

  /** Number of requests of other processes that go before those of `owner`, which wait since then. */
  ahead(owner: string, since: number): number {
    const before = this.#othersWaiting(owner).filter(
      each => each.since < since || (each.since === since && each.owner < owner),
    )
    return before.reduce((sum, { count }) => sum + count, 0)
  }

  /** True if another process has requests of high priority that wait. */
  hasOthersWaiting(owner: string): boolean {
    return this.#othersWaiting(owner).length > 0
  }

  /** Queues a process behind those that wait longer; a count of 0 removes it. */
  queue(owner: string, { count, since, until }: { count: number; since: number; until: number }): void {
    const others = this.#othersWaiting(owner)
    this.#state.waiting = count === 0 ? others : [...others, { owner, count, since, until }]
  }

  #othersWaiting(owner: string): BudgetState['waiting'] {
    return this.#state.waiting.filter(each => each.owner !== owner && each.until > this.#now)
  }

  /** Drops times that lie in the future, from before the machine's clock was set back, and an old spacing. */
  #dropImpossible(): void {
    const state = this.#state
    const latest = this.#now + MAX_CLOCK_STEP_MS
    // A process renews both long before: a time further away is damage, and would stop all others.
    const latestEnd = latest + 2 * MAX_LIMITED_MS
    state.requests = state.requests.filter(
      ({ sentAt, countedBy }) => sentAt <= latest && countedBy <= latestEnd,
    )
    state.waiting = state.waiting.filter(({ since, until }) => since <= latest && until <= latestEnd)
    if (state.pausedUntil > latest + MAX_LIMITED_MS) state.pausedUntil = 0
    if ((state.limitedAt ?? 0) > latest) {
      state.limitedAt = null
      state.limitedUntil = null
    }
    if (state.limitedAt === null || this.#now >= state.limitedAt + SPACED_AFTER_429_MS) state.spacing = null
    state.filledAt = Math.min(state.filledAt, this.#now)
  }

  #isBefore429(sentAt: number): boolean {
    return this.#state.limitedAt !== null && sentAt <= this.#state.limitedAt
  }

  /** Distance of requests that are spread evenly over the limit. */
  get #usualSpacingMs(): number {
    const { buckets } = this.#state
    if (buckets.length > 0) return Math.max(...buckets.map(({ perSecond }) => 1_000 / perSecond))
    return this.#limits.windowMs / this.#limits.count
  }

  #space(spacingMs: number): void {
    this.#state.spacing = { spacingMs, probeMs: spacingMs, acceptedSince429: false }
  }

  #pause(ms: number): void {
    if (ms > 0)
      this.#state.pausedUntil = Math.max(this.#state.pausedUntil, this.#now + Math.min(ms, MAX_LIMITED_MS))
  }

  /**
   * Changes to the token buckets of policies, unless they are the present ones. A policy slower than one request in 30 s counts as
   * that: a monitor must not go blind.
   */
  #adopt(policies: readonly RateLimitPolicy[]): void {
    const buckets = policies.map(
      ({ burst, perSecond }): ReportedBucket => ({
        burst,
        perSecond: Math.max(perSecond, 1_000 / MAX_LIMITED_MS),
        tokens: burst,
      }),
    )
    if (buckets.length === 0 || signatureOf(buckets) === signatureOf(this.#state.buckets)) return
    this.#state.buckets = buckets
    this.#state.filledAt = this.#now
  }

  /** A slot is freed when its window has passed, and the exchange has counted the request for a while. */
  #freeAt({ sentAt, countedBy }: SentRequest): number {
    const { windowMs, afterReplyMs } = this.#limits
    return Math.max(sentAt + windowMs, countedBy + afterReplyMs)
  }

  /** While the exchange reports no policies: a sliding window. */
  #windowMs(ahead: number): number {
    const freeTimes = this.#state.requests.map(each => this.#freeAt(each)).toSorted((a, b) => a - b)
    const toFree = freeTimes.length + ahead + 1 - this.#limits.count
    if (toFree <= 0) return 0
    const last = freeTimes.at(-1) ?? this.#now
    return (freeTimes[toFree - 1] ?? last + this.#limits.windowMs) - this.#now
  }

  /**
   * Under reported policies: a token bucket each. A request is taken when the exchange has surely counted it, and reserved until then,
   * so the buckets never hold more tokens than the exchange's own. Low priority leaves half of each bucket.
   */
  #bucketsMs(priority: Priority, ahead: number): number {
    const pending = this.#state.requests.filter(({ isCounted }) => !isCounted)
    const firstCounted = Math.min(...pending.map(({ countedBy }) => countedBy - this.#now))
    const waits = this.#state.buckets.map(({ burst, perSecond, tokens }) => {
      const missing = (priority === 'low' ? Math.max(1, burst / 2) : 1) + ahead - (tokens - pending.length)
      if (missing <= 0) return 0
      // A full bucket fills only after a pending request was taken.
      const fromMs = tokens >= burst && Number.isFinite(firstCounted) ? Math.max(0, firstCounted) : 0
      return fromMs + Math.ceil((missing * 1_000) / perSecond)
    })
    return Math.max(...waits)
  }

  /** After a 429: one request at a time, each some time after the reply to the one before. */
  #spacedMs(ahead: number): number {
    const { spacing, requests } = this.#state
    if (spacing === null) return 0
    const waits = requests.map(({ countedBy }) => countedBy + spacing.spacingMs - this.#now)
    return Math.max(0, ...waits) + ahead * spacing.spacingMs
  }

  /** Low priority waits until no high-priority request holds a slot, or is in flight. */
  #highMs(): number {
    const high = this.#state.requests.filter(({ priority }) => priority === 'high')
    const hasBuckets = this.#state.buckets.length > 0
    return Math.max(0, ...high.map(each => (hasBuckets ? each.countedBy : this.#freeAt(each)) - this.#now))
  }

  #fill(at: number): void {
    const passedMs = Math.max(0, at - this.#state.filledAt)
    for (const bucket of this.#state.buckets)
      bucket.tokens = Math.min(bucket.burst, bucket.tokens + (passedMs * bucket.perSecond) / 1_000)
    this.#state.filledAt = Math.max(this.#state.filledAt, at)
  }
}

function signatureOf(buckets: readonly ReportedBucket[]): string {
  return buckets.map(({ burst, perSecond }) => `${burst}/${perSecond}`).join()
}
