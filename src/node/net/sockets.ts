import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { type RawData, WebSocket } from 'ws'
import { AxisorError } from '../../domain/error.ts'
import { MessageDeadline } from '../../domain/message-deadline.ts'
import { NO_PROXY_RULES } from '../../domain/proxy.ts'
import { retryAfterDetails } from '../../domain/retry-after.ts'
import { TokenBucket } from '../../domain/token-bucket.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Handshake, Socket, SocketListener, Sockets } from '../../ports/net.ts'
import { openClock } from '../clock.ts'
import { flatHeaders } from './headers.ts'
import { MESSAGE_PARTS } from './message-parts.ts'
import { networkError } from './network-error.ts'
import { type ConnectionRoute, openRoute } from './route.ts'
import { VERIFIED_TLS } from './verified-tls.ts'

const MAX_MESSAGE_BYTES = 1024 * 1024
const HANDSHAKE_TIMEOUT_MS = 10_000

/** A message that takes longer than this fails the connection: on such a link all data is stale. */
const UNFINISHED_MS = 30_000

/** Pings and unrequested pongs that a server may send at once, and per second after that. */
const CONTROL_RATE = { burst: 100, perSecond: 10 }

const PLAIN: Handshake = { headers: {}, compression: false }

/** No compression context between messages: saves memory on both sides, and lets a relay compress once for all peers. */
const NO_CONTEXT_TAKEOVER = { clientNoContextTakeover: true, serverNoContextTakeover: true }

function refusedHandshake(reply: IncomingMessage, host: string): AxisorError {
  const status = reply.statusCode ?? 0
  const details = retryAfterDetails(flatHeaders(reply.headers), Date.now())
  if (status === 429) {
    return new AxisorError(
      'rate-limited',
      `${host} rejected the WebSocket handshake with status 429`,
      details,
    )
  }
  return new AxisorError('unavailable', `${host} rejected the WebSocket handshake with status ${status}`, {
    ...details,
    hint: 'The exchange may be under maintenance; otherwise check the stream address.',
  })
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** One WebSocket. The listener gets no event after `closed` or after `terminate`. */
class WsSocket implements Socket {
  readonly #ws: WebSocket
  readonly #host: string
  /** Null after `closed` or `terminate`. */
  #listener: SocketListener | null
  #failed = false
  readonly #clock: Clock
  readonly #control = new TokenBucket(CONTROL_RATE)
  /** Pings without a pong. */
  #pinged = 0

  constructor(
    address: string,
    listener: SocketListener,
    { headers, compression }: Handshake,
    { clock, route }: { readonly clock: Clock; readonly route: ConnectionRoute },
  ) {
    const url = new URL(address)
    const connection = route.connectionFor(url)
    this.#clock = clock
    this.#listener = listener
    this.#host = url.host
    this.#ws = new WebSocket(url, {
      ...(connection === null ? {} : { createConnection: connection.create }),
      perMessageDeflate: compression && NO_CONTEXT_TAKEOVER,
      maxPayload: MAX_MESSAGE_BYTES,
      ...MESSAGE_PARTS,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      followRedirects: false,
      ...VERIFIED_TLS,
      headers,
    })
    this.#ws.on('open', () => this.#listener?.opened())
    this.#ws.on('message', (data, binary) => this.#message(data, binary))
    this.#ws.on('upgrade', reply => this.#limitMessageTime(reply))
    this.#ws.on('ping', () => this.#countControl())
    this.#ws.on('pong', () => this.#pong())
    this.#ws.on('unexpected-response', (_request, reply) => {
      const override = this.#listener?.unexpectedResponse?.(reply.statusCode ?? 0, flatHeaders(reply.headers))
      this.#fail(override ?? refusedHandshake(reply, this.#host))
      this.#ws.terminate()
    })
    // Never removed: an error event without a listener would end the program, even after `terminate`.
    this.#ws.on('error', error =>
      this.#fail(error instanceof AxisorError ? error : networkError(error, this.#host)),
    )
    this.#ws.on('close', (code, reason) => this.#close(code, reason.toString('utf8')))
  }

  send(text: string): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(text, () => {})
  }

  ping(): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return
    this.#pinged += 1
    this.#ws.ping('', true, () => {})
  }

  terminate(): void {
    this.#listener = null
    this.#ws.terminate()
  }

  #limitMessageTime({ socket }: IncomingMessage): void {
    const deadline = new MessageDeadline(this.#clock, UNFINISHED_MS, {
      terminate: () => this.#abort(new AxisorError('unreadable', `${this.#host} did not finish a message`)),
    })
    // Not before ws listens too: the first listener would get the bytes after the handshake alone.
    this.#ws.on('open', () => socket.on('data', (chunk: Buffer) => deadline.read(chunk)))
    this.#ws.on('close', () => deadline.close())
  }

  #pong(): void {
    if (this.#pinged > 0) this.#pinged -= 1
    else this.#countControl()
    this.#listener?.pong()
  }

  /** Each control frame costs work, and a flood of them delays everything else. */
  #countControl(): void {
    if (this.#control.take(this.#clock.nowMs())) return
    this.#abort(new AxisorError('unreadable', `${this.#host} sent too many control frames`))
  }

  #message(data: RawData, binary: boolean): void {
    const bytes = bytesOf(data)
    // Some servers send their text in binary frames, whose bytes ws does not check.
    if (!binary || isUtf8(bytes)) this.#listener?.text(bytes.toString('utf8'))
    else this.#abort(new AxisorError('unreadable', `${this.#host} sent a binary frame`))
  }

  #abort(error: AxisorError): void {
    this.#fail(error)
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

/** Implements the `Sockets` port with ws. Every handshake names `userAgent`: many firewalls refuse handshakes without one. */
export function openSockets(
  userAgent: string,
  clock: Clock = openClock(),
  proxies = NO_PROXY_RULES,
): Sockets {
  const route = openRoute(proxies)
  return {
    open: (url, listener, { headers, compression } = PLAIN) => {
      const handshake = { headers: { 'user-agent': userAgent, ...headers }, compression }
      return new WsSocket(url, listener, handshake, { clock, route })
    },
  }
}
