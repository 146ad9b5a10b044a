import { AxisorError, type Fault } from '../../domain/error.ts'
import type { Change, Picture } from '../../domain/snapshot.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import { faultLine } from '../../wire/lnm/validate.ts'
import { decodeRelayMessage } from '../../wire/relay/decode.ts'
import { encodeClientMessage } from '../../wire/relay/encode.ts'
import { RELAY_HEARTBEAT_MS, RELAY_PROTOCOL, type RelayMessage } from '../../wire/relay/messages.ts'
import type { Line, Talk } from '../connection/protocol.ts'
import type { Policy } from '../policy.ts'
import { closedBecause, type RelayComplaint, verdictOf } from './errors.ts'
import { factsOf, pictureAfter, pictureOurs } from './local-times.ts'
import type { RelayClock } from './relay-clock.ts'
import { Refreshes } from './snapshot-requests.ts'

/** The reason of a close comes just before it. */
const RECENT_MS = 5_000

const NEWER_HINT = 'The relay may be newer: look for a newer axisor.'

const OPENING: ReadonlySet<Change['kind']> = new Set(['trade-filled', 'cross-position'])

type Message<T extends RelayMessage['type']> = Extract<RelayMessage, { type: T }>
type Data = Message<'snapshot' | 'delta' | 'heartbeat'>

/** What every talk with a relay needs; it outlives the sockets. */
export interface RelayMeans {
  readonly clock: Clock
  readonly policy: Policy
  readonly relayClock: RelayClock
  /** Of the relay, for messages. */
  readonly host: string
}

/** Where the numbering stands, and the picture on the relay's clock, of which a delta may leave out what is as it was. */
interface Head {
  readonly epoch: string
  readonly seq: number
  readonly picture: Picture
}

/** One conversation with a relay: measures its clock, takes the snapshot, then what changes. A gap is closed by another snapshot. */
export class RelayTalk implements Talk {
  readonly #means: RelayMeans
  readonly #line: Line
  readonly #refreshes: Refreshes
  #heartbeatMs = RELAY_HEARTBEAT_MS
  /** When the ping went out that is not yet answered; null when none is under way. */
  #pingedAt: number | null = null
  /** What came before the relay's clock was measured: until then nobody knows how old it is. */
  #held: (Data | Message<'upstream'>)[] | null = []
  /** Null until the first snapshot, and again after a gap. */
  #head: Head | null = null
  #isReady = false
  #complaint: { readonly message: RelayComplaint; readonly at: number } | null = null
  #cancelPing: Cancel | null = null
  #cancelSilence: Cancel | null = null

