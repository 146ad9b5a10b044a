import type { FastifyInstance } from 'fastify'
import { decodeCandlesRequest } from '../../wire/relay/candles-document.ts'
import { DOCUMENT_RATE, documentParameters, sendDocument } from '../http/document-reply.ts'
import { badRequest, ERROR_RESPONSES } from '../http/error-response.ts'
import { ReadGate } from '../http/read-gate.ts'
import { type RouteOptions, sendError } from '../http/routes.ts'

/** Adds the candles of a chart, with the scope `read` or `read-all`. */
export function addCandleRoutes(app: FastifyInstance, options: RouteOptions): void {
  const gate = new ReadGate(options, DOCUMENT_RATE)
  app.get('/v1/candles', async (request, reply) => {
    const grant = await gate.admit(request, reply)
    if (grant === null) return reply
    const { candles } = options.relay
    if (candles === null) return sendError(reply, ERROR_RESPONSES.noCandles, options)
    const range = decodeCandlesRequest(documentParameters(request))
    if (!range.ok)
      return sendError(reply, badRequest(`${range.fault.where}: ${range.fault.message}`), options)
    return sendDocument(() => candles.answer(grant, range.value), request, reply, options)
  })
}
