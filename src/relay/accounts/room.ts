import type { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import { RELAY_CLOSE, type RelayMessage } from '../../wire/relay/messages.ts'
import { errorMessageOf } from '../clients/error-message.ts'
import { frameOf, type RelayFrame } from '../clients/peer.ts'
import type { PeerDelivery } from '../clients/peer-delivery.ts'
import { restartReason } from '../clients/restart-reason.ts'
import type { RoomContext } from '../context.ts'
import { broadcast } from './broadcast.ts'
import type { MessageSource } from './message-source.ts'
import { type EncodedSnapshot, SnapshotCache } from './snapshot-cache.ts'

const DRAIN_CHECK_MS = 250

/** Everybody who looks at one account, and what they are told: once written, once framed, the same bytes to each. */
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
  /** Why nobody can be told anything any more, for those who come too late. */
  #refusal: { readonly frame: RelayFrame; readonly code: string } | null = null

  constructor(context: RoomContext) {
    this.#context = context
    this.#scheduleHeartbeat()
  }

  get size(): number {
    return this.#subscribers.size
  }

  /** True once nobody is told anything here any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Gives the room its voice, or another one; the old one is closed. */
  setSource(source: MessageSource): void {
    this.#source?.close()
    this.#source = source
    this.changed()
  }

  /** The voice has something to tell. */
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
    // What comes in one piece is heard in one turn, so it is joined even then.
    if (delayMs <= 0) yieldToEventLoop(tick)
    else this.#cancelTick = clock.after(delayMs, tick)
  }

  /** Lets a member in: it is told the snapshot, or how the relay's link is while there is none. */
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

  /** Tells one member the newest snapshot; false when there is none yet. */
  sendSnapshot(subscriber: PeerDelivery): boolean {
    const snapshot = this.snapshot()
    if (snapshot === null) return false
    subscriber.sendSnapshot(snapshot.frame, snapshot.position, this.#now())
    this.#watchSlowSubscribers([subscriber])
    return true
  }

  /** A client wants fresh data: it gets what is known, and the exchange is asked again unless it just was. */
  refresh(subscriber: PeerDelivery): void {
    this.#context.stats.refreshes += 1
    this.sendSnapshot(subscriber)
    const now = this.#now()
    if (this.#source === null || now - this.#refreshedAt < this.#context.limits.upstreamRefreshMs) return
    this.#refreshedAt = now
    this.#context.stats.upstreamRefreshes += 1
    this.#source.refresh()
  }

  /** The newest snapshot, written at most once for each thing that happens; null before the first picture. */
  snapshot(): EncodedSnapshot | null {
    return this.#source && this.#snapshots.get(this.#source, this.#now())
  }

  /** Settles with the first snapshot, or with null when there is none in time. */
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

  /** Nothing more will come: everybody is told why, and closed. */
  refuse(error: AxisorError): void {
    const upstream = this.#source?.upstream() ?? null
    const upstreamMessages: RelayMessage[] = upstream === null ? [] : [upstream]
    this.#refusal = {
      frame: frameOf([...upstreamMessages, errorMessageOf(error, this.#now())]),
      code: error.code,
    }
    this.restart()
  }

  /** Everybody is sent away for a moment: they find another room, or another relay. */
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
    const { tickMs, tickPerBroadcast: tickPerFanOut } = this.#context.limits
    this.#isSending = true
    broadcast(this.#context, subscribers, frame, {
      send(subscriber, now) {
        if (hasSnapshot) subscriber.offerSnapshot(frame, position, now)
        else if (hasDelta) subscriber.sendDelta(frame, position, now)
        else subscriber.sendTransient(frame, now)
      },
      done: tookMs => {
        this.#isSending = false
        this.#nextTickAt = startedAt + Math.max(tickMs, tickPerFanOut * tookMs)
        this.#watchSlowSubscribers(subscribers)
        if (this.#isPending) this.changed()
      },
    })
  }

  #scheduleHeartbeat(): void {
    const { deps: world, limits } = this.#context
    this.#cancelHeartbeat = world.clock.after(limits.heartbeatMs, () => {
      this.#scheduleHeartbeat()
      const source = this.#source
      if (source === null) return
      const sentAt = this.#now()
      const frame = frameOf([{ type: 'heartbeat', sentAt, ...source.position() }])
      for (const subscriber of [...this.#subscribers]) subscriber.sendTransient(frame, sentAt)
    })
  }

  /** As long as somebody is behind, looks again and again. */
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
