import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AxisorError } from '../../domain/error.ts'
import { TokenBuckets } from '../../domain/token-bucket.ts'
import type { Clock } from '../../ports/clock.ts'
import type { TokenScope } from '../../ports/relay-store.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayLog } from '../context.ts'
import { logBug } from '../log-bug.ts'
import type { Relay } from '../relay.ts'
import { bearerOf, hasTokenInQuery } from './bearer.ts'
import { crossOriginHeaders, isPreflight, PREFLIGHT_HEADERS } from './cross-origin.ts'
import {
  ERROR_RESPONSES,
  type ErrorResponse,
  errorBody,
  errorHeaders,
  TIME_HEADER,
} from './error-response.ts'
import { STREAM_PATHS } from './stream-paths.ts'

/** After this time without a database response the relay is not ready for new clients. */
const DATABASE_SILENT_MS = 10_000

/** The media type of metrics. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Health checks of load balancers and other monitors may send HEAD. */
export const WITH_HEAD = { exposeHeadRoute: true }

/** The media type of documents. */
export const JSON_TYPE = 'application/json; charset=utf-8'

/** Requests that one address may send at once, and per second: pipelined ones would delay all clients. */
const ADDRESS_RATE = { burst: 400, perSecond: 200 }

export interface RouteOptions {
  readonly clock: Clock
  readonly relay: Relay
  readonly log: RelayLog
  metrics(): Promise<string>
  isStopping(): boolean
  /** Returns the client's address for the limits. */
  addressOf(request: FastifyRequest['raw']): string
  refused(error: ErrorResponse): void
  /** Web origins that may use the relay. Requests of other programs have no origin. */
  readonly allowedOrigins: ReadonlySet<string>
  /** Returns true if the relay serves the name in a header `Host`. */
  isServedHost(header: string | undefined): boolean
}

/** Sends an error response and counts it. */
export function sendError(reply: FastifyReply, error: ErrorResponse, options: RouteOptions): FastifyReply {
  options.refused(error)
  return reply
    .code(error.status)
    .headers(errorHeaders(error))
    .type(JSON_TYPE)
    .send(errorBody(error, options.clock.nowMs()))
}

/** Returns the grant of a request's token; null without a valid token. */
async function authenticated(request: FastifyRequest, { relay }: RouteOptions): Promise<Grant | null> {
  const token = bearerOf({ authorization: request.headers.authorization })
  return token === null ? null : await relay.authenticate(token)
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

/** Returns the grant of a request if it has one of the scopes; otherwise sends an error and returns null. */
export async function grantFor(
  scopes: readonly TokenScope[],
  request: FastifyRequest,
  reply: FastifyReply,
  options: RouteOptions,
): Promise<Grant | null> {
  const grant = await authenticated(request, options)
  if (grant?.scopes.some(scope => scopes.includes(scope))) return grant
  sendError(reply, grant === null ? ERROR_RESPONSES.noToken : ERROR_RESPONSES.scope, options)
  return null
}

/** Returns the headers of every response. */
export function commonHeaders(
  { headers }: Pick<FastifyRequest, 'headers'>,
  { clock, allowedOrigins }: RouteOptions,
): Readonly<Record<string, string>> {
  return {
    ...crossOriginHeaders(headers, allowedOrigins),
    [TIME_HEADER]: String(clock.nowMs()),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
}

/** Adds the checks of every request, and the error handlers. Errors never quote the request or the text of a bug. */
export function addCommonHooks(app: FastifyInstance, options: RouteOptions): void {
  const buckets = new TokenBuckets()
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(commonHeaders(request, options))
    if (!buckets.take(options.addressOf(request.raw), ADDRESS_RATE, options.clock.nowMs()))
      return sendError(reply.header('connection', 'close'), ERROR_RESPONSES.tooMany, options)
    if (!options.isServedHost(request.headers.host)) return sendError(reply, ERROR_RESPONSES.host, options)
    if (hasTokenInQuery(request.raw.url ?? '')) return sendError(reply, ERROR_RESPONSES.tokenInQuery, options)
    const { origin } = request.headers
    if (origin !== undefined && !options.allowedOrigins.has(origin))
      return sendError(reply, ERROR_RESPONSES.origin, options)
    if (isPreflight(request.method, request.headers)) return reply.code(204).headers(PREFLIGHT_HEADERS).send()
    // Before the body is read: without a token a client must not make the relay wait for one.
    if (hasBody(request) && (await authenticated(request, options)) === null)
      return sendError(reply.header('connection', 'close'), ERROR_RESPONSES.noToken, options)
  })
  app.setNotFoundHandler((_request, reply) => sendError(reply, ERROR_RESPONSES.notFound, options))
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    if (error instanceof AxisorError) return sendError(reply, errorResponseOf(error), options)
    const isClientError = error.statusCode !== undefined && error.statusCode < 500
    if (isClientError)
      return sendError(
        reply,
        { ...ERROR_RESPONSES.unreadable, status: error.statusCode === 413 ? 413 : 400 },
        options,
      )
    logBug(options.log, error)
    return sendError(reply, ERROR_RESPONSES.bug, options)
  })
}

/**
 * Converts an error into an HTTP error. A key that the exchange rejected is not the caller's fault, so it is not 401.
 */
function errorResponseOf({ code, message, retryable }: AxisorError): ErrorResponse {
  if (retryable) return { status: 503, code, message, retryable, afterSeconds: 2 }
  return { status: 502, code, message, retryable }
}

/** True if an account whose alerts this relay delivers has had no fresh data for long. */
function isBlind(relay: Relay): boolean {
  return (relay.load().alerts?.blind ?? 0) > 0
}

/** Adds health, readiness and metrics. */
export function addRoutes(app: FastifyInstance, options: RouteOptions): void {
  const { relay } = options
  app.get('/healthz', WITH_HEAD, (_request, reply) =>
    reply.type(JSON_TYPE).send(JSON.stringify({ status: 'ok', alerts: isBlind(relay) ? 'blind' : 'ok' })),
  )
  // Apart from the health of the process: a refused key of one user must not make a load balancer drop the relay.
  app.get('/healthz/alerts', WITH_HEAD, (_request, reply) =>
    isBlind(relay)
      ? sendError(reply, ERROR_RESPONSES.blind, options)
      : reply.type(JSON_TYPE).send('{"status":"ok"}'),
  )
  app.get('/readyz', WITH_HEAD, (_request, reply) => {
    if (options.isStopping()) return sendError(reply, ERROR_RESPONSES.stopping, options)
    if (relay.load().databaseSilentMs > DATABASE_SILENT_MS)
      return sendError(reply, ERROR_RESPONSES.database, options)
    if (relay.load().isBrokerUp === false) return sendError(reply, ERROR_RESPONSES.broker, options)
    return reply.type(JSON_TYPE).send('{"status":"ready"}')
  })
  app.get('/metrics', WITH_HEAD, async (request, reply) => {
    if ((await grantFor(['admin'], request, reply, options)) === null) return reply
    return reply.type(METRICS_TYPE).send(await options.metrics())
  })
  // With HEAD, for the check of a proxy by `curl -I`.
  for (const path of STREAM_PATHS)
    app.get(path, WITH_HEAD, (_request, reply) => sendError(reply, ERROR_RESPONSES.noWebSocket, options))
}
