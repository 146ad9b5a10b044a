import type { FastifyInstance } from 'fastify'
import { WebSocketServer } from 'ws'
import { atMost } from '../../domain/at-most.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { Deflate } from '../clients/websocket-frame.ts'
import { logBug } from '../log-bug.ts'
import { type AuthorizeOptions, authorize } from './authorize.ts'
import { ClientSocket } from './client-socket.ts'
import { crossOriginHeaders } from './cross-origin.ts'
import { ERROR_RESPONSES, type ErrorResponse, TIME_HEADER } from './error-response.ts'
import { sendRawError } from './raw-error-response.ts'
import { RefusedSockets } from './refused-socket.ts'
import { answeredProtocol, protocolAt } from './stream-paths.ts'
import { type RawSocket, WebSocketPeer } from './websocket-peer.ts'

type Request = Parameters<WebSocketServer['handleUpgrade']>[0]

/** Maximum size of a client message; those of the protocol have a few dozen bytes. */
const MAX_INCOMING_BYTES = 16 * 1024

/** Parts of a message that are buffered: each may pin 64 KiB of memory. */
const MESSAGE_PARTS = { maxFragments: 16, maxBufferedChunks: 64 }

/** Clients that send nothing for this time are pinged; without a reply in as long again they are terminated. */
const PING_INTERVAL_MS = 30_000

/** How long clients may take to disconnect when the relay stops. */
const CLOSE_GRACE_MS = 2_000

/**
 * Each message is compressed on its own, so that it is compressed once for all peers and connections keep no state.
 */
const PER_MESSAGE_DEFLATE = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
} as const

/** Time limit from the request to an open WebSocket. */
const HANDSHAKE_MS = 5_000

export interface EndpointOptions extends AuthorizeOptions {
  readonly clock: Clock
  /** Compresses messages for peers that negotiate it; null to offer no compression. */
  readonly deflate: Deflate | null
  yieldToEventLoop(then: () => void): void
  /** Returns the client's address for the limits. */
  addressOf(request: Request): string
  refused(error: ErrorResponse): void
}

/**
 * Accepts clients on `/v1/stream` and, in the old system's protocol, on `/ws`. Returns a function that waits briefly until all have disconnected, then terminates
 * the rest.
 */
export function openWebSocketEndpoint(
  server: FastifyInstance['server'],
  options: EndpointOptions,
): () => Promise<void> {
  const peers = new Set<WebSocketPeer>()
  const refusedSockets = new RefusedSockets(options.clock)
  let onEmpty = () => {}
  const sockets = new WebSocketServer({
    noServer: true,
    autoPong: false,
    clientTracking: false,
    maxPayload: MAX_INCOMING_BYTES,
    ...MESSAGE_PARTS,
    perMessageDeflate: options.deflate === null ? false : PER_MESSAGE_DEFLATE,
    handleProtocols: answeredProtocol,
    WebSocket: ClientSocket,
  })
  const { relay, log } = options
  const services = {
    relay,
    log,
    disconnected(peer: WebSocketPeer) {
      peers.delete(peer)
      if (peers.size === 0) onEmpty()
    },
  }
  sockets.on('headers', headers => {
    headers.push(`${TIME_HEADER}: ${options.clock.nowMs()}`)
  })
  server.on('upgrade', (request: Request, raw: RawSocket, head: Uint8Array) => {
    raw.on('error', destroyOnError)
    const protocol = protocolAt(request.url ?? '')
    const admitted = admit(request, raw, refusedSockets, options).then(admission => {
      if (admission === null || protocol === null || raw.destroyed) return
      const buffer = Buffer.from(head)
      declineSmallWindow(request)
      // The handshake response, the greeting and the snapshot are sent together.
      raw.cork()
      options.yieldToEventLoop(() => raw.uncork())
      sockets.handleUpgrade(request, raw, buffer, socket => {
        // From here on the library handles errors.
        raw.off('error', destroyOnError)
        if ('error' in admission) {
          const { error, closeCode } = admission
          relay.stats.recordClose(closeCode)
          refusedSockets.refuse(socket, error, { closeCode, protocol })
          return
        }
        const address = options.addressOf(request)
        const deflate = socket.extensions.includes('permessage-deflate') ? options.deflate : null
        const peer = new WebSocketPeer(socket, raw, { address, clock: options.clock, deflate })
        peers.add(peer)
        socket.serve(peer, admission.grant, protocol, services)
      })
    })
    admitted.catch(error => {
      logBug(log, error)
      raw.destroy()
    })
  })
  const stopSweep = startSweep(peers, options.clock)
  return async () => {
    stopSweep()
    if (peers.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      onEmpty = resolve
      await atMost(options.clock, CLOSE_GRACE_MS, promise)
    }
    for (const peer of [...peers]) peer.terminate()
    sockets.close()
  }
}

/**
 * Our compression needs the full window. The library would refuse a client with a smaller one; it is served
 * uncompressed instead.
 */
function declineSmallWindow({ headers }: Request): void {
  const offered = headers['sec-websocket-extensions'] ?? ''
  if (/server_max_window_bits\s*=/i.test(offered)) delete headers['sec-websocket-extensions']
}

/** A client may disconnect before the response. */
function destroyOnError(this: RawSocket): void {
  this.destroy()
}

/** The result of a handshake that is accepted: a grant, or the reason why the WebSocket is closed at once, with its close code. */
type Admission = { readonly grant: Grant } | { readonly error: ErrorResponse; readonly closeCode: number }

/** Returns the result of a handshake that is accepted; otherwise sends an error and returns null. */
async function admit(
  request: Request,
  raw: RawSocket,
  refusedSockets: RefusedSockets,
  options: EndpointOptions,
): Promise<Admission | null> {
  const cancel = options.clock.after(HANDSHAKE_MS, () => raw.destroy())
  const result = await authorize(request, options)
  cancel()
  if (!('status' in result)) return { grant: result }
  const closeCode = refusedSockets.closeCode(result, request)
  const isAdmitted = closeCode !== null && refusedSockets.admit(options.addressOf(request))
  const error = closeCode === null || isAdmitted ? result : ERROR_RESPONSES.tooMany
  options.refused(error)
  if (isAdmitted) return { error, closeCode }
  sendRawError(raw, error, options.clock.nowMs(), crossOriginHeaders(request.headers, options.allowedOrigins))
  return null
}

/** Terminates connections that were lost without a close. */
function startSweep(peers: ReadonlySet<WebSocketPeer>, clock: Clock): Cancel {
  let cancel: Cancel = () => {}
  const schedule = () => {
    cancel = clock.after(PING_INTERVAL_MS, () => {
      for (const peer of [...peers]) {
        if (!peer.hasReceived) peer.terminate()
        else {
          peer.hasReceived = false
          peer.ping()
        }
      }
      schedule()
    })
  }
  schedule()
  return () => cancel()
}
