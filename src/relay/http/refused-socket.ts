import type { WebSocket } from 'ws'
import { TokenBuckets } from '../../domain/token-bucket.ts'
import type { Clock } from '../../ports/clock.ts'
import { RELAY_CLOSE, RELAY_PROTOCOL } from '../../wire/relay/messages.ts'
import { type Headers, protocolsOf } from './bearer.ts'
import { ERROR_RESPONSES, type ErrorResponse, errorBody } from './error-response.ts'

/** WebSockets that are opened only to be closed: one address may cause some at once, and per second. */
const REFUSED_RATE = { burst: 20, perSecond: 5 }

/** How long a refused client may take to disconnect. */
const CLOSE_MS = 2_000

/** The errors about a token. Another error, such as a web origin that is not allowed, is answered with its status. */
const CLOSE_CODES: ReadonlyMap<ErrorResponse, number> = new Map<ErrorResponse, number>([
  [ERROR_RESPONSES.noToken, RELAY_CLOSE.unauthenticated],
  [ERROR_RESPONSES.scope, RELAY_CLOSE.forbidden],
])

/**
 * Decides which handshakes are accepted although the token is refused: a web page sees no status of a failed handshake, and would
 * reconnect again and again.
 */
export class RefusedSockets {
  readonly #clock: Clock
  readonly #buckets = new TokenBuckets()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns the close code for a refused token, or null if the handshake is to be answered with the status of the error. */
  closeCode(error: ErrorResponse, headers: Headers): number | null {
    if (!protocolsOf(headers).includes(RELAY_PROTOCOL)) return null
    return CLOSE_CODES.get(error) ?? null
  }

  /** Returns false if the address causes too many. */
  admit(address: string): boolean {
    return this.#buckets.take(address, REFUSED_RATE, this.#clock.nowMs())
  }

  /** Sends the reason and closes the WebSocket. */
  refuse(socket: WebSocket, error: ErrorResponse, code: number): void {
    socket.on('error', () => socket.terminate())
    socket.send(errorBody(error, this.#clock.nowMs()))
    socket.close(code, error.message)
    const cancel = this.#clock.after(CLOSE_MS, () => socket.terminate())
    socket.on('close', cancel)
  }
}
