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

const CATCHING_UP_MS = 250

/** Everybody who looks at one account, and what they are told: once written, once framed, the same bytes to each. */
export class Room {
  readonly #context: RoomContext
  readonly #subscribers = new Set<PeerDelivery>()
  readonly #waiting = new Set<() => void>()
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

  constructor(deps: RoomContext) {
    this.#context = deps
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
    const { clock, yieldToEventLoop } = this.#context.world
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
  join(member: PeerDelivery): void {
    if (this.#isClosed) {
      this.#disconnect(member)
      return
    }
    this.#subscribers.add(member)
    if (this.sendSnapshot(member)) return
    const upstream = this.#source?.upstream()
    if (upstream) member.sendTransient(frameOf([upstream]), this.#now())
  }

  leave(member: PeerDelivery): void {
    this.#subscribers.delete(member)
  }

  /** Tells one member the newest snapshot; false when there is none yet. */
  sendSnapshot(member: PeerDelivery): boolean {
    const snapshot = this.snapshot()
    if (snapshot === null) return false
    member.sendSnapshot(snapshot.frame, snapshot.position, this.#now())
    this.#watchSlowSubscribers([member])
    return true
  }

  /** A client wants fresh data: it gets what is known, and the exchange is asked again unless it just was. */
  refresh(member: PeerDelivery): void {
    this.#context.stats.refreshes += 1
    this.sendSnapshot(member)
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
    const cancel = this.#context.world.clock.after(withinMs, () => end())
    const look = () => {
      if (this.#isClosed || this.snapshot() !== null) end()
    }
    const end = () => {
      cancel()
      this.#waiting.delete(look)
      resolve(this.#isClosed ? null : this.snapshot())
    }
    this.#waiting.add(look)
    look()
    return promise
  }

  /** Nothing more will come: everybody is told why, and closed. */
  refuse(error: AxisorError): void {
    const upstream = this.#source?.upstream() ?? null
    const said: RelayMessage[] = upstream === null ? [] : [upstream]
    this.#refusal = { frame: frameOf([...said, errorMessageOf(error, this.#now())]), code: error.code }
    this.restart()
  }

  /** Everybody is sent away for a moment: they find another room, or another relay. */
  restart(): void {
    this.close()
    for (const member of [...this.#subscribers]) this.#disconnect(member)
  }

  close(): void {
    this.#isClosed = true
    this.#cancelTick?.()
    this.#cancelHeartbeat?.()
    this.#cancelSweep?.()
    this.#source?.close()
    this.#source = null
    for (const look of [...this.#waiting]) look()
  }

  #disconnect(member: PeerDelivery): void {
    if (this.#refusal === null) {
      const reason = restartReason(this.#subscribers.size, this.#context.world.random)
      member.close(RELAY_CLOSE.restarting, reason)
      return
    }
    member.sendTransient(this.#refusal.frame, this.#now())
    member.close(RELAY_CLOSE.upstreamRefused, this.#refusal.code)
  }

  #now(): number {
    return this.#context.world.clock.nowMs()
  }

  #tick(): void {
    this.#isPending = false
    const source = this.#source
    const messages = source?.drain() ?? []
    for (const look of [...this.#waiting]) look()
    if (source === null || messages.length === 0 || this.#subscribers.size === 0) return
    const isFirst = messages.some(({ type }) => type === 'snapshot')
    const head = source.position()
    const hasData = messages.some(({ type }) => type === 'delta')
    const frame = frameOf(messages)
    const members = [...this.#subscribers]
    const startedAt = this.#now()
    const { tickMs, tickPerFanOut } = this.#context.limits
    this.#isSending = true
    broadcast(this.#context, members, frame, {
      give(member, now) {
        if (isFirst) member.offerSnapshot(frame, head, now)
        else if (hasData) member.sendDelta(frame, head, now)
        else member.sendTransient(frame, now)
      },
      done: tookMs => {
        this.#isSending = false
        this.#nextTickAt = startedAt + Math.max(tickMs, tickPerFanOut * tookMs)
        this.#watchSlowSubscribers(members)
        if (this.#isPending) this.changed()
      },
    })
  }

  #scheduleHeartbeat(): void {
    const { world, limits } = this.#context
    this.#cancelHeartbeat = world.clock.after(limits.heartbeatMs, () => {
      this.#scheduleHeartbeat()
      const source = this.#source
      if (source === null) return
      const sentAt = this.#now()
      const frame = frameOf([{ type: 'heartbeat', sentAt, ...source.position() }])
      for (const member of [...this.#subscribers]) member.sendTransient(frame, sentAt)
    })
  }

  /** As long as somebody is behind, looks again and again. */
  #watchSlowSubscribers(among: readonly PeerDelivery[]): void {
    if (this.#cancelSweep !== null || this.#isClosed || !among.some(member => member.isBehind)) return
    this.#cancelSweep = this.#context.world.clock.after(CATCHING_UP_MS, () => {
      this.#cancelSweep = null
      const now = this.#now()
      for (const member of [...this.#subscribers]) if (member.hasDrained(now)) this.sendSnapshot(member)
      this.#watchSlowSubscribers([...this.#subscribers])
    })
  }
}
