import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AxisorError } from '../../domain/error.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import type { Deflate } from '../clients/websocket-frame.ts'
import type { RelayDeps, RelayLog } from '../context.ts'
import type { RelayLimits } from '../limits.ts'
import type { Relay } from '../relay.ts'
import { addAdminRoute } from './admin-route.ts'
import { clientAddress } from './client-address.ts'
import { capConnectionsPerAddress } from './connection-cap.ts'
import { ERROR_RESPONSES, type ErrorResponse } from './error-response.ts'
import { openMetrics } from './metrics.ts'
import { addCommonHooks, addRoutes, commonHeaders, type RouteOptions, sendError } from './routes.ts'
import { openWebSocketEndpoint } from './websocket-endpoint.ts'

/** Node's own backlog of 511 makes thousands of clients that come back at once wait for seconds. */
const BACKLOG = 4096

/** A request must have sent its headers within this time, and all of itself within twice that. */
const HEADERS_MS = 5_000

/** Connections of one address besides those with a WebSocket, and those that are just being opened. */
const SPARE_PER_ADDRESS = 64

export interface ServerOptions {
  readonly relay: Relay
  readonly store: RelayStore
  readonly limits: RelayLimits
  readonly log: RelayLog
  readonly version: string
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** PEM. Null: without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  readonly allowedOrigins: readonly string[]
  /** Who asks is said by a proxy, in `X-Forwarded-For`. */
  readonly trustProxy: boolean
  /** For clients that agree to compression; null: none is offered. */
  readonly deflate?: Deflate | null
  /** How long readiness fails before clients are sent away: a load balancer must have seen it. */
  readonly unreadyMs: number
}

export interface RelayServer {
  readonly port: number
  /** Fails readiness, sends everybody away, then closes: within 10 s. */
  stop(): Promise<void>
}

/** No route has a schema, and what checks those takes megabytes: without these two it is not even loaded. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas },
}

function noSchemas(): never {
  throw new TypeError('a route has a schema, and nothing here compiles those')
}

function openApp({ tls }: ServerOptions, routes: RouteOptions): FastifyInstance {
  const http = {
    headersTimeout: HEADERS_MS,
    requestTimeout: 2 * HEADERS_MS,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 8 * 1024,
  }
  const options = {
    bodyLimit: 4 * 1024,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // An address that can't be read; the framework itself would quote it.
    frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      sendError(reply.headers(commonHeaders(routes)), ERROR_RESPONSES.unreadable, routes),
    schemaController: NO_SCHEMAS,
  }
  if (tls === null) return fastify({ ...options, http })
  try {
    const app = fastify({ ...options, https: { ...http, ...tls, handshakeTimeout: HEADERS_MS } })
    return app as unknown as FastifyInstance
  } catch (cause) {
    throw new AxisorError('config', 'the TLS certificate and key can’t be used', {
      hint: 'Give a certificate and its own key, both as PEM, with --tls-cert and --tls-key.',
      cause,
    })
  }
}

/**
 * Serves a relay on HTTP and WebSockets.
 * @throws AxisorError usage, when the port can't be had; config, when certificate and key can't be used
 */
export async function openRelayServer(world: RelayDeps, options: ServerOptions): Promise<RelayServer> {
  const { relay, limits, log, trustProxy } = options
  const { clock } = world
  const refused = new Map<number, number>()
  let isStopping = false
  const routes: RouteOptions = {
    clock,
    relay,
    log,
    metrics: () => registry.metrics(),
    isStopping: () => isStopping,
    allowedOrigins: new Set(options.allowedOrigins),
    isLocal: (request: FastifyRequest) => isLocal(request.raw.socket.remoteAddress) && !isForwarded(request),
    refused({ status }: ErrorResponse) {
      refused.set(status, (refused.get(status) ?? 0) + 1)
    },
  }
  const app = openApp(options, routes)
  const cut = capConnectionsPerAddress(app.server, trustProxy ? null : limits.perAddress + SPARE_PER_ADDRESS)
  app.server.maxConnections = limits.inAll + SPARE_PER_ADDRESS
  const registry = openMetrics(relay, { refused, cutConnections: cut }, options.version)
  addCommonHooks(app, routes)
  addRoutes(app, routes)
  addAdminRoute(app, { world, store: options.store, options: routes })
  const closeEndpoint = openWebSocketEndpoint(app.server, {
    ...routes,
    yieldToEventLoop: then => world.yieldToEventLoop(then),
    deflate: options.deflate ?? null,
    addressOf: request => clientAddress(request, trustProxy),
  })
  await listen(app, options)
  const address = app.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    async stop() {
      if (isStopping) return
      isStopping = true
      log.info('stopping', { connections: relay.load().connections })
      await new Promise<void>(resolve => clock.after(options.unreadyMs, resolve))
      await relay.stop()
      await closeEndpoint()
      await app.close()
      registry.clear()
      log.info('stopped')
    },
  }
}

async function listen(app: FastifyInstance, { host, port }: ServerOptions): Promise<void> {
  try {
    await app.listen({ host, port, backlog: BACKLOG })
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined
    const why = typeof code === 'string' ? LISTEN_ERRORS[code] : undefined
    if (why === undefined) throw cause
    throw new AxisorError('usage', `${host}:${port} ${why}`, {
      hint: 'Choose another --host or --port.',
      cause,
    })
  }
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'may not be used by this user',
  EADDRNOTAVAIL: 'is no address of this machine',
  ENOTFOUND: 'is no address of this machine',
}

function isLocal(address: string | undefined): boolean {
  return address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address)
}

function isForwarded({ headers }: FastifyRequest): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
}
