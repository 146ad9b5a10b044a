import type { KeyRights } from '../../domain/account.ts'
import { AxisorError, EXIT } from '../../domain/error.ts'
import type { Hop, Status } from '../../domain/status.ts'
import type { Cancel, Chance, Clock } from '../../ports/clock.ts'
import type { Socket, SocketListener, Sockets } from '../../ports/net.ts'
import type { Feed, FeedEvent } from '../feed.ts'
import type { Policy } from '../policy.ts'
import { Telling } from './change-buffer.ts'
import { idleLink, type Link, type LinkEffect, type LinkInput, step } from './connection-machine.ts'
import { Fallback } from './http-fallback.ts'
import type { Dialect, Facts, Fetched, Line, Talk } from './protocol.ts'

/** What a feed needs of the world. */
export interface LinkWorld {
  readonly clock: Clock
  readonly chance: Chance
  readonly sockets: Sockets
}

interface AllFacts {
  readonly rttMs: number | null
  readonly clockOffsetMs: number | null
  readonly rateLimit: Status['rateLimit']
  readonly key: KeyRights | null
  readonly upstream: Hop | null
}

const NOTHING_KNOWN: AllFacts = {
  rttMs: null,
  clockOffsetMs: null,
  rateLimit: null,
  key: null,
  upstream: null,
}

/** The feed that both dialects share: carries out what the link's machine decides, and tells what comes of it. */
export class LinkedFeed implements Feed {
  readonly #world: LinkWorld
  readonly #dialect: Dialect
  readonly #policy: Policy
  readonly #fallback: Fallback
  #on: ((event: FeedEvent) => void) | null = null
  #link: Link
  #facts: AllFacts = NOTHING_KNOWN
  #transport: Status['transport'] = 'stream'
  #told = ''
  #socket: Socket | null = null
  #talk: Talk | null = null
  #timer: { readonly at: number; readonly cancel: Cancel } | null = null
  /** Inputs that came while one was being carried out. */
  readonly #inbox: LinkInput[] = []
  #busy = false

