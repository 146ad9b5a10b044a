import { type Credentials, Secret } from '../../src/domain/secret.ts'
import { type DirectFeedOptions, openDirectFeed } from '../../src/feed/exchange/direct.ts'
import type { Feed } from '../../src/feed/feed.ts'
import type { Policy } from '../../src/feed/policy.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import { openRandom } from '../../src/node/random.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Http, SocketListener, Sockets } from '../../src/ports/net.ts'
import type {
  ExchangeRequest,
  PlainCredentials,
  SimulatedExchange,
} from '../../src/ports/simulated-exchange.ts'
import { openExchange } from '../../src/simulator/exchange.ts'
import type { Watch } from './feed-watch.ts'

/** How a feed is opened: with the reading key unless told otherwise. */
export interface How {
  readonly policy?: Partial<Policy>
  readonly credentials?: Credentials | null
}

/** Opens a feed, not started, for somebody with a clock of their own. */
export type OpenFeed = (how: How, clock: Clock) => Feed

/** What a law may ask of the world in which it is tried. */
export interface FeedRig {
  readonly kind: 'direct' | 'relay'
  /** Whether time passes by itself, or only when a law says so. */
  readonly time: 'real' | 'ours'
  open(how?: How): Feed
  /** A frame with news, as the source says it on a socket. */
  readonly news: string
  readonly writeCredentials: Credentials
  /** A key that may read the account but nothing of futures. */
  readonly accountOnlyCredentials: Credentials
  /**
   * Works a knob; what the knob answers. `drop`, `mute`, `down` and `garbage` befall the connection of the feed itself, whatever it
   * leads to; all others the exchange.
   */
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** Requests that reached the exchange's REST so far. */
  readonly requests: readonly ExchangeRequest[]
  /** Listeners of every socket that was opened so far, oldest first. */
  readonly dialed: readonly SocketListener[]
  /** Lets time pass until it is so. */
  until(watch: Watch, isSo: () => boolean): Promise<void>
  /** Lets enough time pass that whatever could still be said would have been. */
  meanwhile(): Promise<void>
  close(): Promise<void>
}

const ACCOUNT_ONLY: PlainCredentials = { key: 'sim-account-only', secret: 's3', passphrase: 'p3' }

export function credentialsOf(plain: PlainCredentials): Credentials {
  return { key: plain.key, secret: new Secret(plain.secret), passphrase: new Secret(plain.passphrase) }
}

/** The exchange of a rig, with what it was asked. */
export interface RigExchange {
  readonly exchange: SimulatedExchange
  readonly requests: readonly ExchangeRequest[]
  /** How often it said 429 because of its limits, not because of a knob. */
  tooOften(): number
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
}

/** A simulated exchange that writes down what reaches it. */
export function openRigExchange(clock: Clock, tickMs: number): RigExchange {
  const extraKeys = [{ credentials: ACCOUNT_ONLY, scopes: ['account:read'] as const }]
  const inner = openExchange({ clock, hmac: hmacSha256, tickMs, extraKeys })
  const requests: ExchangeRequest[] = []
  let tooOften = 0
  let is429Wanted = false
  const exchange: SimulatedExchange = {
    credentials: inner.credentials,
    writeCredentials: inner.writeCredentials,
    handle: request => {
      requests.push(request)
      const reply = inner.handle(request)
      if (reply.status === 429 && !is429Wanted) tooOften += 1
      return reply
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
    tooOften: () => tooOften,
    knob: command => {
      if (command.code === 429) is429Wanted = true
      const reply = inner.control(JSON.stringify(command))
      if (reply.status !== 200) throw new Error(`knob ${JSON.stringify(command)}: ${reply.body}`)
      return JSON.parse(reply.body)
    },
  }
}

interface Door {
  readonly http: Http
  readonly sockets: Sockets
  readonly apiUrl: string
  readonly streamUrl: string
}

/** Opens feeds straight from the exchange. */
export function directOpener(exchange: SimulatedExchange, transport: Door, usual: Partial<Policy>): OpenFeed {
  return (how, clock) => {
    const options: DirectFeedOptions = {
      apiUrl: transport.apiUrl,
      streamUrl: transport.streamUrl,
      network: 'signet',
      credentials: how.credentials === undefined ? credentialsOf(exchange.credentials) : how.credentials,
      policy: { ...usual, ...how.policy },
    }
    return openDirectFeed(
      { clock, random: openRandom(), http: transport.http, sockets: transport.sockets },
      options,
    )
  }
}

/** The keys of the exchange that laws use. */
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

/** The parts of a direct rig that do not depend on how the exchange is reached. */
export function rigOf(
  { exchange, requests, knob }: RigExchange,
  clock: Clock,
  transport: Door,
  usual: Partial<Policy>,
): Omit<FeedRig, 'time' | 'until' | 'meanwhile' | 'close'> {
  const dialed: SocketListener[] = []
  const sockets: Sockets = {
    open: (url, listener) => {
      dialed.push(listener)
      return transport.sockets.open(url, listener)
    },
  }
  const open = directOpener(exchange, { ...transport, sockets }, usual)
  return {
    kind: 'direct',
    requests,
    dialed,
    knob,
    news: JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { topic, data } }),
    ...keysOf(exchange),
    open: (how = {}) => open(how, clock),
  }
}
