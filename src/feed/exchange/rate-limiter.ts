import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { BudgetState } from '../../wire/budget-file.ts'
import type { ReportedLimit } from '../../wire/lnm/rate-limit-headers.ts'
import { ASSUMED_REPLY_MS, Budget, type Priority, type WindowLimits } from './budget.ts'
import { type BudgetStore, OwnBudget } from './budget-store.ts'

/**
 * The limits while the exchange reports none: it allows 5 signed requests and 1 public request per second, and 10 messages per socket.
 * Each limit stays below.
 */
export const RATE_LIMITS = {
  signed: { count: 5, windowMs: 1_500, afterReplyMs: 1_050 },
  public: { count: 1, windowMs: 1_200, afterReplyMs: 1_050 },
  message: { count: 8, windowMs: 1_000, afterReplyMs: 0 },
} as const satisfies Readonly<Record<string, WindowLimits>>

/** The assumption that a reply arrives is extended this long before it ends. */
const EXTEND_AHEAD_MS = 150

/** How much later than planned a process may ask again before its place in the queue is lost. */
const QUEUE_SLACK_MS = 300

/** A low-priority request that has waited this long competes equally with high-priority ones. */
const MAX_LOW_PRIORITY_WAIT_MS = 10_000

/** How often a low-priority request looks again while high-priority ones of other processes wait. */
const OTHERS_POLL_MS = 100

/** Observations that are stored at the latest when there are so many. */
const MAX_OBSERVED = 50

/** Frees a slot. */
export type Release = () => void

interface Waiter {
  readonly since: number
  /** Rejected if its slot would be free only after this. */
  readonly until: number
  readonly grant: (release: Release) => void
  readonly reject: (error: AxisorError) => void
}

/** A request in flight, or settled since the last update of the budget. */
interface OwnRequest {
  readonly id: string
  readonly priority: Priority
  readonly sentAt: number
  /** Null while it is in flight. */
  settledAt: number | null
}

/** The request that is sent next, and how long it waits. */
interface Next {
  readonly waiter: Waiter
  readonly isHigh: boolean
  /** Also high for a low-priority request that has waited too long. */
  readonly priority: Priority
  readonly waitMs: number
}

/** Result of one update of the budget. */
interface Decision {
  readonly high: readonly OwnRequest[]
  readonly low: readonly OwnRequest[]
  /** When the next request may be sent; null if none waits. */
  readonly wakeAt: number | null
  readonly limitedUntil: number | null
  readonly isLimited: boolean
  readonly hasBuckets: boolean
}

export interface RateLimiterOptions {
  /** Default: a budget of its own. */
  readonly store?: BudgetStore
  /** Identifies this limiter among all that use the budget. */
  readonly owner?: string
  /** Called when the exchange limits requests until a time, when that changes, and with null when it accepts them again. */
  readonly onLimited?: (until: number | null) => void
  /** Reports the time that a 429 asks for. If false (default), that of the next attempt, which is never more than 30 s away. */
  readonly givesUp?: boolean
}

