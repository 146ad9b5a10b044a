import type { Notice } from '../../domain/alerts/alert.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import type { Attempt, DeliveryState } from '../../domain/alerts/delivery.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Random } from '../../ports/clock.ts'
import type { SendResult } from '../../ports/notifier.ts'
import type { PendingDelivery } from '../../ports/outbox.ts'
import {
  firstDelivery,
  isUrgentDelivery,
  lastChance,
  nextEndAt,
  pauseEnd,
  type ServicePause,
} from './delivery-order.ts'
import type { DeliveryJournal } from './journal.ts'
import { type EndedDelivery, lastAttemptAt, type QueuedDelivery, queuedDelivery } from './queued-delivery.ts'
import { retryDelayMs } from './retry-delay.ts'
import { type SendDeps, sendNotice } from './send.ts'
import { skipReason } from './skip-reason.ts'
import { mustArrive } from './undelivered-watch.ts'

const NO_PAUSE: ServicePause = { from: 0, until: 0 }

/** What the queues of a dispatcher share. */
export interface QueueDeps extends SendDeps {
  readonly random: Random
  readonly journal: DeliveryJournal
  readonly isHolder: () => boolean
  readonly findChannel: (name: string) => Channel | null
  /** Why `findChannel` returned null. */
  readonly whyNoChannel: (name: string) => string
  /** Deliveries were dropped because this host does not hold the lease. */
  readonly onStandBy: () => void
  readonly onQueued: (notice: Notice) => void
  readonly onAttempt: (attempt: Attempt, notice: Notice) => void
}

/**
 * The deliveries of one channel, one at a time: the most urgent alert first, and the notices of each alert in order. Each attempt is recorded
 * before the next one starts. An end that could not be recorded is remembered, so that no stale or failing outbox causes a repeat.
 */
export class ChannelQueue {
  readonly #name: string
  readonly #deps: QueueDeps
  readonly #timer: DeadlineTimer
  readonly #ended = new Map<string, EndedDelivery>()
  #items: readonly QueuedDelivery[] = []
  #current: QueuedDelivery | null = null
  /** True from a failed attempt until the next one that succeeds. */
  #isFailing = false
  /** Failures that the backoff counts, those of earlier processes included. */
  #failures = 0
  #pause = NO_PAUSE
  #isRunning = false
  #isAbandoned = false
  #done: Promise<void> = Promise.resolve()

  constructor(name: string, deps: QueueDeps) {
    this.#name = name
    this.#deps = deps
    this.#timer = new DeadlineTimer(deps.clock, () => this.run())
  }

  /** True if a delivery of this notice has not ended. */
  has(noticeId: string): boolean {
    return this.#items.some(({ notice }) => notice.id === noticeId)
  }

  /** True if a delivery of this alert has not ended. */
  hasAlert(alertId: string): boolean {
    return this.#items.some(({ notice }) => notice.alert.id === alertId)
  }

