import type { Clock, Random } from '../../ports/clock.ts'
import type { RpcErrorReply } from '../../wire/lnm/replies.ts'
import { encodeRequest, type StreamRequest } from '../../wire/lnm/requests.ts'
import { RATE_LIMITS, RateLimiter } from './rate-limiter.ts'

const ID_BYTES = 8

/** The stream answered a request with an error. What it means depends on the request. */
export class RpcError extends Error {
  override readonly name = 'CallRefused'
  readonly refusal: RpcErrorReply

  constructor(refusal: RpcErrorReply) {
    super('the stream refused a request')
    this.refusal = refusal
  }
}

interface PendingCall {
  readonly sentAt: number
  readonly resolve: (reply: RpcReply) => void
  readonly reject: (error: RpcError) => void
}

/** A reply, and when (our clock) the request was sent. */
export interface RpcReply {
  readonly result: unknown
  readonly sentAt: number
}

/** Requests on one socket and their replies. A request that is never answered waits for ever: the link's deadline is its end. */
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
   * Sends a request, within the rate limit of the socket.
   * @throws CallRefused when the stream answers with an error
   */
  async call(request: StreamRequest): Promise<RpcReply> {
    const done = await this.#rateLimiter.acquire(true)
    done()
    return new Promise((resolve, reject) => {
      const id = this.#random.hex(ID_BYTES)
      this.#pending.set(id, { sentAt: this.#clock.nowMs(), resolve, reject })
      this.#send(encodeRequest(id, request))
    })
  }

  /** A reply came; one to nothing that we asked is ignored. */
  resolve(id: string, result: unknown): void {
    const waiting = this.#pending.get(id)
    this.#pending.delete(id)
    waiting?.resolve({ result, sentAt: waiting.sentAt })
  }

  /** An error came; false when it answers nothing that we asked. */
  reject(id: string, refusal: RpcErrorReply): boolean {
    const waiting = this.#pending.get(id)
    this.#pending.delete(id)
    waiting?.reject(new RpcError(refusal))
    return waiting !== undefined
  }

  /** The socket is gone. */
  end(): void {
    this.#rateLimiter.close()
    this.#pending.clear()
  }
}
