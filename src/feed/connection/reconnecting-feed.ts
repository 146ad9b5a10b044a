import type { CandleLength } from '../../domain/candle-range.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import { Inbox } from '../../domain/inbox.ts'
import { NO_INFO, type Status } from '../../domain/status.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Socket, SocketListener, Sockets } from '../../ports/net.ts'
import type { AlertTarget } from '../../wire/relay/messages.ts'
import type { Feed, FeedEvent } from '../feed.ts'
import type { Policy } from '../policy.ts'
import { ChangeBuffer } from './change-buffer.ts'
import {
  idleLink,
  type Link,
  type LinkEffect,
  type LinkInput,
  nextDeadline,
  transition,
} from './connection-machine.ts'
import { HttpFallback } from './http-fallback.ts'
import { initialKey, type KeyAccess, refusalOf } from './key-machine.ts'
import type {
  FeedProtocol,
  HttpReads,
  HttpSnapshot,
  LinkInfo,
  ProtocolSession,
  SessionHost,
} from './protocol.ts'

/** Dependencies of a feed. */
export interface FeedDeps {
  readonly clock: Clock
  readonly random: Random
  readonly sockets: Sockets
}

type FullLinkInfo = Pick<Status, keyof typeof NO_INFO>

/** The feed of both protocols: runs the connection state machine, performs its effects and emits events. */
export class ReconnectingFeed implements Feed {
  readonly #deps: FeedDeps
  readonly #protocol: FeedProtocol
  readonly #policy: Policy
  readonly #fallback: HttpFallback
  #listener: ((event: FeedEvent) => void) | null = null
  #link: Link
  #info: FullLinkInfo = NO_INFO
  #transport: Status['transport'] = 'stream'
  #lastStatusText = ''
  #socket: Socket | null = null
  #session: ProtocolSession | null = null
  #httpReads: HttpReads | null = null
  #candles: CandleLength | null = null
  readonly #deadline: DeadlineTimer
  readonly #inbox = new Inbox<LinkInput>(input => this.#apply(input))

