import { AxisorError } from '../../domain/error.ts'
import type { Network } from '../../domain/snapshot.ts'
import { TokenBucket } from '../../domain/token-bucket.ts'
import { decodeClientMessage } from '../../wire/relay/decode.ts'
import { RELAY_CLOSE, RELAY_PROTOCOL, type RelayMessage } from '../../wire/relay/messages.ts'
import { refusedHop } from '../accounts/hop-report.ts'
import type { Room } from '../accounts/room.ts'
import type { RoomRegistry } from '../accounts/room-registry.ts'
import type { Grant } from '../auth/token-grant.ts'
import { errorMessageOf } from '../clients/error-message.ts'
import { frameOf, type Peer } from '../clients/peer.ts'
import { PeerDelivery } from '../clients/peer-delivery.ts'
import type { RoomContext } from '../context.ts'

/** A message that can't be read costs as much as so many that can. */
const UNREADABLE_COST = 5

/** Who says too much is to come back after this. */
const TOO_MANY_PAUSE_MS = 2_000

export interface ClientSessionOptions {
  readonly context: RoomContext
  readonly rooms: RoomRegistry
  readonly grant: Grant
  readonly peer: Peer
  /** Named in the greeting while the account's own is not known. */
  readonly network: Network
  /** Called once, when the connection is no longer counted. */
  ended(session: ClientSession): void
}

/** One connection of one client: greets it, lets it into the room of its own account, and answers. */
export class ClientSession {
  readonly grant: Grant
  readonly #options: ClientSessionOptions
  readonly #delivery: PeerDelivery
  readonly #bucket: TokenBucket
  #room: Room | null = null
  #isOver = false

  constructor(options: ClientSessionOptions) {
    const { context: deps, peer, grant } = options
    this.grant = grant
    this.#options = options
    this.#delivery = new PeerDelivery(peer, deps.limits, deps.stats)
    const { messageBurst, messagesPerSecond } = deps.limits
    this.#bucket = new TokenBucket({ burst: messageBurst, perSecond: messagesPerSecond })
    void this.#enter()
  }

  /** One text frame from the client. */
  receive(text: string): void {
    if (this.#isOver || this.#delivery.isClosed) return
    const { stats: counts } = this.#options.context
    counts.messagesIn += 1
    const decoded = decodeClientMessage(text)
    if (!this.#bucket.take(this.#now(), decoded.ok ? 1 : UNREADABLE_COST)) {
      this.#tooMany()
      return
    }
    if (!decoded.ok) {
      counts.unreadableIn += 1
      const { where, message } = decoded.fault
      this.#sendError(new AxisorError('unreadable', `${where}: ${message}`))
      return
    }
    const { value } = decoded
    if (value.type === 'ping') this.#send({ type: 'pong', sentAt: this.#now(), t: value.t })
    // Before the room is open there is nothing to add: the snapshot comes by itself.
    else this.#room?.refresh(this.#delivery)
  }

  /** A ping of the WebSocket itself: false when there were too many, and then it has been closed. */
  allowPing(): boolean {
    if (this.#isOver || this.#delivery.isClosed) return false
    if (this.#bucket.take(this.#now())) return true
    this.#tooMany()
    return false
  }

  /** The client is gone. */
  closed(): void {
    this.#delivery.gone()
    this.#end()
  }

  /** The relay ends it. */
  close(code: number, reason: string): void {
    this.#delivery.close(code, reason)
  }

  async #enter(): Promise<void> {
    const { rooms, grant, context: deps } = this.#options
    try {
      const { room, network } = await rooms.get(grant.userId, grant.userName)
      // Whoever left meanwhile was not counted in the room: it closes by itself.
      if (this.#isOver) return
      this.#greet(room, network)
      this.#room = room
      room.join(this.#delivery)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      const upstream = { hop: refusedHop(error, deps.world.clock.nowMs()), exchangeClockOffsetMs: null }
      this.#greet(null, null)
      this.#send({ type: 'upstream', sentAt: this.#now(), upstream })
      this.#sendError(error)
      const code = error.retryable ? RELAY_CLOSE.restarting : RELAY_CLOSE.upstreamRefused
      this.#delivery.close(code, error.code)
    }
  }

  #greet(room: Room | null, network: Network | null): void {
    const known = room?.snapshot() ?? null
    this.#send({
      type: 'connection',
      sentAt: this.#now(),
      protocol: RELAY_PROTOCOL,
      user: this.grant.userName,
      network: known?.network ?? network ?? this.#options.network,
      origin: known?.origin ?? null,
      heartbeatMs: this.#options.context.limits.heartbeatMs,
    })
  }

  #tooMany(): void {
    this.#sendError(new AxisorError('rate-limited', 'too many messages', { retryAfterMs: TOO_MANY_PAUSE_MS }))
    this.#delivery.close(RELAY_CLOSE.tooMany, 'too many messages')
  }

  #sendError(error: AxisorError): void {
    this.#send(errorMessageOf(error, this.#now()))
  }

  #send(message: RelayMessage): void {
    this.#delivery.sendTransient(frameOf([message]), this.#now())
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { rooms, grant } = this.#options
    this.#room?.leave(this.#delivery)
    if (this.#room !== null) void rooms.left(grant.userId)
    this.#options.ended(this)
  }

  #now(): number {
    return this.#options.context.world.clock.nowMs()
  }
}
