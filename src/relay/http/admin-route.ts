import type { FastifyInstance, FastifyReply } from 'fastify'
import { TokenBuckets } from '../../domain/token-bucket.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { RelayStore } from '../../ports/relay-store.ts'
import { decodeTokenRequest, type TokenRequest } from '../../wire/relay/token-request.ts'
import { wrapDatabaseErrors } from '../auth/database-errors.ts'
import { hasRoomForToken, type IssuedToken, issueToken, MAX_VALID_TOKENS } from '../auth/issue-token.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayDeps } from '../context.ts'
import { badRequest, ERROR_RESPONSES, type ErrorResponse } from './error-response.ts'
import { ownUserRefusal } from './requested-user.ts'
import { grantFor, type RouteOptions, sendError } from './routes.ts'

/** Tokens that the tokens of one user may issue at once, and per second. */
const ISSUE_RATE = { burst: 20, perSecond: 1 / 3 }

const FULL: ErrorResponse = {
  status: 409,
  code: 'refused',
  message: `the user has ${MAX_VALID_TOKENS} valid tokens: revoke those that are not used`,
  retryable: false,
}

interface AdminRouteOptions {
  readonly deps: RelayDeps
  readonly store: RelayStore
  readonly options: RouteOptions
}

/** A token issued over HTTP, and the name of its user. */
interface IssuedFor extends IssuedToken {
  readonly userName: string
}

/**
 * Adds `POST /v1/tokens`: issues a token for a user, for callers with the scope `admin`. The token's text is returned
 * only here. The new token ends with the one that issues it.
 */
export function addAdminRoute(app: FastifyInstance, { deps, store, options }: AdminRouteOptions): void {
  const buckets = new TokenBuckets()
  app.post('/v1/tokens', async (request, reply) => {
    const grant = await grantFor(['admin'], request, reply, options)
    if (grant === null) return reply
    const refusal = ownUserRefusal(grant, request.raw.url)
    if (refusal !== null) return sendError(reply, refusal, options)
    const tokenRequest = decodeTokenRequest(request.body)
    if (!tokenRequest.ok) {
      const { where, message } = tokenRequest.fault
      return sendError(reply, badRequest(`${where}: ${message}`), options)
    }
    if (!buckets.take(grant.userId, ISSUE_RATE, deps.clock.nowMs()))
      return sendError(reply, ERROR_RESPONSES.tooMany, options)
    const issued = await issueFor(grant, tokenRequest.value, deps, store)
    if (issued === FULL) options.relay.limitLog.record('tokens', grant.userId)
    if ('status' in issued) return sendError(reply, issued, options)
    const { id, userId, scopes } = issued.token
    options.log.info('token issued', {
      tokenId: id,
      user: userId,
      by: grant.tokenId,
      scopes: scopes.join(','),
    })
    return sendIssued(reply, issued)
  })
}

async function issueFor(
  { tokenId, expiresAt: end, scopes: own }: Grant,
  { user: name, expiresAt: requested, ...rest }: TokenRequest,
  deps: RelayDeps,
  store: RelayStore,
): Promise<IssuedFor | ErrorResponse> {
  const now = wallNow(deps.clock)
  if (rest.scopes.includes('read-all') && !own.includes('read-all')) return ERROR_RESPONSES.mayNotIssue
  if (requested !== null && requested <= now) return badRequest('body: expiresAt is in the past')
  if (requested !== null && end !== null && requested > end)
    return badRequest('body: expiresAt is after the expiry of the token that issues it')
  const user = await wrapDatabaseErrors(store.findUser(name))
  if (user === null) return { ...ERROR_RESPONSES.notFound, message: 'no such user' }
  if (!(await wrapDatabaseErrors(hasRoomForToken(store, user.id, now)))) return FULL
  const token = { userId: user.id, ...rest, expiresAt: requested ?? end, issuedBy: tokenId }
  const issued = await wrapDatabaseErrors(issueToken(deps, store, token))
  // The user was removed, or the token that issues it revoked, meanwhile.
  return issued === null ? ERROR_RESPONSES.notFound : { ...issued, userName: user.name }
}

function sendIssued(reply: FastifyReply, { text, token, userName }: IssuedFor): FastifyReply {
  const { id, prefix, name, scopes, expiresAt } = token
  const expires = expiresAt === null ? null : new Date(expiresAt).toISOString()
  return reply.code(201).send({ id, token: text, prefix, user: userName, name, scopes, expiresAt: expires })
}
