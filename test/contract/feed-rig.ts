import { type Credentials, Secret } from '../../src/domain/secret.ts'
import { type DirectOptions, openDirectFeed } from '../../src/feed/direct.ts'
import type { Feed } from '../../src/feed/feed.ts'
import type { Policy } from '../../src/feed/policy.ts'
import { openChance } from '../../src/node/chance.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Http, SocketListener, Sockets } from '../../src/ports/net.ts'
import type { DoorRequest, PlainCredentials, ServedExchange } from '../../src/ports/served-exchange.ts'
import { openExchange } from '../../src/simulator/exchange.ts'
import type { Watch } from './feed-watch.ts'

/** What a law may ask of the world in which it is tried. */
export interface FeedRig {
  /** A feed that has not been started, with the reading key unless told otherwise. */
  open(how?: { readonly policy?: Partial<Policy>; readonly credentials?: Credentials | null }): Feed
  readonly writeCredentials: Credentials
  /** A key that may read the account but nothing of futures. */
  readonly accountOnlyCredentials: Credentials
  /** Works a knob of the exchange; what the knob answers. */
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** Requests that reached the exchange's REST so far. */
  readonly requests: readonly DoorRequest[]
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
  readonly exchange: ServedExchange
  readonly requests: readonly DoorRequest[]
  /** How often it said 429 because of its limits, not because of a knob. */
  tooOften(): number
  knob(command: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
}

/** A simulated exchange that writes down what reaches it. */
export function openRigExchange(clock: Clock, tickMs: number): RigExchange {
  const extraKeys = [{ credentials: ACCOUNT_ONLY, scopes: ['account:read'] as const }]
  const inner = openExchange({ clock, hmac: hmacSha256, tickMs, extraKeys })
  const requests: DoorRequest[] = []
  let tooOften = 0
  let is429Wanted = false
  const exchange: ServedExchange = {
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

/** The parts of a rig that do not depend on how the exchange is reached. */
export function rigOf(
  { exchange, requests, knob }: RigExchange,
  clock: Clock,
  door: {
    readonly http: Http
    readonly sockets: Sockets
    readonly apiUrl: string
    readonly streamUrl: string
  },
  usual: Partial<Policy>,
): Omit<FeedRig, 'until' | 'meanwhile' | 'close'> {
  const dialed: SocketListener[] = []
  const sockets: Sockets = {
    open: (url, listener) => {
      dialed.push(listener)
      return door.sockets.open(url, listener)
    },
  }
  return {
    requests,
    dialed,
    knob,
    writeCredentials: credentialsOf(exchange.writeCredentials),
    accountOnlyCredentials: credentialsOf(ACCOUNT_ONLY),
    open: (how = {}) => {
      const options: DirectOptions = {
        apiUrl: door.apiUrl,
        streamUrl: door.streamUrl,
        network: 'signet',
        credentials: how.credentials === undefined ? credentialsOf(exchange.credentials) : how.credentials,
        policy: { ...usual, ...how.policy },
      }
      return openDirectFeed({ clock, chance: openChance(), http: door.http, sockets }, options)
    },
  }
}
