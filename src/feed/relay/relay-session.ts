import { AxisorError, type Fault } from '../../domain/error.ts'
import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import { decodeRelayMessage } from '../../wire/relay/decode.ts'
import { encodeClientMessage } from '../../wire/relay/encode.ts'
import {
  type AlertTarget,
  RELAY_HEARTBEAT_MS,
  RELAY_PROTOCOL,
  type RelayMessage,
} from '../../wire/relay/messages.ts'
import { faultLine } from '../../wire/validate.ts'
import { ChartReader, type ReadCandles } from '../connection/chart-reader.ts'
import type { ProtocolSession, SessionHost } from '../connection/protocol.ts'
import type { Policy } from '../policy.ts'
import { authErrorOf, closeError, otherUser, type RelayErrorMessage, type RelayTarget } from './errors.ts'
import { applySnapshotDelta, linkInfoOf, snapshotToLocal } from './local-times.ts'
import type { RelayClock } from './relay-clock.ts'
import { SnapshotRequester } from './snapshot-requests.ts'

/** An error message explains a close only if it arrived within this time before it. */
const RECENT_MS = 5_000

const NEWER_HINT = 'The relay may be newer than this axisor: update axisor.'

const OPENING_CHANGES: ReadonlySet<Change['kind']> = new Set(['trade-filled', 'cross-position'])

type Message<T extends RelayMessage['type']> = Extract<RelayMessage, { type: T }>
type Data = Message<'snapshot' | 'delta' | 'heartbeat'>

/** Dependencies of all sessions with one relay; they outlive the sockets. */
export interface RelaySessionDeps {
  readonly clock: Clock
  readonly policy: Policy
  readonly relayClock: RelayClock
  readonly target: RelayTarget
  /** Shared by all: it has no state. */
  readonly readCandles: ReadCandles
}

/** Last sequence number and snapshot (relay's clock). Deltas leave out unchanged parts of it. */
interface ReceivedPosition {
  readonly epoch: string
  readonly seq: number
  readonly snapshot: AccountSnapshot
}

/** Session with a relay: measures its clock, receives a snapshot, then deltas. Requests another snapshot after a gap. */
export class RelaySession implements ProtocolSession {
  readonly #deps: RelaySessionDeps
  readonly #host: SessionHost
  readonly #snapshotRequester: SnapshotRequester
  readonly #chartReader: ChartReader
  #heartbeatMs = RELAY_HEARTBEAT_MS
  /** When the unanswered ping was sent, or null if there is none. */
  #pingedAt: number | null = null
  /** Messages received before the relay's clock was measured, when their age is unknown; null afterwards. */
  #buffered: (Data | Message<'upstream'>)[] | null = []
  /** Null until the first snapshot, and again after a gap. */
  #position: ReceivedPosition | null = null
  #isReady = false
  /** False until the relay has named the user that was requested. */
  #isUserKnown: boolean
  #errorMessage: { readonly message: RelayErrorMessage; readonly at: number } | null = null
  #cancelPing: Cancel | null = null
  #cancelSilence: Cancel | null = null

