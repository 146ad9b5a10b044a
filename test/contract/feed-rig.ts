import { type Credentials, Secret } from '../../src/domain/secret.ts'
import { type DirectFeedOptions, openDirectFeed } from '../../src/feed/exchange/direct.ts'
import type { Feed } from '../../src/feed/feed.ts'
import type { Policy } from '../../src/feed/policy.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Http, SocketListener, Sockets } from '../../src/ports/net.ts'
import type {
  ExchangeRequest,
  ExchangeResponse,
  PlainCredentials,
  SimulatedExchange,
} from '../../src/ports/simulated-exchange.ts'
import { openExchange } from '../../src/simulator/exchange.ts'
import type { Scenario } from '../../src/simulator/scenarios/scenario.ts'
import { openSeededRandom } from '../../src/simulator/seeded-random.ts'
import type { Watch } from './feed-watch.ts'

/** Options of a feed; the default key is read-only. */
export interface OpenOptions {
  readonly policy?: Partial<Policy>
  readonly credentials?: Credentials | null
  /** The record of an earlier run; by default none. */
  readonly keyAcceptedAt?: number
}

/** Creates a feed, not started, that uses its own clock. */
export type OpenFeed = (options: OpenOptions, clock: Clock) => Feed

/** Environment of the feed tests. */
export interface FeedRig {
  readonly kind: 'direct' | 'relay'
  /** Real time, or a fake clock moved by the tests. */
  readonly time: 'real' | 'fake'
  open(options?: OpenOptions): Feed
  /** A valid data frame of the source. */
  readonly dataFrame: string
  readonly writeCredentials: Credentials
  /** A key that may read the account, but no futures. */
  readonly accountOnlyCredentials: Credentials
  /**
   * Executes a control command and returns its reply. `drop`, `mute`, `down` and `garbage` affect the feed's own connection; all others
   * affect the exchange.
   */
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** Requests received by the exchange's REST API. */
  readonly requests: readonly ExchangeRequest[]
  /** Listeners of all opened sockets, oldest first. */
  readonly dialed: readonly SocketListener[]
  /** Lets time pass until the condition holds. */
  until(watch: Watch, condition: () => boolean): Promise<void>
  /** Waits until all messages in flight have arrived. */
  drain(): Promise<void>
  close(): Promise<void>
}

const ACCOUNT_ONLY: PlainCredentials = { key: 'sim-account-only', secret: 's3', passphrase: 'p3' }

export function credentialsOf(plain: PlainCredentials): Credentials {
  return { key: plain.key, secret: new Secret(plain.secret), passphrase: new Secret(plain.passphrase) }
}

/** The exchange of a rig and its recorded requests. */
export interface RigExchange {
  readonly exchange: SimulatedExchange
  readonly requests: readonly ExchangeRequest[]
  /** Number of 429 replies caused by rate limits, not by a control command. */
  rateLimitedCount(): number
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
}

/** What may stand between the exchange and its clients over HTTP. */
class RigProxy {
  readonly #clock: Clock
  readonly #stored = new Map<string, { readonly at: number; readonly reply: ExchangeResponse }>()
  #isFrozen = false
  #emptyPath: string | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Executes `cache` (replies with what it has stored while `on`) and `emptyList` (one reply of `path` is empty). */
  control(command: Readonly<Record<string, unknown>>): boolean {
    if (command.do === 'cache') this.#isFrozen = command.on === true
    else if (command.do === 'emptyList') this.#emptyPath = String(command.path)
    else return false
    return true
  }

  reply({ target }: ExchangeRequest, reply: ExchangeResponse): ExchangeResponse {
    const now = this.#clock.nowMs()
    if (this.#emptyPath !== null && target.endsWith(this.#emptyPath)) {
      this.#emptyPath = null
      return { ...reply, body: '[]' }
    }
    const stored = this.#stored.get(target)
    if (!this.#isFrozen || stored === undefined) {
      if (reply.status === 200) this.#stored.set(target, { at: now, reply })
      return reply
    }
    const age = String(Math.floor((now - stored.at) / 1000))
    return { ...stored.reply, headers: { ...stored.reply.headers, age } }
  }
}

