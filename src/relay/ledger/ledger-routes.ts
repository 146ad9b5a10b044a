import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { wallNow } from '../../domain/wall-clock.ts'
import {
  LEDGER_DOCUMENT_NAMES,
  LEDGER_DOCUMENTS,
  type LedgerDocumentName,
} from '../../wire/relay/ledger-documents.ts'
import { decodeLedgerRequest } from '../../wire/relay/ledger-query.ts'
import type { Grant } from '../auth/token-grant.ts'
import { DOCUMENT_RATE, documentParameters, sendDocument } from '../http/document-reply.ts'
import { badRequest, ERROR_RESPONSES } from '../http/error-response.ts'
import { ReadGate } from '../http/read-gate.ts'
import { type RouteOptions, sendError } from '../http/routes.ts'
import type { LedgerService } from './ledger-service.ts'

/** Adds a route per document of a ledger, with the scope `read` or `read-all`. Without ledgers they state why there are none. */
export function addLedgerRoutes(app: FastifyInstance, options: RouteOptions): void {
  const gate = new ReadGate(options, DOCUMENT_RATE)
  for (const name of LEDGER_DOCUMENT_NAMES)
    app.get(`/v1/${name}`, async (request, reply) => {
      const grant = await gate.admit(request, reply)
      if (grant === null) return reply
      const { ledgers } = options.relay
      if (ledgers === null) return sendError(reply, ERROR_RESPONSES.noLedgers, options)
      return answer({ name, ledgers, grant }, request, reply, options)
    })
}

interface Requested {
  readonly name: LedgerDocumentName
  readonly ledgers: LedgerService
  readonly grant: Grant
}

async function answer(
  { name, ledgers, grant }: Requested,
  request: FastifyRequest,
  reply: FastifyReply,
  options: RouteOptions,
): Promise<FastifyReply> {
  const parameters = documentParameters(request)
  const decoded = decodeLedgerRequest(parameters, LEDGER_DOCUMENTS[name], wallNow(options.clock))
  if (!decoded.ok)
    return sendError(reply, badRequest(`${decoded.fault.where}: ${decoded.fault.message}`), options)
  const key = JSON.stringify(Object.entries(parameters).toSorted())
  return sendDocument(
    () => ledgers.answer(grant, { name, request: decoded.value, key }),
    request,
    reply,
    options,
  )
}
