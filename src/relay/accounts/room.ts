import type { AxisorError } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import { RELAY_CLOSE, type RelayMessage } from '../../wire/relay/messages.ts'
import { complaintOf } from '../clients/error-message.ts'
import { frameOf, type RelayFrame } from '../clients/peer.ts'
import type { Delivery } from '../clients/peer-delivery.ts'
import { restartReason } from '../clients/restart-reason.ts'
import type { RoomMeans } from '../context.ts'
import { fanOut } from './broadcast.ts'
import type { Voice } from './message-source.ts'
import { SnapshotCache, type WrittenSnapshot } from './snapshot-cache.ts'

const CATCHING_UP_MS = 250

/** Everybody who looks at one account, and what they are told: once written, once framed, the same bytes to each. */
export class Room {
  readonly #means: RoomMeans
  readonly #members = new Set<Delivery>()
  readonly #waiting = new Set<() => void>()
  #voice: Voice | null = null
  readonly #snapshots = new SnapshotCache()
  #cancelTick: Cancel | null = null
  #cancelBeat: Cancel | null = null
  #cancelSweep: Cancel | null = null
  #isTelling = false
  #isPending = false
  #isPlanned = false
  #nextTickAt = 0
  #refreshedAt = Number.NEGATIVE_INFINITY
  #isClosed = false
  /** Why nobody can be told anything any more, for those who come too late. */
  #refusal: { readonly frame: RelayFrame; readonly code: string } | null = null

  constructor(means: RoomMeans) {
    this.#means = means
    this.#beatLater()
  }

  get size(): number {
    return this.#members.size
  }

  /** True once nobody is told anything here any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Gives the room its voice, or another one; the old one is closed. */
  speakWith(voice: Voice): void {
    this.#voice?.close()
    this.#voice = voice
    this.changed()
  }

  /** The voice has something to tell. */
  changed(): void {
    this.#isPending = true
    if (this.#isTelling || this.#isPlanned || this.#isClosed) return
    this.#isPlanned = true
    const { clock, nextTurn } = this.#means.world
    const delayMs = this.#nextTickAt - this.#now()
    const tick = () => {
      this.#isPlanned = false
      if (!this.#isClosed) this.#tick()
    }
    // What comes in one piece is heard in one turn, so it is joined even then.
    if (delayMs <= 0) nextTurn(tick)
    else this.#cancelTick = clock.after(delayMs, tick)
  }

  /** Lets a member in: it is told the snapshot, or how the relay's link is while there is none. */
  enter(member: Delivery): void {
    if (this.#isClosed) {
      this.#sendAway(member)
      return
    }
    this.#members.add(member)
    if (this.tell(member)) return
    const upstream = this.#voice?.upstream()
    if (upstream) member.say(frameOf([upstream]), this.#now())
  }

  leave(member: Delivery): void {
    this.#members.delete(member)
  }

  /** Tells one member the newest snapshot; false when there is none yet. */
  tell(member: Delivery): boolean {
    const snapshot = this.snapshot()
    if (snapshot === null) return false
    member.start(snapshot.frame, snapshot.head, this.#now())
    this.#watchStragglers([member])
    return true
  }

  /** A client wants fresh data: it gets what is known, and the exchange is asked again unless it just was. */
  refresh(member: Delivery): void {
    this.#means.counts.refreshes += 1
    this.tell(member)
    const now = this.#now()
    if (this.#voice === null || now - this.#refreshedAt < this.#means.limits.upstreamRefreshMs) return
    this.#refreshedAt = now
    this.#means.counts.upstreamRefreshes += 1
    this.#voice.refresh()
  }

  /** The newest snapshot, written at most once for each thing that happens; null before the first picture. */
  snapshot(): WrittenSnapshot | null {
    return this.#voice && this.#snapshots.of(this.#voice, this.#now())
  }

  /** Settles with the first snapshot, or with null when there is none in time. */
  firstSnapshot(withinMs: number): Promise<WrittenSnapshot | null> {
    const { promise, resolve } = Promise.withResolvers<WrittenSnapshot | null>()
    const cancel = this.#means.world.clock.after(withinMs, () => end())
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
    const upstream = this.#voice?.upstream() ?? null
    const said: RelayMessage[] = upstream === null ? [] : [upstream]
    this.#refusal = { frame: frameOf([...said, complaintOf(error, this.#now())]), code: error.code }
    this.restart()
  }

  /** Everybody is sent away for a moment: they find another room, or another relay. */
  restart(): void {
    this.close()
    for (const member of [...this.#members]) this.#sendAway(member)
  }

  close(): void {
    this.#isClosed = true
    this.#cancelTick?.()
    this.#cancelBeat?.()
    this.#cancelSweep?.()
    this.#voice?.close()
    this.#voice = null
    for (const look of [...this.#waiting]) look()
  }

  #sendAway(member: Delivery): void {
    if (this.#refusal === null) {
      const reason = restartReason(this.#members.size, this.#means.world.chance)
      member.close(RELAY_CLOSE.restarting, reason)
      return
    }
    member.say(this.#refusal.frame, this.#now())
    member.close(RELAY_CLOSE.upstreamRefused, this.#refusal.code)
  }

  #now(): number {
    return this.#means.world.clock.nowMs()
  }

  #tick(): void {
    this.#isPending = false
    const voice = this.#voice
    const messages = voice?.take() ?? []
    for (const look of [...this.#waiting]) look()
    if (voice === null || messages.length === 0 || this.#members.size === 0) return
    const isFirst = messages.some(({ type }) => type === 'snapshot')
    const head = voice.head()
    const hasData = messages.some(({ type }) => type === 'delta')
    const frame = frameOf(messages)
    const members = [...this.#members]
    const startedAt = this.#now()
    const { tickMs, tickPerFanOut } = this.#means.limits
    this.#isTelling = true
    fanOut(this.#means, members, frame, {
      give(member, now) {
        if (isFirst) member.offer(frame, head, now)
        else if (hasData) member.push(frame, head, now)
        else member.say(frame, now)
      },
      done: tookMs => {
        this.#isTelling = false
        this.#nextTickAt = startedAt + Math.max(tickMs, tickPerFanOut * tookMs)
        this.#watchStragglers(members)
        if (this.#isPending) this.changed()
      },
    })
  }

  #beatLater(): void {
    const { world, limits } = this.#means
    this.#cancelBeat = world.clock.after(limits.heartbeatMs, () => {
      this.#beatLater()
      const voice = this.#voice
      if (voice === null) return
      const sentAt = this.#now()
      const frame = frameOf([{ type: 'heartbeat', sentAt, ...voice.head() }])
      for (const member of [...this.#members]) member.say(frame, sentAt)
    })
  }

  /** As long as somebody is behind, looks again and again. */
  #watchStragglers(among: readonly Delivery[]): void {
    if (this.#cancelSweep !== null || this.#isClosed || !among.some(member => member.isBehind)) return
    this.#cancelSweep = this.#means.world.clock.after(CATCHING_UP_MS, () => {
      this.#cancelSweep = null
      const now = this.#now()
      for (const member of [...this.#members]) if (member.hasCaughtUp(now)) this.tell(member)
      this.#watchStragglers([...this.#members])
    })
  }
}