/**
 * Rate limiter with two priorities: high-priority requests go first. It believes the policies that the exchange reports, pauses after
 * a 429, and then spaces its requests. The budget may be shared with other processes.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #limits: WindowLimits
  readonly #store: BudgetStore
  readonly #owner: string
  readonly #options: RateLimiterOptions
  readonly #high: Waiter[] = []
  readonly #low: Waiter[] = []
  /** Requests that the budget must still be updated with. */
  #own: OwnRequest[] = []
  /** Observations of replies since the last update, in order. */
  #observed: ((budget: Budget) => void)[] = []
  #count = 0
  #limitedUntil: number | null = null
  /** As of the last update. */
  #isLimited = false
  #hasBuckets = false
  #isUpdating = false
  #isChanged = false
  readonly #timer: DeadlineTimer
  #closed = false

  constructor(clock: Clock, limits: WindowLimits, options: RateLimiterOptions = {}) {
    this.#clock = clock
    this.#limits = limits
    this.#store = options.store ?? new OwnBudget()
    this.#owner = options.owner ?? ''
    this.#options = options
    this.#timer = new DeadlineTimer(clock, () => this.#pump())
  }

  /**
   * Waits for a slot. The caller sends immediately, and calls the returned function after the reply or failure.
   * @throws AxisorError rate-limited, at once, if no slot is free within `maxWaitMs`
   */
  acquire(priority: Priority, maxWaitMs = Number.POSITIVE_INFINITY): Promise<Release> {
    return new Promise((grant, reject) => {
      const since = this.#clock.nowMs()
      const queue = priority === 'high' ? this.#high : this.#low
      queue.push({ since, until: since + maxWaitMs, grant, reject })
      this.#pump()
    })
  }

  /** Believes the limit that a reply reports. Call it before the release of the request. */
  report(limit: ReportedLimit): void {
    const { policies, emptyForMs } = limit
    if (policies.length === 0 && emptyForMs === 0) return
    this.#observe(budget => budget.report(limit), emptyForMs > 0 || !this.#hasBuckets)
  }

  /** Pauses after a 429 to a request that was sent at `sentAt`, and spaces requests from then on. Call it before the release. */
  limited(pauseMs: number, sentAt: number): void {
    this.#observe(budget => budget.limited(pauseMs, this.#store.toStored(sentAt)), true)
  }

  /** Notes that a request that was sent at `sentAt` was accepted. */
  accepted(sentAt: number): void {
    this.#observe(budget => budget.accepted(this.#store.toStored(sentAt)), this.#isLimited)
  }

  /** Drops the queue. Pending callers are never resolved. */
  close(): void {
    this.#closed = true
    this.#high.length = 0
    this.#low.length = 0
    this.#timer.close()
  }

  /** An observation that is not urgent is stored with the next update: every update of a shared budget costs a write. */
  #observe(observation: (budget: Budget) => void, isUrgent: boolean): void {
    this.#observed.push(observation)
    if (isUrgent || !this.#store.isShared || this.#observed.length >= MAX_OBSERVED) this.#pump()
  }

  #pump(): void {
    this.#isChanged = true
    if (this.#closed || this.#isUpdating) return
    this.#isUpdating = true
    void this.#update()
  }

  /** Updates the budget until nothing has changed meanwhile. Runs without a pause if the store does. */
  async #update(): Promise<void> {
    while (this.#isChanged && !this.#closed) {
      this.#isChanged = false
      this.#timer.cancel()
      const own = this.#own.map(request => ({ ...request }))
      const observed = this.#observed
      this.#observed = []
      let decision: Decision | null = null
      const stored = this.#store.update(state => {
        decision = this.#decide(state, own, observed)
      })
      if (stored !== null) await stored
      if (decision !== null && !this.#closed) this.#apply(decision, own)
    }
    this.#isUpdating = false
  }

  /** Pure apart from `state`: the store may run it twice. */
  #decide(
    state: BudgetState,
    own: readonly OwnRequest[],
    observed: readonly ((budget: Budget) => void)[],
  ): Decision {
    const now = this.#clock.nowMs()
    const store = this.#store
    const countedBy = store.toStored(now) + ASSUMED_REPLY_MS
    const budget = new Budget(state, this.#limits, store.toStored(now))
    for (const observation of observed) observation(budget)
    for (const { id, priority, sentAt, settledAt } of own)
      budget.note({
        id,
        priority,
        sentAt: store.toStored(sentAt),
        countedBy: settledAt === null ? countedBy : store.toStored(settledAt),
      })
    budget.settle()
    const high: OwnRequest[] = []
    const low: OwnRequest[] = []
    let next = this.#next(budget, now, high.length, low.length)
    while (next !== null && next.waitMs <= 0) {
      const { priority, isHigh } = next
      const id = `${this.#owner}.${this.#count + high.length + low.length}`
      budget.note({ id, priority, sentAt: store.toStored(now), countedBy })
      const granted = isHigh ? high : low
      granted.push({ id, priority, sentAt: now, settledAt: null })
      next = this.#next(budget, now, high.length, low.length)
    }
    const wakeAt = next === null ? null : now + next.waitMs
    if (store.isShared) this.#queue(budget, next, high.length, now)
    const until = this.#options.givesUp === true ? state.limitedUntil : budget.waitsUntil
    const limitedUntil = until === null ? null : until + now - store.toStored(now)
    const isLimited = state.spacing !== null || limitedUntil !== null
    return { high, low, wakeAt, limitedUntil, isLimited, hasBuckets: state.buckets.length > 0 }
  }

  /** Shows other processes how many requests wait, so that they are sent in the order of their arrival. */
  #queue(budget: Budget, next: Next | null, granted: number, now: number): void {
    const isWaiting = next?.priority === 'high'
    budget.queue(this.#owner, {
      count: isWaiting ? Math.max(1, this.#high.length - granted) : 0,
      since: this.#store.toStored(next?.waiter.since ?? now),
      until: this.#store.toStored(now + (next?.waitMs ?? 0) + QUEUE_SLACK_MS),
    })
  }

  /** The request that is sent next, after so many others; null if none is left. */
  #next(budget: Budget, now: number, high: number, low: number): Next | null {
    const isHigh = high < this.#high.length
    const waiter = isHigh ? this.#high[high] : this.#low[low]
    if (waiter === undefined) return null
    const overdueMs = waiter.since + MAX_LOW_PRIORITY_WAIT_MS - now
    if (isHigh || overdueMs <= 0) {
      const ahead = budget.ahead(this.#owner, this.#store.toStored(waiter.since))
      return { waiter, isHigh, priority: 'high', waitMs: budget.waitMs('high', ahead) }
    }
    const othersMs = budget.hasOthersWaiting(this.#owner) ? OTHERS_POLL_MS : 0
    const waitMs = Math.min(Math.max(othersMs, budget.waitMs('low', 0)), overdueMs)
    return { waiter, isHigh, priority: 'low', waitMs }
  }

  #apply(decision: Decision, own: readonly OwnRequest[]): void {
    const { high, low, wakeAt, limitedUntil } = decision
    this.#isLimited = decision.isLimited
    this.#hasBuckets = decision.hasBuckets
    const settled = new Set(own.filter(({ settledAt }) => settledAt !== null).map(({ id }) => id))
    const granted = [...high, ...low]
    this.#count += granted.length
    this.#own = [...this.#own.filter(({ id }) => !settled.has(id)), ...granted]
    const waiters = [...this.#high.splice(0, high.length), ...this.#low.splice(0, low.length)]
    for (const [index, request] of granted.entries()) waiters[index]?.grant(() => this.#release(request))
    if (wakeAt !== null) {
      this.#timer.armBy(wakeAt)
      rejectLate(this.#high, wakeAt)
      rejectLate(this.#low, wakeAt)
    }
    // Other processes must see that a request is still in flight.
    if (this.#store.isShared && this.#own.some(({ settledAt }) => settledAt === null))
      this.#timer.armBy(this.#clock.nowMs() + ASSUMED_REPLY_MS - EXTEND_AHEAD_MS)
    this.#publish(limitedUntil)
  }

  #release(request: OwnRequest): void {
    if (request.settledAt !== null) return
    const now = this.#clock.nowMs()
    request.settledAt = now
    const isWaitedFor = this.#high.length > 0 || this.#low.length > 0
    // Others assume that the reply has arrived by then.
    const isLate = now - request.sentAt > ASSUMED_REPLY_MS - EXTEND_AHEAD_MS
    if (!this.#store.isShared || isWaitedFor || isLate) this.#pump()
    else if (this.#own.every(({ settledAt }) => settledAt !== null)) this.#timer.cancel()
  }

  /** A limit that was over before this limiter learned of it is not published. */
  #publish(until: number | null): void {
    if (until === this.#limitedUntil) return
    if (this.#limitedUntil === null && until !== null && until <= this.#clock.nowMs()) return
    this.#limitedUntil = until
    this.#options.onLimited?.(until)
  }
}

/** Rejects the requests that would be sent too late, since the next slot is free at `nextAt`. */
function rejectLate(queue: Waiter[], nextAt: number): void {
  const late = queue.filter(({ until }) => until < nextAt)
  for (const waiter of late) {
    queue.splice(queue.indexOf(waiter), 1)
    waiter.reject(new AxisorError('rate-limited', 'the rate limit leaves no request in time'))
  }
}