  /**
   * Takes over the deliveries that are pending in the outbox; none is later than in the call before. Returns attempts that ended a delivery
   * but are missing in the outbox.
   */
  merge(pending: readonly PendingDelivery[]): readonly Attempt[] {
    const current = this.#current === null ? [] : [this.#current]
    const known = new Map([...this.#items, ...current].map(item => [item.notice.id, item]))
    const missing: Attempt[] = []
    const items: QueuedDelivery[] = []
    const found = new Set<string>()
    for (const delivery of pending) {
      const { id } = delivery.notice
      found.add(id)
      const ended = this.#ended.get(id)
      if (ended === undefined) items.push(this.#stored(known.get(id), delivery))
      else missing.push(ended.attempt)
    }
    this.#forgetEnded(found)
    const unstored = this.#items.filter(item => !item.isStored && !found.has(item.notice.id))
    this.#items = [...items, ...unstored]
    return missing
  }

  /** Adds a delivery that the outbox could not store. */
  addUnstored(delivery: PendingDelivery): void {
    const { id } = delivery.notice
    if (!this.has(id) && !this.#ended.has(id)) this.#items = [...this.#items, this.#admit(delivery, false)]
  }

  /** Forgets what the outbox knows: another host delivers it, and its progress is read again if this one takes over. */
  dropStored(): void {
    this.#items = this.#items.filter(({ isStored }) => !isStored)
    this.#timer.cancel()
  }

  /** Starts the first attempt in this call if it is due. */
  run(): void {
    if (this.#isRunning || this.#timer.isClosed) return
    this.#isRunning = true
    this.#done = this.#runAll()
  }

  /** Starts no further attempt. Resolves when the one in flight is recorded. */
  close(): Promise<void> {
    this.#timer.close()
    return this.#done
  }

  /** Ignores the result of the attempt in flight: the outbox is about to be closed. */
  abandon(): void {
    this.#isAbandoned = true
  }

  #stored(known: QueuedDelivery | undefined, delivery: PendingDelivery): QueuedDelivery {
    if (known === undefined) return this.#admit(delivery, true)
    known.isStored = true
    return known
  }

  #admit(delivery: PendingDelivery, isStored: boolean): QueuedDelivery {
    const { clock, onQueued } = this.#deps
    const now = clock.nowMs()
    const item = queuedDelivery(delivery, now, clock.toWall(now), isStored)
    this.#failures = Math.max(this.#failures, item.attempts)
    if (mustArrive(item.notice) && item.attempts === 0) this.#hurry(item.notice, now)
    onQueued(item.notice)
    return item
  }

  /** An urgent notice must not wait for the backoff of those before it, but for the service. */
  #hurry({ alert }: Notice, now: number): void {
    this.#failures = 0
    for (const item of this.#items)
      if (item.notice.alert.id === alert.id) item.dueAt = Math.min(item.dueAt, now)
  }

  /** The earliest time of the next attempt. A service that wants a long pause does not take the last attempt from a delivery. */
  #dueAt(item: QueuedDelivery): number {
    const pausedUntil = pauseEnd(this.#pause, isUrgentDelivery(item, this.#items))
    const dueAt = Math.max(item.dueAt, pausedUntil)
    return item.isRetry ? Math.min(dueAt, lastAttemptAt(item)) : dueAt
  }

  #forgetEnded(found: ReadonlySet<string>): void {
    const now = this.#deps.clock.nowMs()
    for (const [id, { isStored, expiresAt }] of this.#ended)
      if (!found.has(id) && (isStored || now > expiresAt)) this.#ended.delete(id)
  }

  async #runAll(): Promise<void> {
    try {
      for (let item = this.#next(); item !== null; item = this.#next()) {
        this.#current = item
        await this.#step(item)
        this.#current = null
      }
    } finally {
      // In the same turn as the decision to stop: a call of `run` is never lost.
      this.#isRunning = false
    }
  }

  /** The delivery to work on now. Arms the timer if it is not due yet. */
  #next(): QueuedDelivery | null {
    const { clock, isHolder, onStandBy } = this.#deps
    if (this.#timer.isClosed) return null
    if (!isHolder()) {
      this.dropStored()
      onStandBy()
      return null
    }
    const now = clock.nowMs()
    const over = this.#items.find(item => this.#skipReason(item, now) !== null)
    if (over !== undefined) return over
    const first = firstDelivery(this.#items)
    if (first === null) return null
    const dueAt = this.#dueAt(first)
    if (dueAt <= now) return first
    const last = lastChance(this.#items, now)
    if (last !== null) return last
    this.#timer.cancel()
    this.#timer.armBy(Math.min(dueAt, ...this.#items.map(item => nextEndAt(item, now))))
    return null
  }

  #skipReason(item: QueuedDelivery, now: number): string | null {
    return skipReason(item, this.#items, this.#isFailing, now)
  }

  /** The end of an alert says what it ends if the channel has taken nothing of it. */
  async #isUnannounced({ alert }: Notice): Promise<boolean> {
    return (await this.#deps.journal.hasTaken(alert.id, this.#name)) !== true
  }

  async #step(item: QueuedDelivery): Promise<void> {
    const startedAt = this.#deps.clock.nowMs()
    const reason = this.#skipReason(item, startedAt)
    if (reason !== null) return this.#end(item, 'expired', startedAt, reason)
    const channel = this.#deps.findChannel(this.#name)
    if (channel === null) return this.#end(item, 'failed', startedAt, this.#deps.whyNoChannel(this.#name))
    const isUnannounced = item.notice.event === 'resolved' && (await this.#isUnannounced(item.notice))
    const result = await sendNotice(this.#deps, channel, item.notice, isUnannounced)
    item.attempts += 1
    if (result.kind === 'retry') return this.#retry(item, startedAt, result)
    this.#failures = 0
    this.#isFailing = false
    if (result.kind === 'delivered') return this.#end(item, 'delivered', startedAt, null)
    return this.#end(item, 'failed', startedAt, result.why)
  }

  #retry(
    item: QueuedDelivery,
    startedAt: number,
    { why, afterMs }: Extract<SendResult, { kind: 'retry' }>,
  ): Promise<void> {
    const { clock, random } = this.#deps
    const now = clock.nowMs()
    this.#failures += 1
    this.#isFailing = true
    if (afterMs !== null) this.#pause = { from: now, until: now + afterMs }
    if (now >= lastAttemptAt(item)) return this.#end(item, 'expired', startedAt, why)
    item.dueAt = now + retryDelayMs(this.#failures, random.float())
    item.isRetry = true
    return this.#record(item.notice, this.#attempt(item, startedAt, 'pending', why, this.#dueAt(item)))
  }

  async #end(
    item: QueuedDelivery,
    state: DeliveryState,
    startedAt: number,
    why: string | null,
  ): Promise<void> {
    const { id } = item.notice
    const attempt = this.#attempt(item, startedAt, state, why, null)
    const { isStored, expiresAt } = item
    this.#items = this.#items.filter(({ notice }) => notice.id !== id)
    this.#ended.set(id, { attempt, isStored, expiresAt })
    await this.#record(item.notice, attempt)
  }

  async #record(notice: Notice, attempt: Attempt): Promise<void> {
    if (this.#isAbandoned) return
    await this.#deps.journal.record(attempt)
    this.#deps.onAttempt(attempt, notice)
  }

  #attempt(
    { notice }: QueuedDelivery,
    startedAt: number,
    state: DeliveryState,
    why: string | null,
    nextAt: number | null,
  ): Attempt {
    const { clock } = this.#deps
    return {
      noticeId: notice.id,
      channel: this.#name,
      startedAt: clock.toWall(startedAt),
      tookMs: clock.nowMs() - startedAt,
      state,
      nextAttemptAt: nextAt === null ? null : clock.toWall(nextAt),
      why,
    }
  }
}
