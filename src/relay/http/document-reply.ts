import type { FastifyReply, FastifyRequest } from 'fastify'
import { AxisorError } from '../../domain/error.ts'
import type { DocumentAnswer } from '../document-answer.ts'
import { badRequest, ERROR_RESPONSES, type ErrorResponse } from './error-response.ts'
import { JSON_TYPE, type RouteOptions, sendError } from './routes.ts'

/** Pause that a client is asked to make while the exchange is read. */
const PROGRESS_SECONDS = 1

/** Requests for documents that one token may send at once, and per second, to the routes of one gate. */
export const DOCUMENT_RATE = { burst: 40, perSecond: 5 }

/** The parameters of a document. The user is in the grant: a relay behind this one selects the account by its token. */
export function documentParameters({ query }: FastifyRequest): Readonly<Record<string, unknown>> {
  const { user: _user, ...parameters } = query as Readonly<Record<string, unknown>>
  return parameters
}

/** Sends a document that is made from the exchange: 200 or 304 with its entity tag, 202 while it is made, or an error. */
export async function sendDocument(
  make: () => Promise<DocumentAnswer>,
  request: FastifyRequest,
  reply: FastifyReply,
  options: RouteOptions,
): Promise<FastifyReply> {
  try {
    const answer = await make()
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