  constructor(deps: RelaySessionDeps, host: SessionHost) {
    this.#deps = deps
    this.#host = host
    this.#isUserKnown = deps.target.user === null
    this.#chartReader = new ChartReader(deps.clock, deps.readCandles, host)
    this.#snapshotRequester = new SnapshotRequester(deps.clock, deps.policy.handshakeMs, {
      request: () => host.send(encodeClientMessage({ type: 'refresh_data' })),
      timedOut: () => host.disconnected(this.#snapshotTimeout()),
    })
  }

  opened(): void {
    this.#ping()
    this.#restartSilenceTimer()
  }

  text(data: string): void {
    this.#restartSilenceTimer()
    const decoded = decodeRelayMessage(data)
    if (decoded.ok) this.#handleMessage(decoded.value)
    else this.#onUnreadable(decoded.fault)
  }

  resync(): void {
    this.#snapshotRequester.request()
  }

  acknowledge(alert: AlertTarget | null): void {
    this.#host.send(encodeClientMessage({ type: 'acknowledge', alert }))
  }

  /** The stream has the newest minutes and hours only. */
  readonly followCandles: ChartReader['follow'] = range => this.#chartReader.follow(range)

  closeError(code: number, reason: string): AxisorError | null {
    const { clock, target } = this.#deps
    const { message, at } = this.#errorMessage ?? { message: null, at: 0 }
    // An old error message does not explain this close.
    return closeError({ code, reason }, target, clock.nowMs() - at <= RECENT_MS ? message : null)
  }

  handshakeError(status: number, headers: Readonly<Record<string, string>>): AxisorError | null {
    return authErrorOf(this.#deps.target, { status, headers })
  }

  close(): void {
    this.#snapshotRequester.stop()
    this.#chartReader.close()
    this.#cancelPing?.()
    this.#cancelSilence?.()
  }

  #handleMessage(message: RelayMessage): void {
    this.#deps.relayClock.observe(message.sentAt)
    switch (message.type) {
      case 'connection':
        this.#onConnection(message)
        return
      case 'pong':
        this.#onPong(message)
        return
      case 'error':
        this.#errorMessage = { message, at: this.#deps.clock.nowMs() }
        return
      default:
        if (!this.#isUserKnown) this.#host.disconnected(otherUser(this.#deps.target))
        else if (this.#buffered === null) this.#onData(message)
        else this.#buffered.push(message)
    }
  }

  #onUnreadable(fault: Fault): void {
    this.#host.fault(fault)
    // It may have been a delta. The gap would show with the next one, but there is no need to wait for it.
    if (this.#isReady) this.#snapshotRequester.require()
    else this.#host.disconnected(new AxisorError('unreadable', faultLine(fault), { hint: NEWER_HINT }))
  }

  #onConnection({ protocol, heartbeatMs, user }: Message<'connection'>): void {
    const { target } = this.#deps
    this.#isUserKnown = target.user === null || target.user === user
    if (!this.#isUserKnown) {
      this.#host.disconnected(otherUser(target))
      return
    }
    this.#heartbeatMs = heartbeatMs
    this.#restartSilenceTimer()
    if (protocol === RELAY_PROTOCOL) return
    this.#host.disconnected(
      new AxisorError('unreadable', `${this.#deps.target.host} does not support ${RELAY_PROTOCOL}`, {
        hint: NEWER_HINT,
      }),
    )
  }

  #ping(): void {
    const { clock, policy } = this.#deps
    this.#cancelPing?.()
    this.#cancelPing = clock.after(policy.clockSyncEveryMs, () => this.#ping())
    this.#pingedAt = clock.nowMs()
    this.#host.send(encodeClientMessage({ type: 'ping', t: this.#pingedAt }))
  }

  #onPong({ sentAt, t }: Message<'pong'>): void {
    if (t !== this.#pingedAt) return
    this.#pingedAt = null
    this.#deps.relayClock.addSample(sentAt, t)
    this.#host.updateInfo({ rttMs: this.#deps.clock.nowMs() - t })
    const buffered = this.#buffered ?? []
    this.#buffered = null
    for (const message of buffered) this.#onData(message)
  }

  #onData(message: Data | Message<'upstream'>): void {
    if (message.type === 'upstream')
      this.#host.updateInfo(linkInfoOf(message.upstream, this.#deps.relayClock))
    else if (message.type === 'snapshot') this.#onSnapshot(message)
    else if (message.type === 'delta') this.#onDelta(message)
    else this.#onHeartbeat(message)
  }

  #onSnapshot(message: Message<'snapshot'>): void {
    const { epoch, seq, snapshot, changes, upstream, sentAt } = message
    // A late snapshot is older than the deltas received since.
    if (this.#position?.epoch === epoch && seq < this.#position.seq) return
    this.#position = { epoch, seq, snapshot }
    this.#snapshotRequester.received()
    this.#host.updateInfo({ ...linkInfoOf(upstream, this.#deps.relayClock), key: snapshot.key })
    this.#emit(snapshot, changes, sentAt)
    if (this.#isReady) return
    this.#isReady = true
    this.#host.ready()
  }

  #onDelta({ epoch, seq, refresh, changes, sentAt }: Message<'delta'>): void {
    const position = this.#position
    if (position === null || (position.epoch === epoch && seq <= position.seq)) return
    if (position.epoch !== epoch || seq !== position.seq + 1) {
      this.#onGap()
      return
    }
    const next = refresh === null ? position.snapshot : applySnapshotDelta(position.snapshot, refresh)
    this.#position = { epoch, seq, snapshot: next }
    if (refresh !== null) this.#host.updateInfo({ key: refresh.key })
    this.#emit(refresh === null ? null : next, changes, sentAt)
  }

  /** A snapshot holds everything up to `sentAt`, unless changes opened during its read follow it. */
  #emit(snapshot: AccountSnapshot | null, changes: Message<'delta'>['changes'], sentAt: number): void {
    const { relayClock } = this.#deps
    const asOf = changes.some(({ change }) => OPENING_CHANGES.has(change.kind))
      ? undefined
      : relayClock.toLocal(sentAt)
    if (snapshot !== null) this.#host.reset(snapshotToLocal(snapshot, relayClock), { asOf })
    for (const { at, sourceAt, change } of changes)
      this.#host.change(change, sourceAt, relayClock.toLocal(at))
  }

  /** A heartbeat carries the newest sequence number: a higher one than ours means lost messages. */
  #onHeartbeat({ epoch, seq }: Message<'heartbeat'>): void {
    const position = this.#position
    if (position !== null && (position.epoch !== epoch || position.seq < seq)) this.#onGap()
  }

  /** Messages were lost. Until the next snapshot, data gets old instead of wrong. */
  #onGap(): void {
    this.#position = null
    this.#snapshotRequester.require()
  }

  /** WebSocket pongs do not count as activity: a proxy may send them. */
  #restartSilenceTimer(): void {
    const { clock, target } = this.#deps
    this.#cancelSilence?.()
    this.#cancelSilence = clock.after(2 * this.#heartbeatMs, () => {
      const seconds = Math.round((2 * this.#heartbeatMs) / 1000)
      this.#host.disconnected(
        new AxisorError('silence', `${target.host} has sent no heartbeat for ${seconds} s`, {
          hint: 'The relay may hang, or a proxy holds back its messages; axisor reconnects automatically.',
        }),
      )
    })
  }

  #snapshotTimeout(): AxisorError {
    const { target, policy } = this.#deps
    const seconds = Math.round(policy.handshakeMs / 1000)
    return new AxisorError('timeout', `${target.host} sent no readable snapshot within ${seconds} s`, {
      hint: 'axisor reconnects automatically.',
    })
  }
}
