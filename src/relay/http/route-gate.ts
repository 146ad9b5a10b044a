import type { FastifyReply, FastifyRequest } from 'fastify'
import { type TokenBucketLimits, TokenBuckets } from '../../domain/token-bucket.ts'
import type { TokenScope } from '../../ports/relay-store.ts'
import type { Grant } from '../auth/token-grant.ts'
import { ERROR_RESPONSES } from './error-response.ts'
import { grantFor, type RouteOptions, sendError } from './routes.ts'

/** Admits requests with a scope, each token within a rate. */
export class RouteGate {
  readonly #options: RouteOptions
  readonly #scope: TokenScope
  readonly #rate: TokenBucketLimits
  readonly #buckets = new TokenBuckets()

  constructor(options: RouteOptions, scope: TokenScope, rate: TokenBucketLimits) {
    this.#options = options
    this.#scope = scope
    this.#rate = rate
  }

  /** Returns the grant of a request, or sends an error and returns null. */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<Grant | null> {
    const options = this.#options
    if (options.isStopping()) {
      sendError(reply, ERROR_RESPONSES.stopping, options)
      return null
    }
    const grant = await grantFor(this.#scope, request, reply, options)
    if (grant === null) return null
    if (this.#buckets.take(grant.tokenId, this.#rate, options.clock.nowMs())) return grant
    sendError(reply, ERROR_RESPONSES.tooMany, options)
    return null
  }
}
