import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TokenBucketLimits, TokenBuckets } from '../../domain/token-bucket.ts'
import type { TokenScope } from '../../ports/relay-store.ts'
import type { Grant } from '../auth/token-grant.ts'
import { ERROR_RESPONSES, type ErrorResponse } from './error-response.ts'
import { ownUserRefusal } from './requested-user.ts'
import { grantFor, type RouteOptions, sendError } from './routes.ts'

/** Admits requests with one of some scopes, each token within a rate. */
export class RouteGate {
  readonly #options: RouteOptions
  readonly #scopes: readonly TokenScope[]
  readonly #rate: TokenBucketLimits
  readonly #namesUser: boolean
  readonly #buckets = new TokenBuckets()

  /** `namesUser`: the caller handles the parameter `user`. Otherwise a request that names another user is refused. */
  constructor(
    options: RouteOptions,
    scopes: readonly TokenScope[],
    rate: TokenBucketLimits,
    { namesUser } = { namesUser: false },
  ) {
    this.#options = options
    this.#scopes = scopes
    this.#rate = rate
    this.#namesUser = namesUser
  }

  /** Returns the grant of a request, or sends an error and returns null. */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<Grant | null> {
    const options = this.#options
    if (options.isStopping()) {
      sendError(reply, ERROR_RESPONSES.stopping, options)
      return null
    }
    const grant = await grantFor(this.#scopes, request, reply, options)
    if (grant === null) return null
    const error = this.#refusal(grant, request)
    if (error === null) return grant
    sendError(reply, error, options)
    return null
  }

  #refusal(grant: Grant, { raw }: FastifyRequest): ErrorResponse | null {
    if (!this.#buckets.take(grant.tokenId, this.#rate, this.#options.clock.nowMs()))
      return ERROR_RESPONSES.tooMany
    return this.#namesUser ? null : ownUserRefusal(grant, raw.url)
  }
}
