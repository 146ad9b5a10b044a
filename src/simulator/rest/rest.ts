import { TokenBuckets } from '../../domain/token-bucket.ts'
import type { ExchangeRequest, ExchangeResponse } from '../../ports/simulated-exchange.ts'
import { type ApiKey, signedRestRequest, verifySignature } from '../auth/request-signature.ts'
import { exchangeNow, type SimulatorContext, tickerView } from '../context.ts'
import { BadRequest } from '../protocol/query.ts'
import { ROUTES, type Route } from './routes.ts'
import { isWriteRoute } from './write-routes.ts'

/** Requests per second: of one key, and of one unsigned peer. */
const SIGNED_PER_SECOND = 5
const UNSIGNED_PER_SECOND = 1

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

function refusal(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } }
}

const NOT_FOUND: Answer = { status: 404, body: { message: 'Not found' } }

const TOO_MANY: Answer = {
  ...refusal(429, 'TOO_MANY_REQUESTS', 'Too many requests'),
  headers: { 'retry-after': '1' },
}

/** What the exchange answers while the `status` knob is on. */
function statusAnswer(code: number): Answer {
  if (code === 429) return TOO_MANY
  if (code === 401) return refusal(401, 'UNAUTHORIZED', 'Unauthorized')
  if (code === 403) return refusal(403, 'FORBIDDEN', 'Forbidden')
  if (code === 404) return NOT_FOUND
  if (code === 503) return refusal(503, 'SERVICE_UNAVAILABLE', 'Trading engine is temporarily unavailable')
  if (code >= 500) return refusal(code, 'INTERNAL_SERVER_ERROR', 'Internal server error')
  return refusal(code, 'BAD_REQUEST', 'Bad request')
}

/** Who signed: a key, nobody, or a reason to refuse. */
function signerOf(core: SimulatorContext, request: ExchangeRequest): ApiKey | null | Answer {
  const { headers, method, target, body } = request
  const proof = signedRestRequest(headers, method, target, body)
  if (proof === null) return null
  if (typeof proof === 'string') return refusal(401, 'UNAUTHORIZED', proof)
  const verdict = verifySignature(core.keys(), core.hmac, exchangeNow(core), proof)
  return 'key' in verdict ? verdict.key : refusal(401, 'UNAUTHORIZED', verdict.refused)
}

/** A copy of a JSON value without a field, wherever it stands. */
function without(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map(item => without(item, field))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => name !== field)
  return Object.fromEntries(kept.map(([name, inner]) => [name, without(inner, field)]))
}

/** REST v3: one request in, one reply out. */
export function openRest(core: SimulatorContext): (request: ExchangeRequest) => ExchangeResponse {
  const buckets = new TokenBuckets()
  const { faults, clock } = core

  function mayAsk(who: string, perSecond: number): boolean {
    return buckets.take(who, { burst: perSecond, perSecond }, clock.nowMs())
  }

  function ask(route: Route, search: string): Answer {
    const query = new URLSearchParams(search)
    try {
      return { status: 200, body: route.reply({ ...tickerView(core), state: core.state, query }) }
    } catch (error) {
      if (error instanceof BadRequest) return refusal(400, 'BAD_REQUEST', error.message)
      throw error
    }
  }

  function answer(request: ExchangeRequest, path: string, route: Route | undefined): Answer {
    if (faults.status !== null && clock.nowMs() < faults.status.until) return statusAnswer(faults.status.code)
    if (isWriteRoute(request.method, path)) return refusal(403, 'FORBIDDEN', 'The simulator takes no orders')
    if (route === undefined) return NOT_FOUND
    const signer = signerOf(core, request)
    if (signer !== null && 'status' in signer) return signer
    if (signer === null && route.scope !== null) {
      return refusal(401, 'UNAUTHORIZED', 'Missing header lnm-access-key')
    }
    const allowed =
      signer === null
        ? mayAsk(`peer ${request.peer}`, UNSIGNED_PER_SECOND)
        : mayAsk(`key ${signer.credentials.key}`, SIGNED_PER_SECOND)
    if (!allowed) return TOO_MANY
    if (route.scope !== null && !signer?.scopes.includes(route.scope)) {
      return refusal(403, 'FORBIDDEN', `The key lacks the scope ${route.scope}`)
    }
    return ask(route, request.target.slice(path.length))
  }

  function textOf(value: unknown): string {
    const { omit } = faults
    const text = JSON.stringify(
      omit !== null && clock.nowMs() < omit.until ? without(value, omit.field) : value,
    )
    return clock.nowMs() < faults.truncateUntil ? text.slice(0, Math.ceil(text.length / 2)) : text
  }

  return request => {
    const path = request.target.split('?', 1)[0] ?? ''
    const route = request.method === 'GET' ? ROUTES.get(path) : undefined
    const { status, body, headers } = answer(request, path, route)
    // Worked out now and kept back: what is delivered later is the truth of this moment.
    const heldMs = route?.snapshot === true ? Math.max(0, faults.holdUntil - clock.nowMs()) : 0
    return {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-axisor-simulated': '1', ...headers },
      body: textOf(body),
      delayMs: faults.slowMs + heldMs,
    }
  }
}
