import fastify, { type FastifyInstance } from 'fastify'
import {
  openRelayLedgers,
  type RelayLedgersContext,
} from '../../src/commands/relay/ledger/open-relay-ledgers.ts'
import { openRelayCandles } from '../../src/commands/relay/open-relay-candles.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openDirectFeed } from '../../src/feed/exchange/direct.ts'
import type { RequestGate } from '../../src/feed/exchange/request-gate.ts'
import type { LedgerWorker } from '../../src/ports/ledger-worker.ts'
import type { Http, HttpReply } from '../../src/ports/net.ts'
import type { TokenScope } from '../../src/ports/relay-store.ts'
import { issueToken } from '../../src/relay/auth/issue-token.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { addCandleRoutes } from '../../src/relay/candles/candle-routes.ts'
import type { RelayLog } from '../../src/relay/context.ts'
import { addReadRoutes } from '../../src/relay/http/read-routes.ts'
import { addCommonHooks, addRoutes, type RouteOptions } from '../../src/relay/http/routes.ts'
import type { OpenLedgerReader } from '../../src/relay/ledger/ledger-reader.ts'
import { addLedgerRoutes } from '../../src/relay/ledger/ledger-routes.ts'
import { LocalRateLimits } from '../../src/relay/rate/local-rate-limits.ts'
import { SharedRateLimiter } from '../../src/relay/rate/shared-rate-limiter.ts'
import { openRelay, type Relay } from '../../src/relay/relay.ts'
import { openExchangeReader } from '../../src/relay/upstreams/exchange-reader.ts'
import { UPSTREAM_POLICY, upstreamOf } from '../../src/relay/upstreams/upstreams.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from './fake-world.ts'

const USERS = ['ann', 'bob'] as const

/** A user without an account, whose token reads those of all. */
const DESK = 'desk'

/** A world whose relay keeps ledgers, and reads candles. Its HTTP has no network. */
export interface LedgerRelay {
  readonly world: FakeWorld
  readonly relay: Relay
  /** Tokens by user. Both users watch the account of the world's exchange. */
  readonly tokens: Readonly<Record<(typeof USERS)[number], string>>
  /** A token with the scope `read-all`. */
  readonly desk: string
  readonly logged: readonly string[]
  /** Targets that clients have requested. */
  readonly targets: readonly string[]
  /** Targets that the relay has requested from the exchange for ledgers. */
  readonly reads: readonly string[]
  /** The HTTP of clients, on the same clock. */
  readonly http: Http
  /** Sends a request as a client, and advances the time until it is answered. */
  get(target: string, token?: string, headers?: Readonly<Record<string, string>>): Promise<HttpReply>
  /** Repeats the request while the answer is 202. */
  document(target: string, token?: string): Promise<HttpReply>
  removeUser(name: (typeof USERS)[number]): Promise<void>
}

export interface LedgerRelayOptions {
  /** In place of the worker in memory. */
  readonly worker?: (world: FakeWorld, onCrash: (reason: string) => void) => LedgerWorker
  /** False: the relay keeps no ledgers, and reads no candles. */
  readonly keepsLedgers?: boolean
  /** The users have a key of mainnet, so that their ledgers are files. */
  readonly isReal?: boolean
  /** False: the routes are those of a relay before there were ledgers and candles. */
  readonly knowsLedgers?: boolean
  readonly world?: FakeWorldOptions
  readonly reply?: (target: string, reply: HttpReply) => HttpReply
}

function injected(app: FastifyInstance, targets: string[], changed: LedgerRelayOptions['reply']): Http {
  return {
    async get(_origin, target, headers) {
      targets.push(target)
      const { statusCode: status, headers: found, body } = await app.inject({ url: target, headers })
      const named = Object.entries(found).map(([name, value]) => [name, String(value)])
      const reply = { status, headers: Object.fromEntries(named), body }
      return changed?.(target, reply) ?? reply
    },
    close() {},
  }
}

