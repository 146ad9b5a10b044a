import type { Clock, Random } from '../../ports/clock.ts'
import type { RpcErrorReply } from '../../wire/lnm/replies.ts'
import { encodeRequest, type StreamRequest } from '../../wire/lnm/requests.ts'
import { RATE_LIMITS, RateLimiter } from './rate-limiter.ts'

const ID_BYTES = 8

/** An error reply of the stream. Its meaning depends on the request. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly refusal: RpcErrorReply

  constructor(refusal: RpcErrorReply) {
    super('the stream rejected a request')
    this.refusal = refusal
  }
}

interface PendingCall {
  readonly sentAt: number
  readonly resolve: (reply: RpcReply) => void
  readonly reject: (error: RpcError) => void
}

/** A result, and when the request was sent (our clock). */
export interface RpcReply {
  readonly result: unknown
  readonly sentAt: number
}

/** Matches requests and replies on one socket. Calls have no timeout: the connection's deadline ends them. */
export class RpcClient {
  readonly #clock: Clock
  readonly #random: Random
  readonly #send: (text: string) => void
  readonly #rateLimiter: RateLimiter
  readonly #pending = new Map<string, PendingCall>()

  constructor(world: { readonly clock: Clock; readonly random: Random }, send: (text: string) => void) {
    this.#clock = world.clock
    this.#random = world.random
    this.#send = send
    this.#rateLimiter = new RateLimiter(world.clock, RATE_LIMITS.message)
  }

  /**
   * Sends a request within the rate limit of the socket and waits for its reply.
   * @throws RpcError for an error reply
   */
  async call(request: StreamRequest): Promise<RpcReply> {
    const release = await this.#rateLimiter.acquire('high')
    release()
    return new Promise((resolve, reject) => {
      const id = this.#random.hex(ID_BYTES)
      this.#pending.set(id, { sentAt: this.#clock.nowMs(), resolve, reject })
      this.#send(encodeRequest(id, request))
    })
  }

  /** Resolves a call; ignores an unknown id. */
  resolve(id: string, result: unknown): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.resolve({ result, sentAt: pending.sentAt })
  }

  /** Rejects a call; returns false for an unknown id. */
  reject(id: string, refusal: RpcErrorReply): boolean {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.reject(new RpcError(refusal))
    return pending !== undefined
  }

  /** Called when the socket is closed; pending calls are never resolved. */
  close(): void {
    this.#rateLimiter.close()
    this.#pending.clear()
  }
}