/** Opens a simulated exchange that records its requests. */
export function openRigExchange(clock: Clock, tickMs: number, scenario?: Scenario): RigExchange {
  const extraKeys = [{ credentials: ACCOUNT_ONLY, scopes: ['account:read'] as const }]
  const inner = openExchange({
    clock,
    hmac: hmacSha256,
    tickMs,
    extraKeys,
    ...(scenario === undefined ? {} : { scenario }),
  })
  const requests: ExchangeRequest[] = []
  const proxy = new RigProxy(clock)
  let tooOften = 0
  let isRateLimitForced = false
  const exchange: SimulatedExchange = {
    credentials: inner.credentials,
    writeCredentials: inner.writeCredentials,
    handle: request => {
      requests.push(request)
      const reply = inner.handle(request)
      if (reply.status === 429 && !isRateLimitForced) tooOften += 1
      return proxy.reply(request, reply)
    },
    openSession: wire => inner.openSession(wire),
    control: body => inner.control(body),
    isDown: () => inner.isDown(),
    isMuted: () => inner.isMuted(),
    close: () => inner.close(),
  }
  return {
    exchange,
    requests,
    rateLimitedCount: () => tooOften,
    knob: command => {
      if (proxy.control(command)) return {}
      if (command.code === 429 || command.retryAfter !== undefined) isRateLimitForced = true
      const reply = inner.control(JSON.stringify(command))
      if (reply.status !== 200) throw new Error(`knob ${JSON.stringify(command)}: ${reply.body}`)
      return JSON.parse(reply.body)
    },
  }
}

interface Transport {
  readonly http: Http
  readonly sockets: Sockets
  readonly apiUrl: string
  readonly streamUrl: string
}

/** Returns a function that opens direct feeds. */
export function directOpener(
  exchange: SimulatedExchange,
  transport: Transport,
  defaults: Partial<Policy>,
): OpenFeed {
  // Reproducible: the same test draws the same pauses in every run.
  const random = openSeededRandom(1, 'feed')
  return (options, clock) => {
    const feedOptions: DirectFeedOptions = {
      apiUrl: transport.apiUrl,
      streamUrl: transport.streamUrl,
      network: 'signet',
      credentials:
        options.credentials === undefined ? credentialsOf(exchange.credentials) : options.credentials,
      policy: { ...defaults, ...options.policy },
      keyAcceptedAt: options.keyAcceptedAt ?? null,
    }
    return openDirectFeed({ clock, random, http: transport.http, sockets: transport.sockets }, feedOptions)
  }
}

/** Keys of the exchange for the tests. */
export function keysOf(
  exchange: SimulatedExchange,
): Pick<FeedRig, 'writeCredentials' | 'accountOnlyCredentials'> {
  return {
    writeCredentials: credentialsOf(exchange.writeCredentials),
    accountOnlyCredentials: credentialsOf(ACCOUNT_ONLY),
  }
}

const topic = 'futures/inverse/btc_usd/lastPrice'
const data = { time: 1, lastPrice: 1 }

/** The parts of a direct rig that do not depend on the transport. */
export function rigOf(
  { exchange, requests, knob }: RigExchange,
  clock: Clock,
  transport: Transport,
  defaults: Partial<Policy>,
): Omit<FeedRig, 'time' | 'until' | 'drain' | 'close'> {
  const dialed: SocketListener[] = []
  const sockets: Sockets = {
    open: (url, listener) => {
      dialed.push(listener)
      return transport.sockets.open(url, listener)
    },
  }
  const open = directOpener(exchange, { ...transport, sockets }, defaults)
  return {
    kind: 'direct',
    requests,
    dialed,
    knob,
    dataFrame: JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { topic, data } }),
    ...keysOf(exchange),
    open: (options = {}) => open(options, clock),
  }
}