/** Opens the world and its relay, both on one fake clock. */
export async function openLedgerRelay(options: LedgerRelayOptions = {}): Promise<LedgerRelay> {
  const targets: string[] = []
  const reads: string[] = []
  const logged: string[] = []
  const app = fastify()
  const relayHttp = injected(app, targets, options.reply)
  const world = openFakeWorld({
    ...options.world,
    net: (net, exchange) => ({
      ...(options.world?.net?.(net, exchange) ?? net),
      http: {
        close() {},
        get: (origin, ...rest) => (origin.includes('relay.test') ? relayHttp : net.http).get(origin, ...rest),
      },
    }),
  })
  const { clock, exchange, random, crypto } = world
  const transport = openMemoryTransport(exchange, clock)
  const { key, secret, passphrase } = exchange.credentials
  const credentials = { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
  const { apiUrl, streamUrl } = transport
  const http: Http = {
    ...transport.http,
    get(origin, target, ...rest) {
      reads.push(target)
      return transport.http.get(origin, target, ...rest)
    },
  }
  const rateLimiter = new SharedRateLimiter(clock, new LocalRateLimits(clock))
  const rateKey = { host: new URL(apiUrl).host, keyDigest: '', holdsLease: () => true }
  const requestGate: RequestGate = (request, send) => rateLimiter.run(rateKey, request, send)
  const openReader: OpenLedgerReader = async (_account, { clockOffsetMs }) =>
    openExchangeReader({ http, clock }, { apiUrl, credentials, requestGate, clockOffsetMs })
  const store = openMemoryRelayStore()
  const log: RelayLog = {
    info: (event, fields) => void logged.push(JSON.stringify([event, fields])),
    warn: (event, fields) => void logged.push(JSON.stringify([event, fields])),
    error: (event, fields) => void logged.push(JSON.stringify(['error', event, fields])),
  }
  const upstreams = { openReader, open: async () => Promise.reject(new Error()), close: async () => {} }
  const ledgers: RelayLedgersContext = {
    clock,
    random,
    openLedgerWorker: async (place, _writer, onCrash) =>
      options.worker?.(world, onCrash) ?? world.openLedgerWorker(place, 'relay', onCrash),
  }
  const openLedgers =
    options.keepsLedgers === false
      ? null
      : await openRelayLedgers({ folder: '' }, { store, upstreams, log }, ledgers)
  const relay = openRelay(
    { clock, random, crypto, yieldToEventLoop: then => void clock.after(0, then) },
    {
      ...{ store, log, network: 'simulator' },
      openUpstream: async () =>
        upstreamOf(
          openDirectFeed(
            { clock, random, http: transport.http, sockets: transport.sockets },
            { apiUrl, streamUrl, network: 'simulator', credentials, requestGate, policy: UPSTREAM_POLICY },
          ),
        ),
      ...(openLedgers === null
        ? {}
        : { openLedgers, ...openRelayCandles({ store, upstreams: { openReader }, log }, world) }),
    },
  )
  const routes: RouteOptions = {
    ...{ clock, relay, log, metrics: async () => '', isStopping: () => false },
    ...{ addressOf: () => '192.0.2.1', refused() {}, allowedOrigins: new Set(), isServedHost: () => true },
  }
  addCommonHooks(app, routes)
  addRoutes(app, routes)
  addReadRoutes(app, routes)
  if (options.knowsLedgers !== false) {
    addLedgerRoutes(app, routes)
    addCandleRoutes(app, routes)
  }
  const issued = await Promise.all(
    [...USERS, DESK].map(async id => {
      await store.addUser({ id, name: id, createdAt: clock.nowMs() })
      if (options.isReal === true && id !== DESK)
        await store.putAccount({
          ...{ userId: id, network: 'mainnet', apiUrl: null, streamUrl: null },
          ...{ sealed: 'sealed', masterKeyId: 'k', updatedAt: clock.nowMs() },
        })
      const scopes: readonly TokenScope[] = id === DESK ? ['read-all'] : ['read']
      const request = { userId: id, name: 'x', scopes, expiresAt: null, issuedBy: null }
      const token = await issueToken(
        { ...world, random: { ...random, hex: bytes => id.charCodeAt(0).toString(16).repeat(bytes) } },
        store,
        request,
      )
      return [id, token?.text ?? ''] as const
    }),
  )
  const { [DESK]: desk = '', ...tokensOfUsers } = Object.fromEntries(issued)
  const tokens = tokensOfUsers as LedgerRelay['tokens']
  async function get(
    target: string,
    token = tokens.ann,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpReply> {
    let reply: HttpReply | null = null
    const request = { authorization: `Bearer ${token}`, ...headers }
    const sent = relayHttp.get('', target, request, 10_000).then(found => {
      reply = found
    })
    for (let turn = 0; turn < 2_000 && reply === null; turn += 1) await clock.advance(50)
    await sent
    if (reply === null) throw new Error('no reply')
    return reply
  }
  return {
    ...{ world, relay, tokens, desk, logged, targets, reads, get, http: relayHttp },
    async document(target, token) {
      for (let turn = 0; turn < 100; turn += 1) {
        const reply = await get(target, token)
        if (reply.status !== 202) return reply
        await clock.advance(1_000)
      }
      throw new Error('always 202')
    },
    async removeUser(name) {
      await store.removeUser(name)
    },
  }
}
