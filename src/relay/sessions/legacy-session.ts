import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Cancel } from '../../ports/clock.ts'
import { decodeClientMessage } from '../../wire/relay/decode.ts'
import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import { STOPPED } from '../accounts/account-messages.ts'
import type { HeldAccount } from '../accounts/held-account.ts'
import type { RoomRegistry } from '../accounts/room-registry.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { Peer } from '../clients/peer.ts'
import { DRAIN_CHECK_MS, PeerDelivery } from '../clients/peer-delivery.ts'
import { restartReason } from '../clients/restart-reason.ts'
import type { RoomContext } from '../context.ts'
import { type LegacyAnswers, legacyErrorFrame, legacyFrame } from '../legacy/legacy-messages.ts'
import { logBug } from '../log-bug.ts'
import { MessageLimit } from './message-limit.ts'
import type { ServedSession } from './served-session.ts'

/** What all sessions of a relay share. */
export interface LegacySessionOptions {
  readonly context: RoomContext
  readonly rooms: RoomRegistry
  readonly answers: LegacyAnswers
  /** Returns the number of open connections: reconnects are spread accordingly. */
  connections(): number
  /** Called once, when the connection from an address is no longer counted. */
  ended(session: ServedSession, address: string): void
}

/**
 * One connection of a client of the old system: it receives data when it requests some. The account is watched as for any other
 * client, and all limits are the same.
 */
export class LegacySession implements ServedSession {
  readonly grant: Grant
  readonly openedAt: number
  readonly #options: LegacySessionOptions
  readonly #delivery: PeerDelivery
  readonly #limit: MessageLimit
  #account: HeldAccount | null = null
  /** The client is slow: its last request is answered once it has caught up. */
  #isOwed = false
  #unsubscribe: Cancel = () => {}
  /** Null unless a request waits for the first snapshot. */
  #cancelWait: Cancel | null = null
  #cancelDrain: Cancel | null = null
  #isOver = false

  constructor(grant: Grant, peer: Peer, options: LegacySessionOptions) {
    const { context } = options
    this.grant = grant
    this.openedAt = context.deps.clock.nowMs()
    this.#options = options
    this.#delivery = new PeerDelivery(peer, context.limits, context.stats)
    this.#limit = new MessageLimit(context, this)
    this.#send(legacyFrame({ type: 'connection', at: this.#wallNow(), userId: grant.userId }))
    void this.#watch()
  }

  receive(text: string): void {
    if (this.#isOver || this.#delivery.isClosed) return
    const { stats } = this.#options.context
    stats.messagesIn += 1
    const decoded = decodeClientMessage(text)
    // Any `userId` in the request is ignored: the token decides whose data is sent.
    const fault = decoded.ok ? null : decoded.fault
    const isRequest = decoded.ok && decoded.value.type === 'refresh_data'
    if (!this.#limit.take(isRequest)) return
    if (isRequest) {
      this.#account?.refresh()
      this.#answer()
      return
    }
    stats.unreadableIn += 1
    const why =
      fault === null ? 'client: only refresh_data is served here' : `${fault.where}: ${fault.message}`
    this.#sendError(new AxisorError('unreadable', why), 'Failed to read message')
  }

  allowControlFrame(): boolean {
    return !this.#isOver && !this.#delivery.isClosed && this.#limit.take()
  }

  closed(): void {
    this.#delivery.disconnected()
    if (this.#isOver) return
    this.#isOver = true
    this.#unsubscribe()
    this.#cancelWait?.()
    this.#cancelDrain?.()
    this.#account?.release()
    this.#options.ended(this, this.#delivery.address)
  }

  close(code: number, reason: string): void {
    this.#delivery.close(code, reason)
  }

  sendRateLimited(error: AxisorError): void {
    this.#sendError(error, 'Rate limited')
  }

  async #watch(): Promise<void> {
    const { grant } = this
    const { rooms, context } = this.#options
    try {
      const account = await rooms.hold(grant.userId, grant.userName, () => this.#lost())
      if (this.#isOver || this.#delivery.isClosed) {
        account.release()
        return
      }
      this.#account = account
      const answerWaiting = () => {
        if (this.#cancelWait !== null) this.#answer()
      }
      this.#unsubscribe = account.store.subscribe(answerWaiting)
      answerWaiting()
    } catch (error) {
      if (error instanceof AxisorError) {
        this.#refuse(error, error.retryable ? RELAY_CLOSE.restarting : RELAY_CLOSE.upstreamRefused)
        return
      }
      logBug(context.log, error)
      this.#delivery.close(RELAY_CLOSE.internalError, 'internal error')
    }
  }

  /** Sends the data, as soon as there is some and the client has read the previous messages. */
  #answer(): void {
    const frame = this.#account && this.#options.answers.get(this.#account.store)
    if (frame === null) {
      this.#waitForSnapshot()
      return
    }
    this.#cancelWait?.()
    this.#cancelWait = null
    this.#send(frame)
    this.#isOwed = this.#delivery.isBehind
    if (!this.#isOwed) this.#options.context.stats.snapshots += 1
  }

  #waitForSnapshot(): void {
    const { deps, limits } = this.#options.context
    this.#cancelWait ??= deps.clock.after(limits.firstSnapshotMs, () => {
      this.#cancelWait = null
      this.#sendError(new AxisorError('unavailable', 'there is no snapshot of the account yet'))
    })
  }

  /** The account cannot be watched any more, or its key was replaced. */
  #lost(): void {
    const { context, connections } = this.#options
    const status = this.#account?.store.state().status ?? null
    this.#account = null
    if (status?.link === 'stopped') this.#refuse(status.lastError ?? STOPPED, RELAY_CLOSE.upstreamRefused)
    else this.#delivery.close(RELAY_CLOSE.restarting, restartReason(connections(), context.deps.random))
  }

  #refuse(error: AxisorError, code: number): void {
    this.#sendError(error)
    this.#delivery.close(code, error.code)
  }

  #sendError(error: AxisorError, message?: string): void {
    this.#send(legacyErrorFrame(error, this.#wallNow(), message))
  }

  #send(frame: Parameters<PeerDelivery['sendTransient']>[0]): void {
    this.#delivery.sendTransient(frame, this.#now())
    this.#watchDrain()
  }

  /** Checks a slow client until it has caught up, then answers its last request. */
  #watchDrain(): void {
    if (!this.#delivery.isBehind || this.#cancelDrain !== null || this.#isOver) return
    this.#cancelDrain = this.#options.context.deps.clock.after(DRAIN_CHECK_MS, () => {
      this.#cancelDrain = null
      if (this.#delivery.hasDrained(this.#now()) && this.#isOwed) this.#answer()
      this.#watchDrain()
    })
  }

  #now(): number {
    return this.#options.context.deps.clock.nowMs()
  }

  #wallNow(): number {
    return wallNow(this.#options.context.deps.clock)
  }
}
