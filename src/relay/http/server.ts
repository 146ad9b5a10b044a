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
import { hostCheck } from './host-check.ts'
import { APP_LIMITS, SERVER_LIMITS, SPARE_PER_ADDRESS, TLS_SERVER_LIMITS } from './http-limits.ts'
import { listen } from './listen.ts'
import { openMetrics } from './metrics.ts'
import { refusePipelining } from './pipelining.ts'
import { addReadRoutes } from './read-routes.ts'
import { addCommonHooks, addRoutes, commonHeaders, type RouteOptions, sendError } from './routes.ts'
import { openWebSocketEndpoint } from './websocket-endpoint.ts'

export interface ServerOptions {
  readonly relay: Relay
  readonly store: RelayStore
  readonly limits: RelayLimits
  readonly log: RelayLog
  readonly version: string
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** PEM texts; null to serve without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** When the certificate ends, ms since 1970; null without TLS. */
  readonly certificateEndsAt?: number | null
  readonly allowedOrigins: readonly string[]
  /** Names in the header `Host` that are served besides those of the loopback interface; all names are if there are none. */
  readonly publicHosts: readonly string[]
  /** Take the client's address from `X-Forwarded-For`, which a proxy sets. */
  readonly trustProxy: boolean
  /** Compresses messages for clients that negotiate it; null to offer no compression. */
  readonly deflate?: Deflate | null
  /** Adds routes of alerts and ledgers. */
  readonly addRoutes?: (app: FastifyInstance, routes: RouteOptions) => void
  /** How long readiness fails before clients are closed (ms), so that a load balancer notices. */
  readonly unreadyMs: number
}

export interface RelayServer {
  readonly port: number
  /** Returns the metrics in Prometheus' text format. */
  metrics(): Promise<string>
  /** Serves new connections with another certificate, which ends at a time (ms since 1970). Throws if its key does not match. */
  replaceTls(tls: NonNullable<ServerOptions['tls']>, endsAt: number | null): void
  /** Fails readiness, closes all clients, then the server, within 10 s. */
  stop(): Promise<void>
}

/** No route has a schema, and the default compilers take megabytes: these stubs prevent loading them. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas },
}

function noSchemas(): never {
  throw new TypeError('a route has a schema, but no compiler is loaded')
}

function openApp({ tls }: ServerOptions, routes: RouteOptions): FastifyInstance {
  const options = {
    ...APP_LIMITS,
    exposeHeadRoutes: false,
    // The framework's own response to an unreadable URL would quote it.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendError(reply.headers(commonHeaders(request, routes)), ERROR_RESPONSES.unreadable, routes),
    schemaController: NO_SCHEMAS,
  }
  if (tls === null) return fastify({ ...options, http: SERVER_LIMITS })
  try {
    const app = fastify({ ...options, https: { ...TLS_SERVER_LIMITS, ...tls } })
    return app as unknown as FastifyInstance
  } catch (cause) {
    throw new AxisorError('config', 'the TLS certificate and key cannot be used', {
      hint: 'Pass a certificate and its matching key, both in PEM format, with --tls-cert and --tls-key.',
      cause,
    })
  }
}

/** Limits what the connections of one address may cost. Returns a function that returns the number of those destroyed above the limit. */
function limitConnections(
  server: FastifyInstance['server'],
  { relay, limits, trustProxy }: ServerOptions,
  { clock, refused }: RouteOptions,
): () => number {
  const max = trustProxy ? null : limits.perAddress + SPARE_PER_ADDRESS
  const cutConnections = capConnectionsPerAddress(server, max, () => relay.limitLog.record('sockets'))
  const onCut = () => refused(ERROR_RESPONSES.tooMany)
  refusePipelining(server, { clock, blocksAddress: !trustProxy, onCut })
  server.maxConnections = limits.total + SPARE_PER_ADDRESS
  return cutConnections
}

/**
 * Serves a relay over HTTP and WebSockets.
 * @throws AxisorError usage, if the port cannot be used; config, if certificate or key cannot be used
 */
export async function openRelayServer(deps: RelayDeps, options: ServerOptions): Promise<RelayServer> {
  const { relay, log, trustProxy } = options
  const { clock } = deps
  const refused = new Map<number, number>()
  let isStopping = false
  const routes: RouteOptions = {
    clock,
    relay,
    log,
    metrics: () => metrics.text(),
    isStopping: () => isStopping,
    allowedOrigins: new Set(options.allowedOrigins),
    isServedHost: hostCheck(options.publicHosts),
    addressOf: request => clientAddress(request, trustProxy),
    refused({ status }: ErrorResponse) {
      refused.set(status, (refused.get(status) ?? 0) + 1)
      if (status === 429) relay.limitLog.record('requests')
    },
  }
  const app = openApp(options, routes)
  const cutConnections = limitConnections(app.server, options, routes)
  let { certificateEndsAt = null } = options
  const counted = {
    ...{ refused, cutConnections },
    get certificateEndsAt() {
      return certificateEndsAt
    },
  }
  const metrics = openMetrics(relay, counted, options.version)
  addCommonHooks(app, routes)
  addRoutes(app, routes)
  addReadRoutes(app, routes)
  addAdminRoute(app, { deps, store: options.store, options: routes })
  options.addRoutes?.(app, routes)
  const closeEndpoint = openWebSocketEndpoint(app.server, {
    ...routes,
    yieldToEventLoop: then => deps.yieldToEventLoop(then),
    deflate: options.deflate ?? null,
  })
  await listen(app, options)
  const address = app.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    metrics: routes.metrics,
    replaceTls(tls, endsAt) {
      const replace: unknown = Reflect.get(app.server, 'setSecureContext')
      if (typeof replace !== 'function') throw new TypeError('the server has no TLS')
      Reflect.apply(replace, app.server, [tls])
      certificateEndsAt = endsAt
    },
    async stop() {
      if (isStopping) return
      isStopping = true
      log.info('stopping', { connections: relay.load().connections })
      await new Promise<void>(resolve => clock.after(options.unreadyMs, resolve))
      await relay.stop()
      await closeEndpoint()
      app.server.closeAllConnections()
      await app.close()
      metrics.close()
      log.info('stopped')
    },
  }
}
