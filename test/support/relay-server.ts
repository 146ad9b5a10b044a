import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'
import type { RelayAlertParts } from '../../src/commands/relay/alerts/alert-service.ts'
import { openClock } from '../../src/node/clock.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import { deflateMessage } from '../../src/node/net/deflate.ts'
import { openRandom } from '../../src/node/random.ts'
import type { Crypto } from '../../src/ports/crypto.ts'
import type { RelayStore, TokenScope } from '../../src/ports/relay-store.ts'
import { issueToken } from '../../src/relay/auth/issue-token.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import type { RelayDeps, RelayLog } from '../../src/relay/context.ts'
import { openLog } from '../../src/relay/http/log.ts'
import { openRelayServer, type ServerOptions } from '../../src/relay/http/server.ts'
import { DEFAULT_LIMITS, type RelayLimits } from '../../src/relay/limits.ts'
import { type BrokerLink, openRelay, type Relay } from '../../src/relay/relay.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { resetEvent, statusEvent } from './samples.ts'

export interface TestRelay {
  readonly port: number
  readonly base: string
  readonly stream: string
  readonly relay: Relay
  replaceTls(tls: { readonly cert: string; readonly key: string }): void
  readonly store: RelayStore
  readonly log: () => string
  /** The exchange's side of a user's account; its snapshot exists from the start. */
  account(userName: string): Store
  /** Adds a user with an account, or one more token for an existing one. */
  token(userName: string, scopes?: readonly TokenScope[], livesMs?: number): Promise<string>
  metrics(): Promise<string>
  stop(): Promise<void>
}

export interface TestRelayOptions
  extends Partial<Pick<ServerOptions, 'allowedOrigins' | 'publicHosts' | 'trustProxy'>> {
  readonly compress?: boolean
  readonly broker?: BrokerLink
  readonly unreadyMs?: number
  readonly limits?: Partial<RelayLimits>
  /** The first snapshot of an account; undefined for none. */
  readonly snapshot?: (userName: string) => Parameters<typeof resetEvent>[1] | null
  readonly store?: RelayStore
  readonly needsKeys?: boolean
  /** Default: no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Opens the alerts of the relay; none by default. */
  readonly alerts?: (parts: TestRelayParts) => RelayAlertParts
}

/** What the alerts of a test relay are opened with. */
export interface TestRelayParts extends RelayDeps {
  readonly store: RelayStore
  readonly crypto: Crypto
  readonly log: RelayLog
}

/** Opens a relay on a real loopback socket with the real clock; the test controls its upstreams. */
export async function openTestRelay(options: TestRelayOptions = {}): Promise<TestRelay> {
  const clock = openClock()
  const world = {
    clock,
    random: openRandom(),
    crypto: openCrypto(),
    yieldToEventLoop: (then: () => void) => void setImmediate(then),
  }
  const store = options.store ?? openMemoryRelayStore()
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const accounts = new Map<string, Store>()
  const lines: string[] = []
  const log = openLog({ level: 'debug', clock, write: line => lines.push(line) })
  const alerts = options.alerts?.({ ...world, store, log })
  const relay = openRelay(world, {
    ...(alerts && { openAlerts: alerts.openAlerts }),
    needsKeys: options.needsKeys ?? false,
    store,
    broker: options.broker ?? null,
    network: 'mainnet',
    limits,
    log,
    async openUpstream({ userName }) {
      const account = openStore()
      accounts.set(userName, account)
      const snapshot = (options.snapshot ?? (() => ({})))(userName)
      account.dispatch(statusEvent(clock.nowMs()))
      if (snapshot !== null) account.dispatch(resetEvent(clock.nowMs(), snapshot))
      return { store: account, refresh() {}, close() {} }
    },
  })
  const { allowedOrigins = [], publicHosts = [], trustProxy = false } = options
  const server = await openRelayServer(world, {
    relay,
    store,
    limits,
    log,
    version: '1.2.3',
    host: '127.0.0.1',
    port: 0,
    tls: options.tls ?? null,
    allowedOrigins,
    publicHosts,
    trustProxy,
    deflate: options.compress === true ? deflateMessage : null,
    unreadyMs: options.unreadyMs ?? 0,
    ...(alerts && { addRoutes: alerts.addRoutes }),
  })
  return {
    port: server.port,
    replaceTls: tls => server.replaceTls(tls, null),
    base: `http://127.0.0.1:${server.port}`,
    stream: `ws://127.0.0.1:${server.port}/v1/stream`,
    relay,
    store,
    log: () => lines.join(''),
    account(userName) {
      const account = accounts.get(userName)
      if (account === undefined) throw new Error(`no client watches ${userName}`)
      return account
    },
    async token(userName, scopes = ['read'], livesMs) {
      const now = clock.nowMs()
      await store.addUser({ id: `id-${userName}`, name: userName, createdAt: now })
      const expiresAt = livesMs === undefined ? null : now + livesMs
      const issued = await issueToken(world, store, {
        userId: `id-${userName}`,
        name: `token of ${userName}`,
        scopes,
        expiresAt,
        issuedBy: null,
      })
      if (issued === null) throw new Error('no such user')
      return issued.text
    },
    metrics: () => server.metrics(),
    stop: () => server.stop(),
  }
}

/** The messages that a client received. */
export interface TestClient {
  readonly socket: WebSocket
  readonly received: readonly string[]
  /** Resolves with the close code; at once if it is closed already. */
  readonly closed: Promise<number>
  /** Resolves when a received message matches. */
  receives(pattern: RegExp): Promise<string>
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` }
}

/** Opens a WebSocket. Rejects with `answered 401` or the like if the handshake is refused. */
export async function connect(
  url: string,
  options: ClientOptions & { readonly protocols?: readonly string[] } = {},
): Promise<TestClient> {
  const { protocols = [], ...rest } = options
  const socket = new WebSocket(url, [...protocols], rest)
  const received: string[] = []
  const closed = once(socket, 'close').then(([code]) => Number(code))
  closed.catch(() => {})
  socket.on('message', data => received.push(data.toString()))
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve)
    socket.on('error', reject)
    socket.on('unexpected-response', (request, response) => {
      reject(new Error(`answered ${response.statusCode}`))
      request.destroy()
    })
  })
  return {
    socket,
    received,
    closed,
    receives: pattern =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = received.find(text => pattern.test(text))
          if (found !== undefined) resolve(found)
        }
        socket.on('message', check)
        socket.on('close', code => reject(new Error(`closed with ${code} before ${pattern} was received`)))
        check()
      }),
  }
}
