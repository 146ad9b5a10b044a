import type { KeyPermissions } from '../../domain/account.ts'
import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import { Inbox } from '../../domain/inbox.ts'
import type { Hop, Status } from '../../domain/status.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Socket, SocketListener, Sockets } from '../../ports/net.ts'
import type { Feed, FeedEvent } from '../feed.ts'
import type { Policy } from '../policy.ts'
import { ChangeBuffer } from './change-buffer.ts'
import { idleLink, type Link, type LinkEffect, type LinkInput, transition } from './connection-machine.ts'
import { HttpFallback } from './http-fallback.ts'
import type { FeedProtocol, HttpSnapshot, LinkInfo, ProtocolSession, SessionHost } from './protocol.ts'

/** What a feed needs of the world. */
export interface FeedDeps {
  readonly clock: Clock
  readonly random: Random
  readonly sockets: Sockets
}

interface FullLinkInfo {
  readonly rttMs: number | null
  readonly clockOffsetMs: number | null
  readonly rateLimit: Status['rateLimit']
  readonly key: KeyPermissions | null
  readonly upstream: Hop | null
}

const NO_INFO: FullLinkInfo = {
  rttMs: null,
  clockOffsetMs: null,
  rateLimit: null,
  key: null,
  upstream: null,
}

/** The feed that both dialects share: carries out what the link's machine decides, and tells what comes of it. */
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
  readonly #deadline: DeadlineTimer
  readonly #inbox = new Inbox<LinkInput>(input => this.#apply(input))

  constructor(world: FeedDeps, protocol: FeedProtocol, policy: Policy) {
    this.#deps = world
    this.#protocol = protocol
    this.#policy = policy
    this.#link = idleLink(world.clock.nowMs(), new URL(protocol.url).host)
    this.#deadline = new DeadlineTimer(world.clock, () =>
      this.#inbox.push({ type: 'deadline', fraction: world.random.float() }),
    )
    this.#fallback = new HttpFallback(world.clock, policy, {
      fetch: () => protocol.fetchSnapshot(),
      deliver: fetched => this.#emitHttpSnapshot(fetched),
      failed: error => this.#httpFailed(error),
    })
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
    const { state } = this.#link
    if (state === 'live') this.#session?.resync()
    else this.#fallback.now()
  }

  #emit(event: FeedEvent): void {
    this.#listener?.(event)
  }

  #apply(input: LinkInput): void {
    const before = this.#link
    const { link, effects } = transition(before, input, this.#deps.clock.nowMs(), this.#policy)
    this.#link = link
    // A socket that is gone must be silent before anybody hears that it is.
    for (const effect of effects) if (effect.type === 'close') this.#closeSocket()
    // A frame only moves the deadline, which is not worth telling.
    if (link.since !== before.since || link.state !== before.state || link.attempt !== before.attempt)
      this.#emitStatus()
    for (const effect of effects) this.#perform(effect)
    if (link.state !== before.state) this.#switchFallback(before)
    this.#arm()
  }

  #perform(effect: LinkEffect): void {
    if (effect.type === 'dial') this.#dial(effect.epoch)
    else if (effect.type === 'handshake') this.#session?.opened()
    else if (effect.type === 'ping') this.#socket?.ping()
  }

  /** The fallback works whenever the link does not. */
  #switchFallback(before: Link): void {
    const { state } = this.#link
    if (state === 'live') this.#fallback.end()
    else if (state === 'stopped') {
      this.#fallback.end()
      this.#protocol.close()
    } else if (before.state === 'idle' || before.state === 'live')
      this.#fallback.begin(this.#policy.httpGraceMs)
    else if (state === 'waiting') this.#fallback.begin(0)
  }

  #arm(): void {
    // It moves on with every frame; the machine ignores a timer that fires too early, and arms it again.
    const at = this.#link.deadlineAt
    if (at === null) this.#deadline.cancel()
    else this.#deadline.armBy(at)
  }

  #dial(epoch: number): void {
    const line = this.#hostFor(epoch)
    const session = this.#protocol.openSession(line)
    this.#session = session
    const listener: SocketListener = {
      opened: () => this.#inbox.push({ type: 'opened', epoch }),
      text: data => {
        if (!this.#isCurrent(epoch)) return
        this.#inbox.push({ type: 'frame', epoch })
        session.text(data)
      },
      pong: () => this.#inbox.push({ type: 'frame', epoch }),
      failed: error => line.disconnected(error),
      unexpectedResponse: (status, headers) => session.refused?.(status, headers) ?? null,
      closed: (code, reason = '') =>
        line.disconnected(session.closed?.(code, reason) ?? this.#closedWith(code)),
    }
    this.#socket = this.#deps.sockets.open(this.#protocol.url, listener, this.#protocol.handshake?.())
  }

  #closedWith(code: number): AxisorError {
    return new AxisorError('connection-lost', `${this.#link.host} closed the connection (code ${code})`)
  }

  #isCurrent(epoch: number): boolean {
    const { state } = this.#link
    return epoch === this.#link.epoch && (state === 'dialing' || state === 'preparing' || state === 'live')
  }

  #hostFor(epoch: number): SessionHost {
    const now = (): number => this.#deps.clock.nowMs()
    const telling = new ChangeBuffer(event => this.#emit(event))
    const speaks = (): boolean => this.#isCurrent(epoch)
    return {
      send: text => {
        if (speaks()) this.#socket?.send(text)
      },
      ready: () => this.#inbox.push({ type: 'ready', epoch }),
      disconnected: error => {
        if (!speaks()) return
        this.#inbox.push({ type: 'lost', epoch, error, fraction: this.#deps.random.float() })
      },
      snapshotStarted: () => telling.snapshotStarted(),
      reset: (snapshot, asOf) => {
        if (!speaks()) return
        this.#transport = 'stream'
        telling.reset(now(), snapshot, asOf)
      },
      change: (change, sourceAt, at = now()) => {
        if (speaks()) telling.change(at, change, sourceAt)
      },
      fault: fault => {
        if (speaks()) this.#emit({ type: 'fault', at: now(), fault })
      },
      updateInfo: facts => {
        if (speaks()) this.#updateInfo(facts)
      },
    }
  }

  #closeSocket(): void {
    this.#session?.end()
    this.#session = null
    this.#socket?.terminate()
    this.#socket = null
  }

  #updateInfo(facts: LinkInfo): void {
    this.#info = { ...this.#info, ...facts }
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
    }
    const told = JSON.stringify([status, lastError?.message])
    if (told === this.#lastStatusText) return
    this.#lastStatusText = told
    this.#emit({ type: 'status', at: this.#deps.clock.nowMs(), status })
  }

  #emitHttpSnapshot({ snapshot, info: facts, asOf }: HttpSnapshot): void {
    this.#transport = 'http'
    this.#updateInfo(facts)
    this.#emit({ type: 'reset', at: this.#deps.clock.nowMs(), snapshot, asOf })
  }

  /** Only a refused key ends the feed from here; the socket's own failures say the rest. */
  #httpFailed(error: AxisorError): void {
    if (error.exitCode === EXIT.credentials) this.#inbox.push({ type: 'refused', error })
    else if (error.code === 'unreadable') {
      const fault = { where: 'reading the picture over HTTP', message: error.message }
      this.#emit({ type: 'fault', at: this.#deps.clock.nowMs(), fault })
    }
  }
}
