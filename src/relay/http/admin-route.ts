import type { FastifyInstance } from 'fastify'
import type { RelayStore } from '../../ports/relay-store.ts'
import { decodeTokenRequest } from '../../wire/relay/token-request.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import { issueToken } from '../auth/issue-token.ts'
import type { RelayDeps } from '../context.ts'
import { ERROR_RESPONSES, type ErrorResponse } from './error-response.ts'
import { grantFor, type RouteOptions, sendError } from './routes.ts'

/** `POST /v1/tokens`, for a token with the scope `admin`: a new token for a user, told this one time. */
export function addAdminRoute(
  app: FastifyInstance,
  {
    world,
    store,
    options,
  }: { readonly world: RelayDeps; readonly store: RelayStore; readonly options: RouteOptions },
): void {
  app.post('/v1/tokens', async (request, reply) => {
    if ((await grantFor('admin', request, reply, options)) === null) return reply
    const wish = decodeTokenRequest(request.body)
    if (!wish.ok) return sendError(reply, badRequest(`${wish.fault.where}: ${wish.fault.message}`), options)
    const { user: name, ...rest } = wish.value
    if (rest.expiresAt !== null && rest.expiresAt <= world.clock.nowMs())
      return sendError(reply, badRequest('body: expiresAt is in the past'), options)
    const user = (await wrapDatabaseErrors(store.users())).find(each => each.name === name)
    if (user === undefined)
      return sendError(reply, { ...ERROR_RESPONSES.notFound, message: 'no such user' }, options)
    const issued = await wrapDatabaseErrors(issueToken(world, store, { userId: user.id, ...rest }))
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

function badRequest(message: string): ErrorResponse {
  return { status: 400, code: 'refused', message, retryable: false }
}