  constructor(world: LinkWorld, dialect: Dialect, policy: Policy) {
    this.#world = world
    this.#dialect = dialect
    this.#policy = policy
    this.#link = idleLink(world.clock.nowMs(), new URL(dialect.url).host)
    this.#fallback = new Fallback(world.clock, policy, {
      fetch: () => dialect.fetchPicture(),
      deliver: fetched => this.#tellHttp(fetched),
      failed: error => this.#httpFailed(error),
    })
  }

  start(on: (event: FeedEvent) => void): void {
    if (this.#link.state !== 'idle') return
    this.#on = on
    this.#input({ type: 'start' })
  }

  stop(): void {
    this.#on = null
    this.#input({ type: 'stop' })
  }

  resync(): void {
    const { state } = this.#link
    if (state === 'live') this.#talk?.resync()
    else this.#fallback.now()
  }

  #tell(event: FeedEvent): void {
    this.#on?.(event)
  }

  #input(input: LinkInput): void {
    this.#inbox.push(input)
    if (this.#busy) return
    this.#busy = true
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) this.#step(next)
    } finally {
      this.#busy = false
    }
  }

  #step(input: LinkInput): void {
    const before = this.#link
    const { link, effects } = step(before, input, this.#world.clock.nowMs(), this.#policy)
    this.#link = link
    // A socket that is gone must be silent before anybody hears that it is.
    for (const effect of effects) if (effect.type === 'hang-up') this.#hangUp()
    // A frame only moves the deadline, which is not worth telling.
    if (link.since !== before.since || link.state !== before.state || link.attempt !== before.attempt)
      this.#tellStatus()
    for (const effect of effects) this.#carryOut(effect)
    if (link.state !== before.state) this.#follow(before)
    this.#arm()
  }

  #carryOut(effect: LinkEffect): void {
    if (effect.type === 'dial') this.#dial(effect.epoch)
    else if (effect.type === 'prepare') this.#talk?.opened()
    else if (effect.type === 'ping') this.#socket?.ping()
  }

  /** The fallback works whenever the link does not. */
  #follow(before: Link): void {
    const { state } = this.#link
    if (state === 'live') this.#fallback.end()
    else if (state === 'stopped') {
      this.#fallback.end()
      this.#dialect.close()
    } else if (before.state === 'idle' || before.state === 'live')
      this.#fallback.begin(this.#policy.httpGraceMs)
    else if (state === 'waiting') this.#fallback.begin(0)
  }

  #arm(): void {
    const at = this.#link.deadlineAt
    if (at === null) {
      this.#timer?.cancel()
      this.#timer = null
      return
    }
    // A deadline moves on with every frame; a timer that fires too early just looks again.
    if (this.#timer !== null && this.#timer.at <= at) return
    this.#timer?.cancel()
    const cancel = this.#world.clock.after(Math.max(0, at - this.#world.clock.nowMs()), () => {
      this.#timer = null
      this.#input({ type: 'deadline', fraction: this.#world.chance.fraction() })
    })
    this.#timer = { at, cancel }
  }

  #dial(epoch: number): void {
    const line = this.#lineOf(epoch)
    const talk = this.#dialect.talk(line)
    this.#talk = talk
    const listener: SocketListener = {
      opened: () => this.#input({ type: 'opened', epoch }),
      text: data => {
        if (!this.#speaks(epoch)) return
        this.#input({ type: 'heard', epoch })
        talk.text(data)
      },
      pong: () => this.#input({ type: 'heard', epoch }),
      failed: error => line.lost(error),
      refused: (status, headers) => talk.refused?.(status, headers) ?? null,
      closed: (code, reason = '') => line.lost(talk.closed?.(code, reason) ?? this.#closedWith(code)),
    }
    this.#socket = this.#world.sockets.open(this.#dialect.url, listener, this.#dialect.handshake?.())
  }

  #closedWith(code: number): AxisorError {
    return new AxisorError('connection-lost', `${this.#link.host} closed the connection (code ${code})`)
  }

  #speaks(epoch: number): boolean {
    const { state } = this.#link
    return epoch === this.#link.epoch && (state === 'dialing' || state === 'preparing' || state === 'live')
  }

  #lineOf(epoch: number): Line {
    const now = (): number => this.#world.clock.nowMs()
    const telling = new Telling(event => this.#tell(event))
    const speaks = (): boolean => this.#speaks(epoch)
    return {
      send: text => {
        if (speaks()) this.#socket?.send(text)
      },
      ready: () => this.#input({ type: 'ready', epoch }),
      lost: error => {
        if (!speaks()) return
        this.#input({ type: 'lost', epoch, error, fraction: this.#world.chance.fraction() })
      },
      reading: () => telling.reading(),
      reset: (picture, asOf) => {
        if (!speaks()) return
        this.#transport = 'stream'
        telling.reset(now(), picture, asOf)
      },
      change: (change, sourceAt, at = now()) => {
        if (speaks()) telling.change(at, change, sourceAt)
      },
      fault: fault => {
        if (speaks()) this.#tell({ type: 'fault', at: now(), fault })
      },
      know: facts => {
        if (speaks()) this.#learn(facts)
      },
    }
  }

  #hangUp(): void {
    this.#talk?.end()
    this.#talk = null
    this.#socket?.abandon()
    this.#socket = null
  }

  #learn(facts: Facts): void {
    this.#facts = { ...this.#facts, ...facts }
    this.#tellStatus()
  }

  #tellStatus(): void {
    const { state, since, attempt, lastError, reconnects, deadlineAt } = this.#link
    const status: Status = {
      kind: this.#dialect.kind,
      link: state,
      transport: this.#transport,
      since,
      attempt,
      retryAt: state === 'waiting' ? deadlineAt : null,
      lastError,
      reconnects,
      ...this.#facts,
    }
    const told = JSON.stringify([status, lastError?.message])
    if (told === this.#told) return
    this.#told = told
    this.#tell({ type: 'status', at: this.#world.clock.nowMs(), status })
  }

  #tellHttp({ picture, facts, asOf }: Fetched): void {
    this.#transport = 'http'
    this.#learn(facts)
    this.#tell({ type: 'reset', at: this.#world.clock.nowMs(), picture, asOf })
  }

  /** Only a refused key ends the feed from here; the socket's own failures say the rest. */
  #httpFailed(error: AxisorError): void {
    if (error.exitCode === EXIT.credentials) this.#input({ type: 'refused', error })
    else if (error.code === 'unreadable') {
      const fault = { where: 'reading the picture over HTTP', message: error.message }
      this.#tell({ type: 'fault', at: this.#world.clock.nowMs(), fault })
    }
  }
}
