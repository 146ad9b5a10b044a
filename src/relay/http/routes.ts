import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AxisorError } from '../../domain/error.ts'
import { TokenBuckets } from '../../domain/token-bucket.ts'
import type { Clock } from '../../ports/clock.ts'
import type { TokenScope } from '../../ports/relay-store.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayLog } from '../context.ts'
import type { Relay } from '../relay.ts'
import { bearerOf, hasTokenInQuery } from './bearer.ts'
import {
  ERROR_RESPONSES,
  type ErrorResponse,
  errorBody,
  errorHeaders,
  TIME_HEADER,
} from './error-response.ts'
import { STREAM_PATH } from './websocket-endpoint.ts'

/** A database that was silent for so long makes the relay unfit for new clients. */
const DATABASE_SILENT_MS = 10_000

const JSON_TYPE = 'application/json; charset=utf-8'

/** Requests for a snapshot that one token may send at once, and each second. */
const SNAPSHOT_RATE = { burst: 40, perSecond: 10 }

export interface RouteOptions {
  readonly clock: Clock
  readonly relay: Relay
  readonly log: RelayLog
  metrics(): Promise<string>
  isStopping(): boolean
  refused(refusal: ErrorResponse): void
  /** Web pages that may ask. Programs that are no browser name no page. */
  readonly allowedOrigins: ReadonlySet<string>
  /** True for whoever asks from this machine, and not through a proxy. */
  isLocal(request: FastifyRequest): boolean
}

/** Answers without what was asked for. */
export function sendError(reply: FastifyReply, refusal: ErrorResponse, options: RouteOptions): FastifyReply {
  options.refused(refusal)
  return reply
    .code(refusal.status)
    .headers(errorHeaders(refusal))
    .type(JSON_TYPE)
    .send(errorBody(refusal, options.clock.nowMs()))
}

/** The grant of who asks, if it has a scope; else null, and the request has been refused. */
export async function grantFor(
  scope: TokenScope,
  request: FastifyRequest,
  reply: FastifyReply,
  options: RouteOptions,
): Promise<Grant | null> {
  const token = bearerOf({ authorization: request.headers.authorization })
  const grant = token === null ? null : await options.relay.authenticate(token)
  if (grant?.scopes.includes(scope)) return grant
  sendError(reply, grant === null ? ERROR_RESPONSES.noToken : ERROR_RESPONSES.scope, options)
  return null
}

/** The headers of every answer. */
export function commonHeaders({ clock }: RouteOptions): Readonly<Record<string, string>> {
  return {
    [TIME_HEADER]: String(clock.nowMs()),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
}

/** What every request goes through, and how errors are told: never with the words of the request, never with ours of a bug. */
export function addCommonHooks(app: FastifyInstance, options: RouteOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(commonHeaders(options))
    if (hasTokenInQuery(request.raw.url ?? '')) return sendError(reply, ERROR_RESPONSES.tokenInQuery, options)
    const { origin } = request.headers
    if (origin !== undefined && !options.allowedOrigins.has(origin))
      return sendError(reply, ERROR_RESPONSES.origin, options)
  })
  app.setNotFoundHandler((_request, reply) => sendError(reply, ERROR_RESPONSES.notFound, options))
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    if (error instanceof AxisorError) return sendError(reply, refusalOf(error), options)
    const isTheirs = error.statusCode !== undefined && error.statusCode < 500
    if (isTheirs)
      return sendError(
        reply,
        { ...ERROR_RESPONSES.unreadable, status: error.statusCode === 413 ? 413 : 400 },
        options,
      )
    options.log.warn('bug', { at: placesOf(error) })
    return sendError(reply, ERROR_RESPONSES.bug, options)
  })
}

/** Where in the program something failed: its message may quote what it failed on. */
function placesOf({ name, stack = '' }: Error): string {
  const places = stack.split('\n').filter(line => line.startsWith('    at '))
  return [name, ...places.map(line => line.trim())].join(' ')
}

/** A failure in the words of HTTP. A key that the exchange refuses is no fault of who asks, so it is not 401. */
function refusalOf({ code, message, retryable }: AxisorError): ErrorResponse {
  if (retryable) return { status: 503, code, message, retryable, afterSeconds: 2 }
  return { status: 502, code, message, retryable }
}

/** Health, readiness, metrics, and a snapshot for those who have no WebSocket. */
export function addRoutes(app: FastifyInstance, options: RouteOptions): void {
  const { relay, clock } = options
  app.get('/healthz', (_request, reply) => reply.type(JSON_TYPE).send('{"status":"ok"}'))
  app.get('/readyz', (_request, reply) => {
    if (options.isStopping()) return sendError(reply, ERROR_RESPONSES.stopping, options)
    if (relay.load().databaseSilentMs > DATABASE_SILENT_MS)
      return sendError(reply, ERROR_RESPONSES.database, options)
    return reply.type(JSON_TYPE).send('{"status":"ready"}')
  })
  app.get('/metrics', async (request, reply) => {
    if (!options.isLocal(request) && (await grantFor('admin', request, reply, options)) === null) return reply
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await options.metrics())
  })
  app.get(STREAM_PATH, (_request, reply) => sendError(reply, ERROR_RESPONSES.noWebSocket, options))
  const buckets = new TokenBuckets()
  app.get('/v1/snapshot', async (request, reply) => {
    if (options.isStopping()) return sendError(reply, ERROR_RESPONSES.stopping, options)
    const grant = await grantFor('read', request, reply, options)
    if (grant === null) return reply
    if (!buckets.take(grant.tokenId, SNAPSHOT_RATE, clock.nowMs()))
      return sendError(reply, ERROR_RESPONSES.tooMany, options)
    const snapshot = await relay.snapshot(grant)
    if (snapshot === null) return sendError(reply, ERROR_RESPONSES.noSnapshot, options)
    reply.headers({ etag: snapshot.etag, 'cache-control': 'private, no-cache', vary: 'Authorization' })
    reply.header(TIME_HEADER, String(clock.nowMs()))
    if (request.headers['if-none-match'] === snapshot.etag) return reply.code(304).send()
    return reply.type(JSON_TYPE).send(snapshot.body)
  })
}
