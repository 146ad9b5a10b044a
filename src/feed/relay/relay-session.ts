import { AxisorError, type Fault } from '../../domain/error.ts'
import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import { faultLine } from '../../wire/lnm/validate.ts'
import { decodeRelayMessage } from '../../wire/relay/decode.ts'
import { encodeClientMessage } from '../../wire/relay/encode.ts'
import { RELAY_HEARTBEAT_MS, RELAY_PROTOCOL, type RelayMessage } from '../../wire/relay/messages.ts'
import type { ProtocolSession, SessionHost } from '../connection/protocol.ts'
import type { Policy } from '../policy.ts'
import { authErrorOf, closeError, type RelayErrorMessage } from './errors.ts'
import { applySnapshotDelta, linkInfoOf, snapshotToLocal } from './local-times.ts'
import type { RelayClock } from './relay-clock.ts'
import { SnapshotRequester } from './snapshot-requests.ts'

/** The reason of a close comes just before it. */
const RECENT_MS = 5_000

const NEWER_HINT = 'The relay may be newer: look for a newer axisor.'

const OPENING: ReadonlySet<Change['kind']> = new Set(['trade-filled', 'cross-position'])

type Message<T extends RelayMessage['type']> = Extract<RelayMessage, { type: T }>
type Data = Message<'snapshot' | 'delta' | 'heartbeat'>

/** What every talk with a relay needs; it outlives the sockets. */
export interface RelaySessionDeps {
  readonly clock: Clock
  readonly policy: Policy
  readonly relayClock: RelayClock
  /** Of the relay, for messages. */
  readonly host: string
}

/** Where the numbering stands, and the picture on the relay's clock, of which a delta may leave out what is as it was. */
interface ReceivedPosition {
  readonly epoch: string
  readonly seq: number
  readonly snapshot: AccountSnapshot
}

/** One conversation with a relay: measures its clock, takes the snapshot, then what changes. A gap is closed by another snapshot. */
export class RelaySession implements ProtocolSession {
  readonly #deps: RelaySessionDeps
  readonly #host: SessionHost
  readonly #snapshotRequester: SnapshotRequester
  #heartbeatMs = RELAY_HEARTBEAT_MS
  /** When the ping went out that is not yet answered; null when none is under way. */
  #pingedAt: number | null = null
  /** What came before the relay's clock was measured: until then nobody knows how old it is. */
  #buffered: (Data | Message<'upstream'>)[] | null = []
  /** Null until the first snapshot, and again after a gap. */
  #position: ReceivedPosition | null = null
  #isReady = false
  #errorMessage: { readonly message: RelayErrorMessage; readonly at: number } | null = null
  #cancelPing: Cancel | null = null
  #cancelSilence: Cancel | null = null

