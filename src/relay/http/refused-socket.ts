import type { WebSocket } from 'ws'
import { AxisorError } from '../../domain/error.ts'
import { TokenBuckets } from '../../domain/token-bucket.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Clock } from '../../ports/clock.ts'
import { LEGACY_PROTOCOL } from '../../wire/relay/legacy.ts'
import { RELAY_CLOSE, RELAY_PROTOCOL } from '../../wire/relay/messages.ts'
import { legacyErrorText } from '../legacy/legacy-messages.ts'
import type { ServedProtocol } from '../sessions/served-session.ts'
import { type Headers, protocolsOf } from './bearer.ts'
import { ERROR_RESPONSES, type ErrorResponse, errorBody } from './error-response.ts'
import { protocolAt } from './stream-paths.ts'

/** A handshake whose token is refused. */
interface RefusedRequest {
  readonly url?: string | undefined
  readonly headers: Headers
}

/** WebSockets that are opened only to be closed: one address may cause some at once, and per second. */
const REFUSED_RATE = { burst: 20, perSecond: 5 }

/** How long a refused client may take to disconnect. */
const CLOSE_MS = 2_000

/** The errors about a token and the account that it reads. Another error, such as a web origin that is not allowed, is answered with its status. */
const CLOSE_CODES: ReadonlyMap<ErrorResponse, number> = new Map<ErrorResponse, number>([
  [ERROR_RESPONSES.noToken, RELAY_CLOSE.unauthenticated],
  [ERROR_RESPONSES.scope, RELAY_CLOSE.forbidden],
  [ERROR_RESPONSES.otherUser, RELAY_CLOSE.forbidden],
  [ERROR_RESPONSES.noSuchUser, RELAY_CLOSE.noSuchUser],
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
  closeCode(error: ErrorResponse, request: RefusedRequest): number | null {
    if (!isFromPage(request)) return null
    return CLOSE_CODES.get(error) ?? null
  }

  /** Returns false if the address causes too many. */
  admit(address: string): boolean {
    return this.#buckets.take(address, REFUSED_RATE, this.#clock.nowMs())
  }

  /** Sends the reason and closes the WebSocket. */
  refuse(
    socket: WebSocket,
    error: ErrorResponse,
    { closeCode, protocol }: { readonly closeCode: number; readonly protocol: ServedProtocol },
  ): void {
    socket.on('error', () => socket.terminate())
    socket.send(this.#textOf(error, protocol))
    socket.close(closeCode, error.message)
    const cancel = this.#clock.after(CLOSE_MS, () => socket.terminate())
    socket.on('close', cancel)
  }

  #textOf(error: ErrorResponse, protocol: ServedProtocol): string {
    if (protocol !== LEGACY_PROTOCOL) return errorBody(error, this.#clock.nowMs())
    return legacyErrorText(new AxisorError(error.code, error.message), wallNow(this.#clock))
  }
}

/** Web pages name a protocol. Pages of the old system may name only the one with their token. */
function isFromPage({ url = '', headers }: RefusedRequest): boolean {
  const offered = protocolsOf(headers)
  return protocolAt(url) === LEGACY_PROTOCOL ? offered.length > 0 : offered.includes(RELAY_PROTOCOL)
}
