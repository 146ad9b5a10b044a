import type { Cancel, Clock, Random } from '../../ports/clock.ts'
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

/** The peer did not reply to a request in time. */
export class RpcTimeout extends RpcError {
  constructor() {
    super({ code: null, appCode: null, message: 'no reply in time' })
  }
}

interface PendingCall {
  readonly sentAt: number
  readonly resolve: (reply: RpcReply) => void
  readonly reject: (error: RpcError) => void
  /** Cancels the timeout; null if the call has none. */
  readonly cancel: Cancel | null
}

/** A result, and when the request was sent (our clock). */
export interface RpcReply {
  readonly result: unknown
  readonly sentAt: number
}

/** How long a session waits for a reply that it can do without. */
export const OPTIONAL_REPLY_MS = 3_000

/** Matches requests and replies on one socket. A call that the session cannot do without has no timeout: the connection's deadline ends it. */
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
   * Sends a request within the rate limit of the socket and waits for its reply, at most `timeoutMs` after it was sent.
   * @throws RpcError for an error reply, RpcTimeout without a reply in time
   */
  async call(request: StreamRequest, timeoutMs: number | null = null): Promise<RpcReply> {
    const release = await this.#rateLimiter.acquire('high')
    release()
    return new Promise((resolve, reject) => {
      const id = this.#random.hex(ID_BYTES)
      const cancel = timeoutMs === null ? null : this.#clock.after(timeoutMs, () => this.#timedOut(id))
      this.#pending.set(id, { sentAt: this.#clock.nowMs(), resolve, reject, cancel })
      this.#send(encodeRequest(id, request))
    })
  }

  /** Resolves a call; ignores an unknown id. */
  resolve(id: string, result: unknown): void {
    const pending = this.#take(id)
    pending?.resolve({ result, sentAt: pending.sentAt })
  }

  /** Rejects a call; returns false for an unknown id. */
  reject(id: string, refusal: RpcErrorReply): boolean {
    const pending = this.#take(id)
    pending?.reject(new RpcError(refusal))
    return pending !== null
  }

  /** Called when the socket is closed; pending calls are never resolved. */
  close(): void {
    this.#rateLimiter.close()
    for (const { cancel } of this.#pending.values()) cancel?.()
    this.#pending.clear()
  }

  #take(id: string): PendingCall | null {
    const pending = this.#pending.get(id) ?? null
    this.#pending.delete(id)
    pending?.cancel?.()
    return pending
  }

  #timedOut(id: string): void {
    this.#take(id)?.reject(new RpcTimeout())
  }
}
