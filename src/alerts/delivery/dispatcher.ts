import type { Notice } from '../../domain/alerts/alert.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import { atMost } from '../../domain/at-most.ts'
import type { AxisorError } from '../../domain/error.ts'
import type { Cancel, Random } from '../../ports/clock.ts'
import type { Outbox, PendingDelivery, QueuedNotice } from '../../ports/outbox.ts'
import { ChannelQueue } from './channel-queue.ts'
import { DeliveryJournal } from './journal.ts'
import type { SendDeps } from './send.ts'
import { UndeliveredWatch } from './undelivered-watch.ts'

/** How soon a failing outbox is used again, and a host that does not deliver checks if it does now. */
const RETRY_MS = 2_000

/** What a dispatcher needs of its host. */
export interface DispatcherDeps extends SendDeps {
  readonly outbox: Outbox
  readonly random: Random
  /** The channels as configured now. */
  readonly channels: () => readonly Channel[]
  /** Why a channel of this name is none of `channels`. Absent: it was removed. */
  readonly whyNoChannel?: (name: string) => string
  /** Read before each attempt: only the host that holds the lease delivers. */
  readonly isHolder: () => boolean
  /** Called after each attempt, once it is recorded or could not be. */
  readonly onOutcome: (attempt: Attempt, notice: Notice) => void
  /**
   * No channel has taken an urgent notice within a minute, or none is left that could. Called once per notice and process. A notice
   * without channels never gets here.
   */
  readonly onUndelivered: (notice: Notice) => void
  /** The outbox can't be read or written; null once it works again. */
  readonly onStorageError: (error: AxisorError | null) => void
}

/** Delivers the pending notices of an outbox. */
export interface Dispatcher {
  /**
   * Reads the outbox and starts what is due. To be called at the start, after each commit, when another process has changed the outbox,
   * when channels have changed, and when this host has become the holder (which is also found by itself, 2 s later).
   */
  wake(): void
  /**
   * Delivers notices that could not be committed, from memory. When the outbox works again the host commits the same notices, and those
   * that were delivered meanwhile are not sent again. While the outbox can't be read, they overtake what is pending there.
   */
  submitUnstored(notices: readonly QueuedNotice[]): void
  /** True if a delivery of a notice of this alert has not ended. */
  hasPending(alertId: string): boolean
  /** Starts no further attempt and waits for those in flight, at most `limitMs`. Does not close the outbox. */
  close(limitMs: number): Promise<void>
}

class OutboxDispatcher implements Dispatcher {
  readonly #deps: DispatcherDeps
  readonly #journal: DeliveryJournal
  readonly #watch: UndeliveredWatch
  readonly #queues = new Map<string, ChannelQueue>()
  /** Notices that no queue has yet. */
  readonly #unstored: QueuedNotice[] = []
  #isWanted = false
  #isLoading = false
  #isClosed = false
  #loaded: Promise<void> = Promise.resolve()
  #cancelRetry: Cancel | null = null

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
    this.#journal = new DeliveryJournal(deps.outbox, deps.onStorageError)
    this.#watch = new UndeliveredWatch({ ...deps, journal: this.#journal })
  }

  wake(): void {
    this.#isWanted = true
    if (this.#isLoading || this.#isClosed) return
    this.#isLoading = true
    this.#loaded = this.#loadAll()
  }

  submitUnstored(notices: readonly QueuedNotice[]): void {
    if (this.#isClosed) return
    this.#unstored.push(...notices)
    // What was committed before comes first: it is known only after a load that begins now.
    if (this.#isLoading) this.#isWanted = true
    else {
      this.#queueUnstored(this.#unstored.splice(0))
      this.#runQueues()
    }
  }

  hasPending(alertId: string): boolean {
    return [...this.#queues.values()].some(queue => queue.hasAlert(alertId))
  }

  async close(limitMs: number): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelRetry?.()
    const watch = this.#watch.close()
    const queues = [...this.#queues.values()]
    const ended = Promise.all([watch, this.#loaded, ...queues.map(queue => queue.close())])
    await atMost(this.#deps.clock, limitMs, ended)
    for (const queue of queues) queue.abandon()
  }

  async #loadAll(): Promise<void> {
    try {
      while (this.#isWanted && !this.#isClosed) {
        this.#isWanted = false
        const unstored = this.#unstored.splice(0)
        if (this.#deps.isHolder()) await this.#load(unstored)
        else this.#standBy(unstored)
      }
    } finally {
      this.#isLoading = false
    }
  }

  async #load(unstored: readonly QueuedNotice[]): Promise<void> {
    const pending = await this.#journal.pending()
    if (this.#isClosed) return
    const missing = pending === null ? [] : this.#merge(pending)
    this.#queueUnstored(unstored)
    // Every queue is complete before the first one runs: a notice whose last channel fails at once has no other.
    this.#runQueues()
    if (pending !== null) await this.#journal.record(...missing)
    if (this.#journal.isFailing) this.#retryLater()
  }

  #standBy(unstored: readonly QueuedNotice[]): void {
    for (const queue of this.#queues.values()) queue.dropStored()
    this.#queueUnstored(unstored)
    this.#retryLater()
  }

  /** Hands the pending deliveries to their queues. Returns attempts that are missing in the outbox. */
  #merge(pending: readonly PendingDelivery[]): readonly Attempt[] {
    const byChannel = Map.groupBy(pending, ({ channel }) => channel)
    for (const name of byChannel.keys()) this.#queue(name)
    return [...this.#queues].flatMap(([name, queue]) => queue.merge(byChannel.get(name) ?? []))
  }

  #queueUnstored(notices: readonly QueuedNotice[]): void {
    for (const { notice, channels, expiresAt } of notices)
      for (const channel of channels)
        this.#queue(channel).addUnstored({ notice, channel, attempts: 0, nextAttemptAt: 0, expiresAt })
  }

  #runQueues(): void {
    for (const queue of this.#queues.values()) queue.run()
  }

  #retryLater(): void {
    if (this.#isClosed) return
    this.#cancelRetry?.()
    this.#cancelRetry = this.#deps.clock.after(RETRY_MS, () => this.wake())
  }

  #queue(name: string): ChannelQueue {
    const known = this.#queues.get(name)
    if (known !== undefined) return known
    const queue = new ChannelQueue(name, {
      ...this.#deps,
      journal: this.#journal,
      findChannel: wanted => this.#deps.channels().find(channel => channel.name === wanted) ?? null,
      whyNoChannel: this.#deps.whyNoChannel ?? (missing => `the channel ${missing} was removed`),
      onStandBy: () => this.#retryLater(),
      onQueued: notice => this.#watch.queued(notice),
      onAttempt: (attempt, notice) => this.#attempted(attempt, notice),
    })
    this.#queues.set(name, queue)
    return queue
  }

  #attempted(attempt: Attempt, notice: Notice): void {
    if (attempt.state === 'delivered') this.#watch.taken(notice)
    else if (attempt.state !== 'pending' && ![...this.#queues.values()].some(queue => queue.has(notice.id)))
      this.#watch.exhausted(notice)
    if (this.#journal.isFailing) this.#retryLater()
    this.#deps.onOutcome(attempt, notice)
  }
}

/** Opens a dispatcher. It does nothing until it is woken. */
export function openDispatcher(deps: DispatcherDeps): Dispatcher {
  return new OutboxDispatcher(deps)
}
