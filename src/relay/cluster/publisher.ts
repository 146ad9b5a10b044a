import { AxisorError } from '../../domain/error.ts'
import type { Broker, FrameKind, LeaseRecord } from '../../ports/broker.ts'
import type { Cancel, Clock, Random } from '../../ports/clock.ts'
import { decodeClientMessage } from '../../wire/relay/decode.ts'
import { encodeRelayMessage } from '../../wire/relay/encode.ts'
import { RELAY_PROTOCOL, type RelayMessage } from '../../wire/relay/messages.ts'
import { AccountMessages, type Upstream } from '../accounts/account-messages.ts'

/** Interval of heartbeats to followers, in ms. */
export const CLUSTER_HEARTBEAT_MS = 2_000

/** Changes within this time are merged. */
const TICK_MS = 20

/** After this many deltas a snapshot is shorter. */
const MAX_DELTAS = 64

/** With more messages in flight the broker is too slow for every delta and gets one snapshot later. */
const MAX_IN_FLIGHT = 256

/** Delay before lost or refused messages are replaced by a snapshot. */
const RETRY_MS = 100

/** Minimum time between snapshots on request; all followers share them. */
const SHARED_SNAPSHOT_MS = 250

/** Minimum time between refreshes of the exchange's data for followers. */
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
  /** Returns the lease to publish under, or null if it is not held. */
  lease(): LeaseRecord | null
}

/** Publishes the state of an owned account to its followers through the broker, and answers their requests. */
export class Publisher {
  readonly #deps: PublisherDeps
  readonly #options: PublisherOptions
  readonly #source: AccountMessages
  readonly #cancels = new Map<'tick' | 'heartbeat' | 'requests', Cancel>()
  /** True while the broker retains our snapshot and every delta since. */
  #hasBaseline = false
  #deltas = 0
  #inFlight = 0
  #snapshotAt = Number.NEGATIVE_INFINITY
  #refreshedAt = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(deps: PublisherDeps, options: PublisherOptions) {
    this.#deps = deps
    this.#options = options
    const { store, refresh } = options.upstream
    const upstream = { store, refresh, close() {} }
    this.#source = new AccountMessages(deps, upstream, {
      changed: () => this.#tickIn(TICK_MS),
      // Counted and closed by the owner's own room.
      unreadable() {},
      refused() {},
      stopped() {},
    })
    void this.#start()
  }

  close(): void {
    this.#isClosed = true
    for (const cancel of this.#cancels.values()) cancel()
    this.#source.close()
  }

  /** Followers send requests as soon as they receive a message, so subscribe to requests first. */
  async #start(): Promise<void> {
    const { broker } = this.#deps
    const cancel = await broker.onRequest(this.#options.account, request => this.#onRequest(request))
    if (this.#isClosed) return cancel()
    this.#cancels.set('requests', cancel)
    this.#flush()
    this.#heartbeat()
  }

  #tickIn(ms: number): void {
    // Nothing is published before the requests are subscribed to.
    if (this.#isClosed || this.#cancels.has('tick') || !this.#cancels.has('requests')) return
    const cancel = this.#deps.clock.after(ms, () => {
      this.#cancels.delete('tick')
      this.#flush()
    })
    this.#cancels.set('tick', cancel)
  }

  #heartbeat(): void {
    this.#cancels.set(
      'heartbeat',
      this.#deps.clock.after(CLUSTER_HEARTBEAT_MS, () => this.#heartbeat()),
    )
    this.#publish('transient', { type: 'heartbeat', sentAt: this.#now(), ...this.#source.position() })
  }

  #flush(): void {
    const messages = this.#source.drain()
    if (this.#inFlight > MAX_IN_FLIGHT) this.#hasBaseline = false
    if (!this.#hasBaseline) {
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
    if (this.#inFlight > MAX_IN_FLIGHT) {
      this.#tickIn(RETRY_MS)
      return
    }
    const snapshot = this.#source.snapshot()
    if (snapshot === null) {
      // Without a snapshot followers get the upstream status.
      const upstream = this.#source.upstream()
      if (upstream !== null) this.#publish('transient', upstream)
      return
    }
    const { network, origin } = snapshot.snapshot
    const sentAt = this.#now()
    const user = this.#options.userName
    const hello = { protocol: RELAY_PROTOCOL, user, network, origin, heartbeatMs: CLUSTER_HEARTBEAT_MS }
    this.#publish('hello', { type: 'connection', sentAt, ...hello })
    this.#publish('snapshot', snapshot)
    this.#hasBaseline = true
    this.#deltas = 0
    this.#snapshotAt = sentAt
  }

  #publish(kind: FrameKind, message: RelayMessage, to = ''): void {
    const held = this.#options.lease()
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

  /**
   * The broker lost its data or was unreachable, so what was published is lost. If the lease is lost instead, the
   * lease holder finds out.
   */
  #republish(): void {
    this.#hasBaseline = false
    this.#tickIn(RETRY_MS)
  }

  #onRequest(request: string): void {
    const end = request.indexOf('\n')
    const from = request.slice(0, end)
    const decoded = decodeClientMessage(request.slice(end + 1))
    // Acknowledgements reach the owner through the database.
    if (!decoded.ok || decoded.value.type === 'acknowledge') return
    const now = this.#now()
    if (decoded.value.type === 'ping') {
      this.#publish('transient', { type: 'pong', sentAt: now, t: decoded.value.t }, from)
      return
    }
    this.#hasBaseline = false
    this.#tickIn(Math.max(0, this.#snapshotAt + SHARED_SNAPSHOT_MS - now))
    if (now - this.#refreshedAt < REFRESH_EVERY_MS) return
    this.#refreshedAt = now
    this.#options.upstream.refresh()
  }

  #now(): number {
    return this.#deps.clock.nowMs()
  }
}
