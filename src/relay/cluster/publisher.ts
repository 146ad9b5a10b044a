import { AxisorError } from '../../domain/error.ts'
import type { Broker, FrameKind, LeaseRecord } from '../../ports/broker.ts'
import type { Cancel, Clock, Random } from '../../ports/clock.ts'
import { decodeClientMessage } from '../../wire/relay/decode.ts'
import { encodeRelayMessage } from '../../wire/relay/encode.ts'
import { RELAY_PROTOCOL, type RelayMessage } from '../../wire/relay/messages.ts'
import { AccountMessages, type Upstream } from '../accounts/account-messages.ts'

/** How often followers hear of an owner that has nothing to say. */
export const CLUSTER_HEARTBEAT_MS = 2_000

/** Changes within this time are told together. */
const TICK_MS = 20

/** After so many deltas a snapshot says it shorter. */
const MAX_DELTAS = 64

/** More than this on its way to the broker: it is too slow for every delta, and gets one snapshot when it is through. */
const MAX_UNDER_WAY = 256

/** What was refused or got lost is said again, whole, after this. */
const AGAIN_MS = 100

/** However many followers ask, they share a snapshot. */
const SHARED_SNAPSHOT_MS = 250

/** The exchange is asked again for the sake of followers no more often. */
const REFRESH_EVERY_MS = 2_000

export interface PublisherDeps {
  readonly clock: Clock
  readonly random: Random
  readonly broker: Broker
}

export interface PublisherOptions {
  readonly account: string
  readonly userName: string
  readonly upstream: Pick<Upstream, 'store' | 'refresh'>
  /** The lease to speak under; null: be silent. */
  held(): LeaseRecord | null
}

/** Tells the followers of an account, through the broker, what its owner sees; and answers what they ask. */
export class Publisher {
  readonly #deps: PublisherDeps
  readonly #options: PublisherOptions
  readonly #source: AccountMessages
  readonly #cancels = new Map<'tick' | 'beat' | 'ask', Cancel>()
  /** A snapshot of ours is kept by the broker, and every delta since. */
  #isFounded = false
  #deltas = 0
  #inFlight = 0
  #snapshotAt = Number.NEGATIVE_INFINITY
  #refreshedAt = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(world: PublisherDeps, options: PublisherOptions) {
    this.#deps = world
    this.#options = options
    const { store, refresh } = options.upstream
    const upstream = { store, refresh, close() {} }
    this.#source = new AccountMessages(world, upstream, {
      changed: () => this.#tickIn(TICK_MS),
      // The owner's own room counts it and ends with it.
      unreadable() {},
      stopped() {},
    })
    void this.#begin()
  }

  close(): void {
    this.#isClosed = true
    for (const cancel of this.#cancels.values()) cancel()
    this.#source.close()
  }

  /** Followers ask as soon as they hear us, so we listen first. */
  async #begin(): Promise<void> {
    const { broker } = this.#deps
    const cancel = await broker.onRequest(this.#options.account, asked => this.#answer(asked))
    if (this.#isClosed) return cancel()
    this.#cancels.set('ask', cancel)
    this.#flush()
    this.#heartbeat()
  }

  #tickIn(ms: number): void {
    // Before the beginning nobody would hear it.
    if (this.#isClosed || this.#cancels.has('tick') || !this.#cancels.has('ask')) return
    const cancel = this.#deps.clock.after(ms, () => {
      this.#cancels.delete('tick')
      this.#flush()
    })
    this.#cancels.set('tick', cancel)
  }

  #heartbeat(): void {
    this.#cancels.set(
      'beat',
      this.#deps.clock.after(CLUSTER_HEARTBEAT_MS, () => this.#heartbeat()),
    )
    this.#publish('transient', { type: 'heartbeat', sentAt: this.#now(), ...this.#source.position() })
  }

  #flush(): void {
    const messages = this.#source.drain()
    if (this.#inFlight > MAX_UNDER_WAY) this.#isFounded = false
    if (!this.#isFounded) {
      this.#publishSnapshot()
      return
    }
    for (const message of messages) {
      if (message.type === 'snapshot') this.#publishSnapshot()
      else {
        this.#publish('delta', message)
        this.#deltas += 1
      }
    }
    if (this.#deltas >= MAX_DELTAS) this.#publishSnapshot()
  }

  #publishSnapshot(): void {
    if (this.#inFlight > MAX_UNDER_WAY) {
      this.#tickIn(AGAIN_MS)
      return
    }
    const snapshot = this.#source.snapshot()
    if (snapshot === null) {
      // There is no picture yet; followers are told how our link is.
      const upstream = this.#source.upstream()
      if (upstream !== null) this.#publish('transient', upstream)
      return
    }
    const { network, origin } = snapshot.snapshot
    const sentAt = this.#now()
    const user = this.#options.userName
    const greeting = { protocol: RELAY_PROTOCOL, user, network, origin, heartbeatMs: CLUSTER_HEARTBEAT_MS }
    this.#publish('hello', { type: 'connection', sentAt, ...greeting })
    this.#publish('snapshot', snapshot)
    this.#isFounded = true
    this.#deltas = 0
    this.#snapshotAt = sentAt
  }

  #publish(kind: FrameKind, message: RelayMessage, to = ''): void {
    const held = this.#options.held()
    if (held === null || this.#isClosed) return
    this.#inFlight += 1
    const frame = { kind, to, text: encodeRelayMessage(message) }
    this.#deps.broker
      .publish(this.#options.account, held, frame)
      .then(
        outcome => outcome === 'published',
        (error: unknown) => {
          if (!(error instanceof AxisorError)) throw error
          return false
        },
      )
      .then(isDone => {
        this.#inFlight -= 1
        if (!isDone) this.#republish()
      })
  }

  /** The broker may have forgotten us, or was away: what we said is lost. If it is because the lease is not ours any more, we shall hear of that. */
  #republish(): void {
    this.#isFounded = false
    this.#tickIn(AGAIN_MS)
  }

  #answer(asked: string): void {
    const end = asked.indexOf('\n')
    const from = asked.slice(0, end)
    const decoded = decodeClientMessage(asked.slice(end + 1))
    if (!decoded.ok) return
    const now = this.#now()
    if (decoded.value.type === 'ping') {
      this.#publish('transient', { type: 'pong', sentAt: now, t: decoded.value.t }, from)
      return
    }
    this.#isFounded = false
    this.#tickIn(Math.max(0, this.#snapshotAt + SHARED_SNAPSHOT_MS - now))
    if (now - this.#refreshedAt < REFRESH_EVERY_MS) return
    this.#refreshedAt = now
    this.#options.upstream.refresh()
  }

  #now(): number {
    return this.#deps.clock.nowMs()
  }
}
