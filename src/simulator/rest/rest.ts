import type { ExchangeRequest, ExchangeResponse } from '../../ports/simulated-exchange.ts'
import { type ApiKey, signedRestRequest, verifySignature } from '../auth/request-signature.ts'
import { exchangeTimeMs, type SimulatorContext, tickerView } from '../context.ts'
import { BadRequest, pageRequest } from '../protocol/query.ts'
import { activeChanges, applyRowChanges } from '../protocol/row-change.ts'
import { openReplyCache } from './reply-cache.ts'
import { RequestCounter } from './request-limits.ts'
import {
  encodeChanged,
  type ReplacedReply,
  type RouteFault,
  replacedReply,
  routeFaultFor,
} from './route-fault.ts'
import { REMOVED_ROUTES, ROUTES, type Route } from './routes.ts'
import { isWriteRoute } from './write-routes.ts'

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

function errorReply(status: number, code: string, message: string): Reply {
  return { status, body: { code, message } }
}

const NOT_FOUND: Reply = { status: 404, body: { message: 'Not found' } }

const TOO_MANY_REQUESTS: Reply = {
  ...errorReply(429, 'TOO_MANY_REQUESTS', 'Too many requests'),
  headers: { 'retry-after': '1' },
}

/** The reply while the `status` knob is active. */
function statusReply(code: number): Reply {
  if (code === 429) return TOO_MANY_REQUESTS
  if (code === 401) return errorReply(401, 'UNAUTHORIZED', 'Unauthorized')
  if (code === 403) return errorReply(403, 'FORBIDDEN', 'Forbidden')
  if (code === 404) return NOT_FOUND
  if (code === 503) return errorReply(503, 'SERVICE_UNAVAILABLE', 'Trading engine is temporarily unavailable')
  if (code >= 500) return errorReply(code, 'INTERNAL_SERVER_ERROR', 'Internal server error')
  return errorReply(code, 'BAD_REQUEST', 'Bad request')
}

/** Returns the key that signed the request, null if it is unsigned, or the reply that rejects it. */
function signerOf(context: SimulatorContext, request: ExchangeRequest): ApiKey | null | Reply {
  const { headers, method, target, body } = request
  const signedRequest = signedRestRequest(headers, method, target, body)
  if (signedRequest === null) return null
  if (typeof signedRequest === 'string') return errorReply(401, 'UNAUTHORIZED', signedRequest)
  const result = verifySignature(context.keys(), context.hmac, exchangeTimeMs(context), signedRequest)
  return 'key' in result ? result.key : errorReply(401, 'UNAUTHORIZED', result.refused)
}

/** Copies a JSON value without the field, at any depth. */
function omitField(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map(item => omitField(item, field))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => name !== field)
  return Object.fromEntries(kept.map(([name, inner]) => [name, omitField(inner, field)]))
}

const SIMULATED = { 'x-axisor-simulated': '1' }

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', ...SIMULATED }

/** The `Date` of the exchange's clock. The HTTP server writes its own while they agree; a reply with that one would look stored. */
function dateHeaders(context: SimulatorContext): Readonly<Record<string, string>> {
  return context.faults.skewMs === 0 ? {} : { date: new Date(exchangeTimeMs(context)).toUTCString() }
}

function replacedResponse(
  { status, headers, body, isSilent }: ReplacedReply,
  slowMs: number,
): ExchangeResponse {
  const delayMs = isSilent ? Number.POSITIVE_INFINITY : slowMs
  return { status, headers: { ...SIMULATED, ...headers }, body, delayMs }
}

/** Opens REST v3: the returned function handles one request. */
export function openRest(context: SimulatorContext): (request: ExchangeRequest) => ExchangeResponse {
  const counter = new RequestCounter()
  const cache = openReplyCache()
  const { faults, clock } = context

  function routeOf(path: string): Route | undefined {
    return ROUTES.get(path) ?? (faults.servesOracle ? REMOVED_ROUTES.get(path) : undefined)
  }

  function runRoute(route: Route, search: string): Reply {
    const query = new URLSearchParams(search)
    try {
      const page = () => pageRequest(query, faults.cursor)
      return { status: 200, body: route.reply({ ...tickerView(context), state: context.state, query, page }) }
    } catch (error) {
      if (error instanceof BadRequest) return errorReply(400, 'BAD_REQUEST', error.message)
      throw error
    }
  }

  function replyTo(request: ExchangeRequest, path: string, route: Route | undefined): Reply {
    if (faults.status !== null && clock.nowMs() < faults.status.until) return statusReply(faults.status.code)
    if (isWriteRoute(request.method, path))
      return errorReply(403, 'FORBIDDEN', 'The simulator does not accept orders')
    if (route === undefined) return NOT_FOUND
    const signer = signerOf(context, request)
    if (signer !== null && 'status' in signer) return signer
    if (signer === null && route.scope !== null) {
      return errorReply(401, 'UNAUTHORIZED', 'Missing header lnm-access-key')
    }
    const { isAccepted, headers } =
      signer === null
        ? counter.admit(`peer ${request.peer}`, faults.limits.public, clock.nowMs())
        : counter.admit(`key ${signer.credentials.key}`, faults.limits.signed, clock.nowMs())
    const reply = isAccepted
      ? acceptedReply(request, path, route, signer)
      : errorReply(429, 'TOO_MANY_REQUESTS', 'Too many requests')
    return { ...reply, headers: { ...reply.headers, ...headers } }
  }

  function acceptedReply(request: ExchangeRequest, path: string, route: Route, signer: ApiKey | null): Reply {
    if (route.scope !== null && !signer?.scopes.includes(route.scope)) {
      return errorReply(403, 'FORBIDDEN', `The key lacks the scope ${route.scope}`)
    }
    return runRoute(route, request.target.slice(path.length))
  }

  function encode(path: string, { status, body }: Reply, fault: RouteFault | null) {
    const now = clock.nowMs()
    const { omit, truncateUntil } = faults
    const value = omit !== null && now < omit.until ? omitField(body, omit.field) : body
    const truncated = now < truncateUntil ? 'truncated' : null
    if (status !== 200) return encodeChanged(value, truncated)
    const changes = activeChanges(faults.rows, path, now)
    return encodeChanged(applyRowChanges(value, changes), fault?.answer ?? truncated)
  }

  return request => {
    const path = request.target.split('?', 1)[0] ?? ''
    const fault = routeFaultFor(faults.routes, path, clock.nowMs())
    const replaced = fault === null ? null : replacedReply(fault, code => statusReply(code).body)
    if (replaced !== null) return replacedResponse(replaced, faults.slowMs)
    const route = request.method === 'GET' ? routeOf(path) : undefined
    const reply = replyTo(request, path, route)
    const { headers, ...content } = encode(path, reply, fault)
    // The body is computed now and delivered after the hold, so it holds the state at request time.
    const heldMs = route?.snapshot === true ? Math.max(0, faults.holdUntil - clock.nowMs()) : 0
    const date = fault?.answer === 'stored' ? {} : dateHeaders(context)
    const response = {
      status: reply.status,
      headers: { ...JSON_HEADERS, ...date, ...reply.headers, ...headers },
      ...content,
      delayMs: faults.slowMs + heldMs,
    }
    if (fault?.answer !== 'stored') return response
    return cache.replyTo(request.target, fault, exchangeTimeMs(context), response)
  }
}