  /** `key` is what earlier runs know about the key; by default nothing. */
  constructor(deps: FeedDeps, protocol: FeedProtocol, policy: Policy, key: KeyAccess = initialKey(null)) {
    this.#deps = deps
    this.#protocol = protocol
    this.#policy = policy
    this.#link = idleLink(deps.clock.nowMs(), new URL(protocol.url).host, key)
    this.#deadline = new DeadlineTimer(deps.clock, () =>
      this.#inbox.push({ type: 'timer', random: deps.random.float() }),
    )
    this.#fallback = new HttpFallback(deps.clock, policy, {
      fetch: onParts => protocol.fetchSnapshot(onParts),
      deliver: fetched => this.#emitHttpSnapshot(fetched),
      failed: error => this.#httpFailed(error),
    })
    protocol.onInfo?.(info => this.#updateInfo(info))
    protocol.onKey?.(input => this.#inbox.push(input))
    protocol.onFault?.(fault => this.#emit({ type: 'fault', at: deps.clock.nowMs(), fault }))
  }

  start(on: (event: FeedEvent) => void): void {
    if (this.#link.state !== 'idle') return
    this.#listener = on
    this.#inbox.push({ type: 'start' })
  }

  stop(): void {
    this.#listener = null
    this.#inbox.push({ type: 'stop' })
  }

  resync(): void {
    this.#inbox.push({ type: 'key-requested' })
    const { state } = this.#link
    this.#protocol.resyncRequested?.()
    if (state === 'live') this.#session?.resync()
    else this.#fallback.readNow()
  }

  acknowledge(alert: AlertTarget | null): void {
    if (this.#link.state === 'live') this.#session?.acknowledge?.(alert)
  }

  followCandles(range: CandleLength | null): void {
    this.#candles = range
    if (this.#link.state === 'live') this.#session?.followCandles?.(range)
  }

  #emit(event: FeedEvent): void {
    this.#listener?.(event)
  }

  #apply(input: LinkInput): void {
    const before = this.#link
    const now = input.type === 'activity' ? input.at : this.#deps.clock.nowMs()
    const { link, effects } = transition(before, input, now, this.#policy)
    if (link === before && effects.length === 0) return
    this.#link = link
    // The old socket must be closed before listeners are notified of the loss.
    for (const effect of effects) if (effect.type === 'close') this.#closeSocket()
    // A frame only moves the deadline: no status event.
    const isMoved =
      link.since !== before.since || link.state !== before.state || link.attempt !== before.attempt
    if (isMoved || link.key !== before.key) this.#emitStatus()
    for (const effect of effects) this.#perform(effect)
    if (link.state !== before.state) this.#switchFallback(before)
    this.#arm()
  }

  #perform(effect: LinkEffect): void {
    if (effect.type === 'dial') this.#dial(effect.epoch)
    else if (effect.type === 'handshake') this.#session?.opened()
    else if (effect.type === 'ping') this.#socket?.ping()
    else if (effect.type === 'try-key') this.#tryKey()
  }

  #tryKey(): void {
    this.#protocol.allowKey?.()
    this.#session?.tryKey?.()
    this.#fallback.readNow()
  }

  /** HTTP is polled whenever the connection is not live. */
  #switchFallback(before: Link): void {
    const { state } = this.#link
    if (state === 'live') {
      this.#stopHttp()
      if (this.#candles !== null) this.#session?.followCandles?.(this.#candles)
    } else if (state === 'stopped') {
      this.#stopHttp()
      this.#protocol.close()
    } else if (before.state === 'idle' || before.state === 'live')
      this.#fallback.start(
        before.state === 'idle' && this.#protocol.readsAtStart === true ? 0 : this.#policy.httpGraceMs,
      )
    else if (state === 'waiting') this.#fallback.start(0)
  }

  #stopHttp(): void {
    this.#fallback.stop()
    this.#httpReads?.stop()
    this.#httpReads = null
  }

  #arm(): void {
    // The deadline moves with every frame. The machine ignores a timer that fires early, and arms it again.
    const at = nextDeadline(this.#link)
    if (at === null) this.#deadline.cancel()
    else this.#deadline.armBy(at)
  }

  #dial(epoch: number): void {
    const host = this.#hostFor(epoch)
    const session = this.#protocol.openSession(host)
    this.#session = session
    const listener: SocketListener = {
      opened: () => this.#inbox.push({ type: 'opened', epoch }),
      text: data => {
        if (!this.#isCurrent(epoch)) return
        const at = this.#deps.clock.nowMs()
        this.#inbox.push({ type: 'activity', epoch, at })
        session.text(data, at)
      },
      pong: () => this.#inbox.push({ type: 'activity', epoch, at: this.#deps.clock.nowMs() }),
      failed: error => host.disconnected(error),
      unexpectedResponse: (status, headers) => session.handshakeError?.(status, headers) ?? null,
      closed: (code, reason = '') =>
        host.disconnected(session.closeError?.(code, reason) ?? this.#defaultCloseError(code)),
    }
    this.#socket = this.#deps.sockets.open(this.#protocol.url, listener, this.#protocol.handshake?.())
  }

  #defaultCloseError(code: number): AxisorError {
    return new AxisorError('connection-lost', `${this.#link.host} closed the connection (code ${code})`)
  }

  #isCurrent(epoch: number): boolean {
    const { state } = this.#link
    return epoch === this.#link.epoch && (state === 'dialing' || state === 'preparing' || state === 'live')
  }

  #hostFor(epoch: number): SessionHost {
    const now = (): number => this.#deps.clock.nowMs()
    const buffer = new ChangeBuffer(event => this.#emit(event))
    const isCurrent = (): boolean => this.#isCurrent(epoch)
    return {
      send: text => {
        if (isCurrent()) this.#socket?.send(text)
      },
      ready: () => this.#inbox.push({ type: 'ready', epoch }),
      disconnected: error => {
        if (!isCurrent()) return
        this.#inbox.push({ type: 'disconnected', epoch, error, random: this.#deps.random.float() })
      },
      snapshotStarted: () => buffer.snapshotStarted(),
      reset: (snapshot, options) => {
        if (!isCurrent()) return
        this.#transport = 'stream'
        buffer.reset(now(), snapshot, options)
      },
      change: (change, sourceAt, at = now()) => {
        if (isCurrent()) buffer.change(at, change, sourceAt)
      },
      fault: fault => {
        if (isCurrent()) this.#emit({ type: 'fault', at: now(), fault })
      },
      chart: read => {
        if (isCurrent()) this.#emit({ type: 'chart', at: now(), ...read })
      },
      updateInfo: info => {
        if (isCurrent()) this.#updateInfo(info)
      },
    }
  }

  #closeSocket(): void {
    this.#session?.close()
    this.#session = null
    this.#socket?.terminate()
    this.#socket = null
  }

  #updateInfo(info: LinkInfo): void {
    this.#info = { ...this.#info, ...info }
    this.#emitStatus()
  }

  #emitStatus(): void {
    const { state, since, attempt, lastError, reconnects, deadlineAt } = this.#link
    const status: Status = {
      kind: this.#protocol.kind,
      link: state,
      transport: this.#transport,
      since,
      attempt,
      retryAt: state === 'waiting' ? deadlineAt : null,
      lastError,
      reconnects,
      ...this.#info,
      refusal: refusalOf(this.#link.key),
    }
    const statusText = JSON.stringify([status, lastError?.message, status.refusal?.error.message])
    if (statusText === this.#lastStatusText) return
    this.#lastStatusText = statusText
    this.#emit({ type: 'status', at: this.#deps.clock.nowMs(), status })
  }

  #emitHttpSnapshot({ snapshot, info, asOf }: HttpSnapshot): void {
    this.#transport = 'http'
    this.#updateInfo(info)
    this.#emit({ type: 'reset', at: this.#deps.clock.nowMs(), snapshot, asOf })
    const now = (): number => this.#deps.clock.nowMs()
    this.#httpReads ??=
      this.#protocol.openHttpReads?.({
        change: (change, sourceAt, at = now()) => this.#emit({ type: 'change', at, sourceAt, change }),
        fault: fault => this.#emit({ type: 'fault', at: now(), fault }),
      }) ?? null
    this.#httpReads?.observe(snapshot)
  }

  /** Only a rejected key may stop the feed from here; other failures are reported by the socket. */
  #httpFailed(error: AxisorError): void {
    if (error.exitCode === EXIT.credentials) this.#inbox.push({ type: 'rejected', error })
    else if (error.code === 'unreadable') {
      const fault = { where: 'snapshot over HTTP', message: error.message }
      this.#emit({ type: 'fault', at: this.#deps.clock.nowMs(), fault })
    }
  }
}
