import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TokenBucketLimits } from '../../domain/token-bucket.ts'
import { RELAY_USER_HEADER } from '../../wire/relay/messages.ts'
import type { Grant } from '../auth/token-grant.ts'
import { ACCESS_ERRORS, requestedUser } from './requested-user.ts'
import { RouteGate } from './route-gate.ts'
import { type RouteOptions, sendError } from './routes.ts'

/** Admits requests that read an account: that of the token's user, or of the one that the parameter `user` names. */
export class ReadGate {
  readonly #options: RouteOptions
  readonly #gate: RouteGate

  /** The rate is that of a token, whichever accounts it reads. */
  constructor(options: RouteOptions, rate: TokenBucketLimits) {
    this.#options = options
    this.#gate = new RouteGate(options, ['read', 'read-all'], rate, { namesUser: true })
  }

  /** Returns the grant for the account of a request, or sends an error and returns null. */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<Grant | null> {
    const own = await this.#gate.admit(request, reply)
    if (own === null) return null
    const userName = requestedUser(request.raw.url ?? '')
    if (typeof userName === 'object' && userName !== null) {
      sendError(reply, userName, this.#options)
      return null
    }
    const grant = await this.#options.relay.accountGrant(own, userName)
    if (typeof grant === 'string') {
      sendError(reply, ACCESS_ERRORS[grant], this.#options)
      return null
    }
    reply.header(RELAY_USER_HEADER, grant.account.userName)
    return grant
  }
}