  constructor(means: RelayMeans, line: Line) {
    this.#means = means
    this.#line = line
    this.#refreshes = new Refreshes(means.clock, means.policy.preparingMs, {
      ask: () => line.send(encodeClientMessage({ type: 'refresh_data' })),
      unanswered: () => line.lost(this.#noSnapshot()),
    })
  }

  opened(): void {
    this.#ping()
    this.#watchSilence()
  }

  text(data: string): void {
    this.#watchSilence()
    const decoded = decodeRelayMessage(data)
    if (decoded.ok) this.#take(decoded.value)
    else this.#unreadable(decoded.fault)
  }

  resync(): void {
    this.#refreshes.wish()
  }

  closed(code: number, reason: string): AxisorError | null {
    const { clock, host } = this.#means
    const { message, at } = this.#complaint ?? { message: null, at: 0 }
    // What was complained of long ago is not why it closes now.
    return closedBecause({ code, reason }, host, clock.nowMs() - at <= RECENT_MS ? message : null)
  }

  refused(status: number, headers: Readonly<Record<string, string>>): AxisorError | null {
    return verdictOf(this.#means.host, { status, headers })
  }

  end(): void {
    this.#refreshes.end()
    this.#cancelPing?.()
    this.#cancelSilence?.()
  }

  #take(message: RelayMessage): void {
    this.#means.relayClock.heard(message.sentAt)
    switch (message.type) {
      case 'connection':
        this.#greeted(message)
        return
      case 'pong':
        this.#ponged(message)
        return
      case 'error':
        this.#complaint = { message, at: this.#means.clock.nowMs() }
        return
      default:
        if (this.#held === null) this.#hear(message)
        else this.#held.push(message)
    }
  }

  #unreadable(fault: Fault): void {
    this.#line.fault(fault)
    // It may have been data: a number will be missing, but nobody has to wait for that to show.
    if (this.#isReady) this.#refreshes.need()
    else this.#line.lost(new AxisorError('unreadable', faultLine(fault), { hint: NEWER_HINT }))
  }

  #greeted({ protocol, heartbeatMs }: Message<'connection'>): void {
    this.#heartbeatMs = heartbeatMs
    this.#watchSilence()
    if (protocol === RELAY_PROTOCOL) return
    this.#line.lost(
      new AxisorError('unreadable', `${this.#means.host} does not speak ${RELAY_PROTOCOL}`, {
        hint: NEWER_HINT,
      }),
    )
  }

  #ping(): void {
    const { clock, policy } = this.#means
    this.#cancelPing?.()
    this.#cancelPing = clock.after(policy.timeEveryMs, () => this.#ping())
    this.#pingedAt = clock.nowMs()
    this.#line.send(encodeClientMessage({ type: 'ping', t: this.#pingedAt }))
  }

  #ponged({ sentAt, t }: Message<'pong'>): void {
    if (t !== this.#pingedAt) return
    this.#pingedAt = null
    this.#means.relayClock.learn(sentAt, t)
    this.#line.know({ rttMs: this.#means.clock.nowMs() - t })
    const held = this.#held ?? []
    this.#held = null
    for (const message of held) this.#hear(message)
  }

  #hear(message: Data | Message<'upstream'>): void {
    if (message.type === 'upstream') this.#line.know(factsOf(message.upstream, this.#means.relayClock))
    else if (message.type === 'snapshot') this.#whole(message)
    else if (message.type === 'delta') this.#delta(message)
    else this.#compare(message)
  }

  #whole(message: Message<'snapshot'>): void {
    const { epoch, seq, picture, changes, upstream, sentAt } = message
    // Late: what is known already says more.
    if (this.#head?.epoch === epoch && seq < this.#head.seq) return
    this.#head = { epoch, seq, picture }
    this.#refreshes.answered()
    this.#line.know({ ...factsOf(upstream, this.#means.relayClock), key: picture.key })
    this.#tell(picture, changes, sentAt)
    if (this.#isReady) return
    this.#isReady = true
    this.#line.ready()
  }

  #delta({ epoch, seq, picture, changes, sentAt }: Message<'delta'>): void {
    const head = this.#head
    if (head === null || (head.epoch === epoch && seq <= head.seq)) return
    if (head.epoch !== epoch || seq !== head.seq + 1) {
      this.#lose()
      return
    }
    const next = picture === null ? head.picture : pictureAfter(head.picture, picture)
    this.#head = { epoch, seq, picture: next }
    if (picture !== null) this.#line.know({ key: picture.key })
    this.#tell(picture === null ? null : next, changes, sentAt)
  }

  /** A picture is what the relay knew when it wrote; but what was opened while it was read anew comes once more, after it. */
  #tell(picture: Picture | null, changes: Message<'delta'>['changes'], sentAt: number): void {
    const { relayClock } = this.#means
    const asOf = changes.some(({ change }) => OPENING.has(change.kind)) ? undefined : relayClock.ours(sentAt)
    if (picture !== null) this.#line.reset(pictureOurs(picture, relayClock), asOf)
    for (const { at, sourceAt, change } of changes) this.#line.change(change, sourceAt, relayClock.ours(at))
  }

  /** A heartbeat names the newest number: what came before it and did not arrive is lost. */
  #compare({ epoch, seq }: Message<'heartbeat'>): void {
    const head = this.#head
    if (head !== null && (head.epoch !== epoch || head.seq < seq)) this.#lose()
  }

  /** Something did not arrive. Until a snapshot comes, what is known grows old rather than wrong. */
  #lose(): void {
    this.#head = null
    this.#refreshes.need()
  }

  /** Pongs of the socket don't count: something on the way may give them. */
  #watchSilence(): void {
    const { clock, host } = this.#means
    this.#cancelSilence?.()
    this.#cancelSilence = clock.after(2 * this.#heartbeatMs, () => {
      const seconds = Math.round((2 * this.#heartbeatMs) / 1000)
      this.#line.lost(
        new AxisorError('silence', `${host} has sent no heartbeat for ${seconds} s`, {
          hint: 'The relay may hang, or something in between keeps its word back; axisor reconnects by itself.',
        }),
      )
    })
  }

  #noSnapshot(): AxisorError {
    const { host, policy } = this.#means
    const seconds = Math.round(policy.preparingMs / 1000)
    return new AxisorError('timeout', `${host} sent no readable snapshot within ${seconds} s`, {
      hint: 'axisor reconnects by itself.',
    })
  }
}
