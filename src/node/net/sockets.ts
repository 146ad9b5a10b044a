import type { IncomingMessage } from 'node:http'
import { type RawData, WebSocket } from 'ws'
import { AxisorError } from '../../domain/error.ts'
import { retryAfterDetails } from '../../domain/retry-after.ts'
import type { Handshake, Socket, SocketListener, Sockets } from '../../ports/net.ts'
import { flatHeaders } from './headers.ts'
import { networkError } from './network-error.ts'

const MAX_BYTES = 1024 * 1024
const HANDSHAKE_MS = 10_000

const PLAIN: Handshake = { headers: {}, compression: false }

/** No dictionary is kept between messages: it would cost memory on both sides, and a relay compresses once for all its peers. */
const EACH_BY_ITSELF = { clientNoContextTakeover: true, serverNoContextTakeover: true }

function refusedHandshake(reply: IncomingMessage, host: string): AxisorError {
  const status = reply.statusCode ?? 0
  const details = retryAfterDetails(flatHeaders(reply.headers), Date.now())
  if (status === 429) {
    return new AxisorError('rate-limited', `${host} answered 429 to the WebSocket handshake`, details)
  }
  return new AxisorError('unavailable', `${host} answered ${status} to the WebSocket handshake`, {
    ...details,
    hint: 'The exchange may be under maintenance; else check the stream address.',
  })
}

/** Text of a frame. `ws` has checked that it is UTF-8. */
function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8')
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8')
}

/** One WebSocket, and the word of its listener: after `closed` or `abandon` nothing is said. */
class WsSocket implements Socket {
  readonly #ws: WebSocket
  readonly #host: string
  /** Null once nothing more may be said. */
  #listener: SocketListener | null
  #failed = false

  constructor(url: string, listener: SocketListener, { headers, compression }: Handshake) {
    this.#listener = listener
    this.#host = new URL(url).host
    this.#ws = new WebSocket(url, {
      perMessageDeflate: compression && EACH_BY_ITSELF,
      maxPayload: MAX_BYTES,
      handshakeTimeout: HANDSHAKE_MS,
      followRedirects: false,
      headers,
    })
    this.#ws.on('open', () => this.#listener?.opened())
    this.#ws.on('message', (data, binary) => this.#message(data, binary))
    this.#ws.on('pong', () => this.#listener?.pong())
    this.#ws.on('unexpected-response', (_request, reply) => {
      const told = this.#listener?.unexpectedResponse?.(reply.statusCode ?? 0, flatHeaders(reply.headers))
      this.#fail(told ?? refusedHandshake(reply, this.#host))
      this.#ws.terminate()
    })
    // Stays for good: an error without a listener would end the program, also after the socket was abandoned.
    this.#ws.on('error', error => this.#fail(networkError(error, this.#host)))
    this.#ws.on('close', (code, reason) => this.#close(code, reason.toString('utf8')))
  }

  send(text: string): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(text, () => {})
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping('', true, () => {})
  }

  terminate(): void {
    this.#listener = null
    this.#ws.terminate()
  }

  #message(data: RawData, binary: boolean): void {
    if (!binary) {
      this.#listener?.text(textOf(data))
      return
    }
    this.#fail(new AxisorError('unreadable', `${this.#host} sent a binary frame`))
    this.#ws.terminate()
  }

  #fail(error: AxisorError): void {
    if (this.#failed) return
    this.#failed = true
    this.#listener?.failed(error)
  }

  #close(code: number, reason: string): void {
    const listener = this.#listener
    this.#listener = null
    listener?.closed(code, reason)
  }
}

/** WebSockets over ws. */
export function openSockets(): Sockets {
  return { open: (url, listener, handshake = PLAIN) => new WsSocket(url, listener, handshake) }
}
