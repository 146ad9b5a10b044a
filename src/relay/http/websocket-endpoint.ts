import type { FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { AxisorError } from '../../domain/error.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { Deflate } from '../clients/websocket-frame.ts'
import type { Relay } from '../relay.ts'
import { bearerOf, chosenProtocol, hasTokenInQuery } from './bearer.ts'
import { ERROR_RESPONSES, type ErrorResponse, TIME_HEADER } from './error-response.ts'
import { sendRawError } from './raw-error-response.ts'
import { type RawSocket, WebSocketPeer } from './websocket-peer.ts'

type Request = Parameters<WebSocketServer['handleUpgrade']>[0]

/** The longest message that a client may send; those of the protocol have a few dozen bytes. */
const MAX_INCOMING_BYTES = 16 * 1024

/** Whoever says nothing for this time and does not answer a ping in as long again is gone. */
const SILENCE_MS = 30_000

/** How long those who were sent away may take to leave. */
const LEAVING_MS = 2_000

/**
 * Each message is compressed by itself, so that one compression serves all who agree, and nothing is kept for a connection.
 */
const BY_ITSELF = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
} as const

/** From the request to an open WebSocket. */
const HANDSHAKE_MS = 5_000

export const STREAM_PATH = '/v1/stream'

export interface EndpointOptions {
  readonly clock: Clock
  readonly relay: Relay
  /** For peers that agree to compression; null: none is offered. */
  readonly deflate: Deflate | null
  yieldToEventLoop(then: () => void): void
  /** Pages that may open a WebSocket here; a browser says where its page is from, other programs say nothing. */
  readonly allowedOrigins: ReadonlySet<string>
  /** The address of whoever asks, for the limits. */
  addressOf(request: Request): string
  /** True once the relay is to end. */
  isStopping(): boolean
  refused(refusal: ErrorResponse): void
}

/** Lets clients in on `/v1/stream`. Returns what waits a moment until all of them have gone, and cuts those that have not. */
export function openWebSocketEndpoint(
  server: FastifyInstance['server'],
  options: EndpointOptions,
): () => Promise<void> {
  const peers = new Set<WebSocketPeer>()
  let emptied = () => {}
  const sockets = new WebSocketServer({
    noServer: true,
    autoPong: false,
    clientTracking: false,
    maxPayload: MAX_INCOMING_BYTES,
    perMessageDeflate: options.deflate === null ? false : BY_ITSELF,
    handleProtocols: chosenProtocol,
  })
  // What lives as long as a connection is made in functions of its own, which do not hold on to the request.
  const keep = (peer: WebSocketPeer, socket: WebSocket) => {
    peers.add(peer)
    socket.on('close', () => {
      peers.delete(peer)
      if (peers.size === 0) emptied()
    })
  }
  sockets.on('headers', headers => {
    headers.push(`${TIME_HEADER}: ${options.clock.nowMs()}`)
  })
  server.on('upgrade', (request: Request, raw: RawSocket, head: Uint8Array) => {
    raw.on('error', destroyItself)
    void admit(request, raw, options).then(grant => {
      if (grant === null || raw.destroyed) return
      const buffer = Buffer.from(head)
      forgetSmallWindow(request)
      // The answer to the handshake, the greeting and the snapshot leave together.
      raw.cork()
      options.yieldToEventLoop(() => raw.uncork())
      sockets.handleUpgrade(request, raw, buffer, socket => {
        // From here on the library listens.
        raw.off('error', destroyItself)
        const address = options.addressOf(request)
        const deflate = socket.extensions.includes('permessage-deflate') ? options.deflate : null
        const peer = new WebSocketPeer(socket, raw, { address, clock: options.clock, deflate })
        keep(peer, socket)
        serve(socket, peer, grant, options.relay)
      })
    })
  })
  const endSweep = sweep(peers, options.clock)
  return async () => {
    endSweep()
    if (peers.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      emptied = resolve
      const cancel = options.clock.after(LEAVING_MS, resolve)
      await promise
      cancel()
    }
    for (const peer of [...peers]) peer.cut()
    sockets.close()
  }
}

/** What we compress needs the whole window. The library would refuse who can't have that; we talk to them uncompressed. */
function forgetSmallWindow({ headers }: Request): void {
  const offered = headers['sec-websocket-extensions'] ?? ''
  if (/server_max_window_bits\s*=/i.test(offered)) delete headers['sec-websocket-extensions']
}

/** Whoever asks for a socket may be gone before the answer. */
function destroyItself(this: RawSocket): void {
  this.destroy()
}

/** Who asks, if they may come in; else they have been told why not. */
async function admit(request: Request, raw: RawSocket, options: EndpointOptions): Promise<Grant | null> {
  const cancel = options.clock.after(HANDSHAKE_MS, () => raw.destroy())
  const verdict = await authorize(request, options)
  cancel()
  if (!('status' in verdict)) return verdict
  options.refused(verdict)
  sendRawError(raw, verdict, options.clock.nowMs())
  return null
}

async function authorize(request: Request, options: EndpointOptions): Promise<Grant | ErrorResponse> {
  const { url = '', headers } = request
  if (hasTokenInQuery(url)) return ERROR_RESPONSES.tokenInQuery
  if (url.split('?', 1)[0] !== STREAM_PATH) return ERROR_RESPONSES.notFound
  if (headers.upgrade?.toLowerCase() !== 'websocket') return ERROR_RESPONSES.noWebSocket
  if (headers.origin !== undefined && !options.allowedOrigins.has(headers.origin))
    return ERROR_RESPONSES.origin
  if (options.isStopping()) return ERROR_RESPONSES.stopping
  const token = bearerOf(headers)
  if (token === null) return ERROR_RESPONSES.noToken
  try {
    const grant = await options.relay.authenticate(token)
    if (grant === null) return ERROR_RESPONSES.noToken
    return grant.scopes.includes('read') ? grant : ERROR_RESPONSES.scope
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return ERROR_RESPONSES.database
  }
}

function serve(socket: WebSocket, peer: WebSocketPeer, grant: Grant, relay: Relay): void {
  const session = relay.join(grant, peer)
  socket.on('error', () => peer.cut())
  if (session === null) return
  socket.on('message', (data, isBinary) => {
    peer.wasHeard = true
    if (isBinary) peer.close(1003, 'text only')
    else session.receive(data.toString())
  })
  socket.on('pong', () => {
    peer.wasHeard = true
  })
  socket.on('ping', data => {
    peer.wasHeard = true
    if (session.allowPing() && socket.readyState === socket.OPEN) socket.pong(data)
  })
  socket.on('close', () => session.closed())
}

/** A connection can be gone without a word; only silence tells. */
function sweep(peers: ReadonlySet<WebSocketPeer>, clock: Clock): Cancel {
  let cancel: Cancel = () => {}
  const later = () => {
    cancel = clock.after(SILENCE_MS, () => {
      for (const peer of [...peers]) {
        if (!peer.wasHeard) peer.cut()
        else {
          peer.wasHeard = false
          peer.ping()
        }
      }
      later()
    })
  }
  later()
  return () => cancel()
}
