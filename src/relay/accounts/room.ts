import type { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import { type AlertTarget, RELAY_CLOSE, type RelayMessage } from '../../wire/relay/messages.ts'
import { errorMessageOf } from '../clients/error-message.ts'
import { frameOf, type RelayFrame } from '../clients/peer.ts'
import { DRAIN_CHECK_MS, type PeerDelivery } from '../clients/peer-delivery.ts'
import { restartReason } from '../clients/restart-reason.ts'
import type { RoomContext } from '../context.ts'
import { broadcast } from './broadcast.ts'
import type { MessageSource } from './message-source.ts'
import { type EncodedSnapshot, SnapshotCache } from './snapshot-cache.ts'

/** The subscribers of one account. Messages are encoded and framed once and sent to all. */
export class Room {
  readonly #context: RoomContext
  readonly #subscribers = new Set<PeerDelivery>()
  readonly #snapshotWaiters = new Set<() => void>()
  #source: MessageSource | null = null
  readonly #snapshots = new SnapshotCache()
  #cancelTick: Cancel | null = null
  #cancelHeartbeat: Cancel | null = null
  #cancelSweep: Cancel | null = null
  #isSending = false
  #isPending = false
  #isScheduled = false
  #nextTickAt = 0
  #refreshedAt = Number.NEGATIVE_INFINITY
  #isClosed = false
  /** Why the account cannot be watched, for subscribers that join later; null if it can. */
  #refusal: { readonly frame: RelayFrame; readonly code: string } | null = null

  constructor(context: RoomContext) {
    this.#context = context
    this.#scheduleHeartbeat()
  }

  get size(): number {
    return this.#subscribers.size
  }

  /** True after the room was closed, refused or restarted. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Sets the message source and closes the previous one. */
  setSource(source: MessageSource): void {
    this.#source?.close()
    this.#source = source
    this.changed()
  }

  /** Reports to the source that the relay delivers other alerts. */
  alertsChanged(): void {
    this.#source?.alertsChanged()
  }

  /** Forwards an acknowledgement to a relay behind this one. */
  acknowledge(alert: AlertTarget | null): void {
    this.#source?.acknowledge(alert)
  }

  /** Schedules a broadcast of the source's messages. */
  changed(): void {
    this.#isPending = true
    if (this.#isSending || this.#isScheduled || this.#isClosed) return
    this.#isScheduled = true
    const { clock, yieldToEventLoop } = this.#context.deps
    const delayMs = this.#nextTickAt - this.#now()
    const tick = () => {
      this.#isScheduled = false
      if (!this.#isClosed) this.#tick()
    }
    // Waits a turn of the event loop even without a delay, so that changes of one received packet are merged.
    if (delayMs <= 0) yieldToEventLoop(tick)
    else this.#cancelTick = clock.after(delayMs, tick)
  }

  /** Adds a subscriber and sends it the latest snapshot, or the upstream status if there is none yet. */
  join(subscriber: PeerDelivery): void {
    if (this.#isClosed) {
      this.#disconnect(subscriber)
      return
    }
    this.#subscribers.add(subscriber)
    if (this.sendSnapshot(subscriber)) return
    const upstream = this.#source?.upstream()
    if (upstream) subscriber.sendTransient(frameOf([upstream]), this.#now())
  }

  leave(subscriber: PeerDelivery): void {
    this.#subscribers.delete(subscriber)
  }

  /** Sends the latest snapshot to one subscriber. Returns false if there is none yet. */
  sendSnapshot(subscriber: PeerDelivery): boolean {
    const snapshot = this.snapshot()
    if (snapshot === null) return false
    subscriber.sendSnapshot(snapshot.frame, snapshot.position, this.#now())
    this.#watchSlowSubscribers([subscriber])
    return true
  }

  /**
   * Handles a client's request for fresh data: sends the current snapshot, and refreshes the upstream unless that was
   * done recently.
   */
  refresh(subscriber: PeerDelivery): void {
    this.sendSnapshot(subscriber)
    this.refreshSource()
  }

  /** Refreshes the upstream for any client, unless that was done recently. */
  refreshSource(): void {
    this.#context.stats.refreshes += 1
    const now = this.#now()
    if (this.#source === null || now - this.#refreshedAt < this.#context.limits.upstreamRefreshMs) return
    this.#refreshedAt = now
    this.#context.stats.upstreamRefreshes += 1
    this.#source.refresh()
  }

  /** Returns the latest snapshot, encoded at most once per state, or null if there is none yet. */
  snapshot(): EncodedSnapshot | null {
    return this.#source && this.#snapshots.get(this.#source, this.#now())
  }

  /** Resolves with the first snapshot, or with null if there is none within the time (ms). */
  firstSnapshot(withinMs: number): Promise<EncodedSnapshot | null> {
    const { promise, resolve } = Promise.withResolvers<EncodedSnapshot | null>()
    const cancel = this.#context.deps.clock.after(withinMs, () => finish())
    const check = () => {
      if (this.#isClosed || this.snapshot() !== null) finish()
    }
    const finish = () => {
      cancel()
      this.#snapshotWaiters.delete(check)
      resolve(this.#isClosed ? null : this.snapshot())
    }
    this.#snapshotWaiters.add(check)
    check()
    return promise
  }

  /** Sends the reason to all subscribers and closes them: the account cannot be watched. */
  refuse(error: AxisorError): void {
    const upstream = this.#source?.upstream() ?? null
    const upstreamMessages: RelayMessage[] = upstream === null ? [] : [upstream]
    this.#refusal = {
      frame: frameOf([...upstreamMessages, errorMessageOf(error, this.#now())]),
      code: error.code,
    }
    this.restart()
  }

  /** Closes all subscribers with a delay after which they should reconnect. */
  restart(): void {
    this.close()
    for (const subscriber of [...this.#subscribers]) this.#disconnect(subscriber)
  }

  close(): void {
    this.#isClosed = true
    this.#cancelTick?.()
    this.#cancelHeartbeat?.()
    this.#cancelSweep?.()
    this.#source?.close()
    this.#source = null
    for (const check of [...this.#snapshotWaiters]) check()
  }

  #disconnect(subscriber: PeerDelivery): void {
    if (this.#refusal === null) {
      const reason = restartReason(this.#subscribers.size, this.#context.deps.random)
      subscriber.close(RELAY_CLOSE.restarting, reason)
      return
    }
    subscriber.sendTransient(this.#refusal.frame, this.#now())
    subscriber.close(RELAY_CLOSE.upstreamRefused, this.#refusal.code)
  }

  #now(): number {
    return this.#context.deps.clock.nowMs()
  }

  #tick(): void {
    this.#isPending = false
    const source = this.#source
    const messages = source?.drain() ?? []
    for (const check of [...this.#snapshotWaiters]) check()
    if (source === null || messages.length === 0 || this.#subscribers.size === 0) return
    const hasSnapshot = messages.some(({ type }) => type === 'snapshot')
    const position = source.position()
    const hasDelta = messages.some(({ type }) => type === 'delta')
    const frame = frameOf(messages)
    const subscribers = [...this.#subscribers]
    const startedAt = this.#now()
    const { tickMs, tickPerBroadcast } = this.#context.limits
    this.#isSending = true
    broadcast(this.#context, subscribers, frame, {
      send(subscriber, now) {
        if (hasSnapshot) subscriber.offerSnapshot(frame, position, now)
        else if (hasDelta) subscriber.sendDelta(frame, position, now)
        else subscriber.sendTransient(frame, now)
      },
      done: tookMs => {
        this.#isSending = false
        this.#nextTickAt = startedAt + Math.max(tickMs, tickPerBroadcast * tookMs)
        this.#watchSlowSubscribers(subscribers)
        if (this.#isPending) this.changed()
      },
    })
  }

  #scheduleHeartbeat(): void {
    const { deps, limits } = this.#context
    this.#cancelHeartbeat = deps.clock.after(limits.heartbeatMs, () => {
      this.#scheduleHeartbeat()
      const source = this.#source
      if (source === null) return
      const sentAt = this.#now()
      const frame = frameOf([{ type: 'heartbeat', sentAt, ...source.position() }])
      for (const subscriber of [...this.#subscribers]) subscriber.sendTransient(frame, sentAt)
    })
  }

  /** Polls slow subscribers until all have caught up. */
  #watchSlowSubscribers(among: readonly PeerDelivery[]): void {
    if (this.#cancelSweep !== null || this.#isClosed || !among.some(subscriber => subscriber.isBehind)) return
    this.#cancelSweep = this.#context.deps.clock.after(DRAIN_CHECK_MS, () => {
      this.#cancelSweep = null
      const now = this.#now()
      for (const subscriber of [...this.#subscribers])
        if (subscriber.hasDrained(now)) this.sendSnapshot(subscriber)
      this.#watchSlowSubscribers([...this.#subscribers])
    })
  }
}