  constructor(deps: RelaySessionDeps, line: SessionHost) {
    this.#deps = deps
    this.#host = line
    this.#snapshotRequester = new SnapshotRequester(deps.clock, deps.policy.handshakeMs, {
      request: () => line.send(encodeClientMessage({ type: 'refresh_data' })),
      unanswered: () => line.disconnected(this.#noSnapshot()),
    })
  }

  opened(): void {
    this.#ping()
    this.#watchSilence()
  }

  text(data: string): void {
    this.#watchSilence()
    const decoded = decodeRelayMessage(data)
    if (decoded.ok) this.#handleMessage(decoded.value)
    else this.#unreadable(decoded.fault)
  }

  resync(): void {
    this.#snapshotRequester.request()
  }

  closed(code: number, reason: string): AxisorError | null {
    const { clock, host } = this.#deps
    const { message, at } = this.#errorMessage ?? { message: null, at: 0 }
    // What was complained of long ago is not why it closes now.
    return closeError({ code, reason }, host, clock.nowMs() - at <= RECENT_MS ? message : null)
  }

  refused(status: number, headers: Readonly<Record<string, string>>): AxisorError | null {
    return authErrorOf(this.#deps.host, { status, headers })
  }

  end(): void {
    this.#snapshotRequester.end()
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
        if (this.#buffered === null) this.#onData(message)
        else this.#buffered.push(message)
    }
  }

  #unreadable(fault: Fault): void {
    this.#host.fault(fault)
    // It may have been data: a number will be missing, but nobody has to wait for that to show.
    if (this.#isReady) this.#snapshotRequester.require()
    else this.#host.disconnected(new AxisorError('unreadable', faultLine(fault), { hint: NEWER_HINT }))
  }

  #onConnection({ protocol, heartbeatMs }: Message<'connection'>): void {
    this.#heartbeatMs = heartbeatMs
    this.#watchSilence()
    if (protocol === RELAY_PROTOCOL) return
    this.#host.disconnected(
      new AxisorError('unreadable', `${this.#deps.host} does not speak ${RELAY_PROTOCOL}`, {
        hint: NEWER_HINT,
      }),
    )
  }

  #ping(): void {
    const { clock, policy } = this.#deps
    this.#cancelPing?.()
    this.#cancelPing = clock.after(policy.timeEveryMs, () => this.#ping())
    this.#pingedAt = clock.nowMs()
    this.#host.send(encodeClientMessage({ type: 'ping', t: this.#pingedAt }))
  }

  #onPong({ sentAt, t }: Message<'pong'>): void {
    if (t !== this.#pingedAt) return
    this.#pingedAt = null
    this.#deps.relayClock.addSample(sentAt, t)
    this.#host.updateInfo({ rttMs: this.#deps.clock.nowMs() - t })
    const held = this.#buffered ?? []
    this.#buffered = null
    for (const message of held) this.#onData(message)
  }

  #onData(message: Data | Message<'upstream'>): void {
    if (message.type === 'upstream')
      this.#host.updateInfo(linkInfoOf(message.upstream, this.#deps.relayClock))
    else if (message.type === 'snapshot') this.#onSnapshot(message)
    else if (message.type === 'delta') this.#onDelta(message)
    else this.#compare(message)
  }

  #onSnapshot(message: Message<'snapshot'>): void {
    const { epoch, seq, snapshot, changes, upstream, sentAt } = message
    // Late: what is known already says more.
    if (this.#position?.epoch === epoch && seq < this.#position.seq) return
    this.#position = { epoch, seq, snapshot }
    this.#snapshotRequester.answered()
    this.#host.updateInfo({ ...linkInfoOf(upstream, this.#deps.relayClock), key: snapshot.key })
    this.#emit(snapshot, changes, sentAt)
    if (this.#isReady) return
    this.#isReady = true
    this.#host.ready()
  }

  #onDelta({ epoch, seq, refresh: snapshot, changes, sentAt }: Message<'delta'>): void {
    const head = this.#position
    if (head === null || (head.epoch === epoch && seq <= head.seq)) return
    if (head.epoch !== epoch || seq !== head.seq + 1) {
      this.#fail()
      return
    }
    const next = snapshot === null ? head.snapshot : applySnapshotDelta(head.snapshot, snapshot)
    this.#position = { epoch, seq, snapshot: next }
    if (snapshot !== null) this.#host.updateInfo({ key: snapshot.key })
    this.#emit(snapshot === null ? null : next, changes, sentAt)
  }

  /** A picture is what the relay knew when it wrote; but what was opened while it was read anew comes once more, after it. */
  #emit(snapshot: AccountSnapshot | null, changes: Message<'delta'>['changes'], sentAt: number): void {
    const { relayClock } = this.#deps
    const asOf = changes.some(({ change }) => OPENING.has(change.kind))
      ? undefined
      : relayClock.toLocal(sentAt)
    if (snapshot !== null) this.#host.reset(snapshotToLocal(snapshot, relayClock), asOf)
    for (const { at, sourceAt, change } of changes)
      this.#host.change(change, sourceAt, relayClock.toLocal(at))
  }

  /** A heartbeat names the newest number: what came before it and did not arrive is lost. */
  #compare({ epoch, seq }: Message<'heartbeat'>): void {
    const head = this.#position
    if (head !== null && (head.epoch !== epoch || head.seq < seq)) this.#fail()
  }

  /** Something did not arrive. Until a snapshot comes, what is known grows old rather than wrong. */
  #fail(): void {
    this.#position = null
    this.#snapshotRequester.require()
  }

  /** Pongs of the socket don't count: something on the way may give them. */
  #watchSilence(): void {
    const { clock, host } = this.#deps
    this.#cancelSilence?.()
    this.#cancelSilence = clock.after(2 * this.#heartbeatMs, () => {
      const seconds = Math.round((2 * this.#heartbeatMs) / 1000)
      this.#host.disconnected(
        new AxisorError('silence', `${host} has sent no heartbeat for ${seconds} s`, {
          hint: 'The relay may hang, or something in between keeps its word back; axisor reconnects by itself.',
        }),
      )
    })
  }

  #noSnapshot(): AxisorError {
    const { host, policy } = this.#deps
    const seconds = Math.round(policy.handshakeMs / 1000)
    return new AxisorError('timeout', `${host} sent no readable snapshot within ${seconds} s`, {
      hint: 'axisor reconnects by itself.',
    })
  }
}
