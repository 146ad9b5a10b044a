import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import {
  LEDGER_DOCUMENT_NAMES,
  LEDGER_DOCUMENTS,
  type LedgerDocumentName,
} from '../../wire/relay/ledger-documents.ts'
import { decodeLedgerRequest } from '../../wire/relay/ledger-query.ts'
import type { Grant } from '../auth/token-grant.ts'
import { badRequest, ERROR_RESPONSES, type ErrorResponse } from '../http/error-response.ts'
import { ReadGate } from '../http/read-gate.ts'
import { JSON_TYPE, type RouteOptions, sendError } from '../http/routes.ts'
import type { LedgerService } from './ledger-service.ts'

/** Requests that one token may send at once, and per second. */
const RATE = { burst: 40, perSecond: 5 }

/** Pause that a client is asked to make while the history is read. */
const PROGRESS_SECONDS = 1

/** Adds a route per document of a ledger, with the scope `read` or `read-all`. Without ledgers they state why there are none. */
export function addLedgerRoutes(app: FastifyInstance, options: RouteOptions): void {
  const gate = new ReadGate(options, RATE)
  for (const name of LEDGER_DOCUMENT_NAMES)
    app.get(`/v1/${name}`, async (request, reply) => {
      const grant = await gate.admit(request, reply)
      if (grant === null) return reply
      const { ledgers } = options.relay
      if (ledgers === null) return sendError(reply, ERROR_RESPONSES.noLedgers, options)
      return sendDocument({ name, ledgers, grant }, request, reply, options)
    })
}

interface Requested {
  readonly name: LedgerDocumentName
  readonly ledgers: LedgerService
  readonly grant: Grant
}

async function sendDocument(
  { name, ledgers, grant }: Requested,
  request: FastifyRequest,
  reply: FastifyReply,
  options: RouteOptions,
): Promise<FastifyReply> {
  // The user is in the grant. A relay behind this one selects the account by its token.
  const { user: _user, ...parameters } = request.query as Readonly<Record<string, unknown>>
  const decoded = decodeLedgerRequest(parameters, LEDGER_DOCUMENTS[name], wallNow(options.clock))
  if (!decoded.ok)
    return sendError(reply, badRequest(`${decoded.fault.where}: ${decoded.fault.message}`), options)
  try {
    const key = JSON.stringify(Object.entries(parameters).toSorted())
    const answer = await ledgers.answer(grant, { name, request: decoded.value, key })
    if (answer.kind === 'progress')
      return reply
        .code(202)
        .header('retry-after', String(PROGRESS_SECONDS))
        .type(JSON_TYPE)
        .send(JSON.stringify({ type: 'progress', rows: answer.rows }))
    reply.header('cache-control', 'private, no-cache')
    if (answer.etag !== '') reply.header('etag', answer.etag)
    if (!reply.hasHeader('vary')) reply.header('vary', 'Authorization')
    if (answer.etag !== '' && request.headers['if-none-match'] === answer.etag) return reply.code(304).send()
    return reply.type(JSON_TYPE).send(answer.body)
  } catch (error) {
    const response = errorOf(error)
    // The client retries on a new connection, which a balancer may lead to the relay that holds the account.
    if (error instanceof AxisorError && error.code === 'unavailable') reply.header('connection', 'close')
    if (response === null) throw error
    return sendError(reply, response, options)
  }
}

/** Returns the response to an error that concerns the request; null for any other. */
function errorOf(error: unknown): ErrorResponse | null {
  if (!(error instanceof AxisorError)) return null
  const { code, message, httpStatus } = error
  if (code === 'usage') return badRequest(message)
  if (httpStatus === 409 && code === 'refused') return { status: 409, code, message, retryable: false }
  if (code === 'rate-limited') return { ...ERROR_RESPONSES.tooMany, message, afterSeconds: 2 }
  return null
}
