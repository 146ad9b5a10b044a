import { AxisorError } from '../../domain/error.ts'
import type { Network } from '../../domain/snapshot.ts'
import { decodeClientMessage } from '../../wire/relay/decode.ts'
import {
  type AlertTarget,
  RELAY_CLOSE,
  RELAY_PROTOCOL,
  type RelayMessage,
} from '../../wire/relay/messages.ts'
import { refusedHop } from '../accounts/hop-report.ts'
import type { Room } from '../accounts/room.ts'
import type { RoomRegistry } from '../accounts/room-registry.ts'
import type { AlertService } from '../alert-service.ts'
import { mayAcknowledge, READS_ONLY } from '../auth/account-access.ts'
import type { Grant } from '../auth/token-grant.ts'
import { errorMessageOf } from '../clients/error-message.ts'
import { frameOf, type Peer } from '../clients/peer.ts'
import { PeerDelivery } from '../clients/peer-delivery.ts'
import type { RoomContext } from '../context.ts'
import { logBug } from '../log-bug.ts'
import { MessageLimit } from './message-limit.ts'
import type { ServedSession } from './served-session.ts'

/** What all sessions of a relay share. */
export interface ClientSessionOptions {
  readonly context: RoomContext
  readonly rooms: RoomRegistry
  /** Null if the relay delivers no alerts. */
  readonly alerts: AlertService | null
  /** Sent to the client while the network of its account is not known. */
  readonly network: Network
  /** Called once, when the connection from an address is no longer counted. */
  ended(session: ServedSession, address: string): void
}

/** One connection of a client: joins the room of its account and handles its messages. */
export class ClientSession implements ServedSession {
  readonly grant: Grant
  /** When the client connected, our clock. */
  readonly openedAt: number
  readonly #options: ClientSessionOptions
  readonly #delivery: PeerDelivery
  readonly #limit: MessageLimit
  #room: Room | null = null
  #isOver = false

  constructor(grant: Grant, peer: Peer, options: ClientSessionOptions) {
    const { context } = options
    this.grant = grant
    this.openedAt = context.deps.clock.nowMs()
    this.#options = options
    this.#delivery = new PeerDelivery(peer, context.limits, context.stats)
    this.#limit = new MessageLimit(context, this)
    void this.#join()
  }

  receive(text: string): void {
    if (this.#isOver || this.#delivery.isClosed) return
    const { stats } = this.#options.context
    stats.messagesIn += 1
    const decoded = decodeClientMessage(text)
    if (!this.#limit.take(decoded.ok)) return
    if (!decoded.ok) {
      stats.unreadableIn += 1
      const { where, message } = decoded.fault
      this.#sendError(new AxisorError('unreadable', `${where}: ${message}`))
      return
    }
    const { value } = decoded
    if (value.type === 'ping') this.#send({ type: 'pong', sentAt: this.#now(), t: value.t })
    else if (value.type === 'acknowledge') void this.#acknowledge(value.alert)
    // Before the room is open nothing is needed: the snapshot is sent on joining.
    else this.#room?.refresh(this.#delivery)
  }

  allowControlFrame(): boolean {
    return !this.#isOver && !this.#delivery.isClosed && this.#limit.take()
  }

  closed(): void {
    this.#delivery.disconnected()
    this.#end()
  }

  close(code: number, reason: string): void {
    this.#delivery.close(code, reason)
  }

  sendRateLimited(error: AxisorError): void {
    this.#sendError(error)
  }

  /** An alert that a relay behind this one delivers is acknowledged there. */
  async #acknowledge(alert: AlertTarget | null): Promise<void> {
    const { grant } = this
    const { alerts } = this.#options
    if (!mayAcknowledge(grant)) {
      this.#sendError(new AxisorError('refused', READS_ONLY))
      return
    }
    try {
      const by = `token ${grant.tokenId}`
      if (!(await alerts?.acknowledge(grant.userId, alert, by))) this.#room?.acknowledge(alert)
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#sendError(new AxisorError('unavailable', 'the relay cannot write its database'))
    }
  }

  async #join(): Promise<void> {
    const { grant } = this
    const { rooms, context, alerts } = this.#options
    try {
      const { room, network } = await rooms.get(grant.account.userId, grant.account.userName)
      // A client that disconnected meanwhile was never in the room, which closes on its own.
      if (this.#isOver) return
      this.#sendConnection(room, network)
      this.#room = room
      room.join(this.#delivery)
    } catch (error) {
      if (!(error instanceof AxisorError)) {
        logBug(context.log, error)
        this.#delivery.close(RELAY_CLOSE.internalError, 'internal error')
        return
      }
      const upstream = {
        hop: refusedHop(error, context.deps.clock.nowMs()),
        exchangeClockOffsetMs: null,
        alerts: alerts?.deliveryOf(grant.account.userId) ?? null,
      }
      this.#sendConnection(null, null)
      this.#send({ type: 'upstream', sentAt: this.#now(), upstream })
      this.#sendError(error)
      const code = error.retryable ? RELAY_CLOSE.restarting : RELAY_CLOSE.upstreamRefused
      this.#delivery.close(code, error.code)
    }
  }

  #sendConnection(room: Room | null, network: Network | null): void {
    const known = room?.snapshot() ?? null
    this.#send({
      type: 'connection',
      sentAt: this.#now(),
      protocol: RELAY_PROTOCOL,
      user: this.grant.account.userName,
      network: known?.network ?? network ?? this.#options.network,
      origin: known?.origin ?? null,
      heartbeatMs: this.#options.context.limits.heartbeatMs,
    })
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
    this.#room?.leave(this.#delivery)
    if (this.#room !== null) void this.#options.rooms.left(this.grant.account.userId)
    this.#options.ended(this, this.#delivery.address)
  }

  #now(): number {
    return this.#options.context.deps.clock.nowMs()
  }
}
