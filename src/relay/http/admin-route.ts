import type { FastifyInstance } from 'fastify'
import { wallNow } from '../../domain/wall-clock.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { decodeTokenRequest } from '../../wire/relay/token-request.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import { issueToken } from '../auth/issue-token.ts'
import type { RelayDeps } from '../context.ts'
import { badRequest, ERROR_RESPONSES } from './error-response.ts'
import { grantFor, type RouteOptions, sendError } from './routes.ts'

/**
 * Adds `POST /v1/tokens`: issues a token for a user, for callers with the scope `admin`. The token's text is returned
 * only here.
 */
export function addAdminRoute(
  app: FastifyInstance,
  {
    deps,
    store,
    options,
  }: { readonly deps: RelayDeps; readonly store: RelayStore; readonly options: RouteOptions },
): void {
  app.post('/v1/tokens', async (request, reply) => {
    if ((await grantFor('admin', request, reply, options)) === null) return reply
    const tokenRequest = decodeTokenRequest(request.body)
    if (!tokenRequest.ok)
      return sendError(
        reply,
        badRequest(`${tokenRequest.fault.where}: ${tokenRequest.fault.message}`),
        options,
      )
    const { user: name, ...rest } = tokenRequest.value
    if (rest.expiresAt !== null && rest.expiresAt <= wallNow(deps.clock))
      return sendError(reply, badRequest('body: expiresAt is in the past'), options)
    const user = (await wrapDatabaseErrors(store.users())).find(each => each.name === name)
    if (user === undefined)
      return sendError(reply, { ...ERROR_RESPONSES.notFound, message: 'no such user' }, options)
    const issued = await wrapDatabaseErrors(issueToken(deps, store, { userId: user.id, ...rest }))
    if (issued === null) return sendError(reply, ERROR_RESPONSES.notFound, options)
    const { id, prefix, scopes, expiresAt } = issued.token
    return reply.code(201).send({
      id,
      token: issued.text,
      prefix,
      user: user.name,
      name: rest.name,
      scopes,
      expiresAt: iso(expiresAt),
    })
  })
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
