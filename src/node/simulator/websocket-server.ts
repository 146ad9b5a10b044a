import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { MessageDeadline } from '../../domain/message-deadline.ts'
import { TokenBucket } from '../../domain/token-bucket.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { SimulatedExchange } from '../../ports/simulated-exchange.ts'

const PING_INTERVAL_MS = 20_000

/** A client with more buffered data is terminated, so that one stalled client cannot exhaust the memory. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024

/** A client that takes longer than this for one message is terminated. */
const UNFINISHED_MS = 10_000

/** Pings and pongs that a client may send at once, and per second after that. */
const CONTROL_RATE = { burst: 100, perSecond: 10 }

function serve(exchange: SimulatedExchange, socket: WebSocket, raw: Duplex, clock: Clock): void {
  limitFrames(socket, raw, clock)
  const session = exchange.openSession({
    send(text) {
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate()
      else socket.send(text)
    },
    close: code => socket.close(code),
    cut: () => socket.terminate(),
  })
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(1003)
    else session.receive(data.toString())
  })
  // A muted exchange must not reply to pings, so automatic pongs are off.
  socket.on('ping', data => {
    if (!exchange.isMuted()) socket.pong(data)
  })
  socket.on('close', () => session.closed())
  socket.on('error', () => socket.terminate())
}

/** Limits the time of a message and the rate of control frames. */
function limitFrames(socket: WebSocket, raw: Duplex, clock: Clock): void {
  const deadline = new MessageDeadline(clock, UNFINISHED_MS, socket)
  raw.on('data', (chunk: Buffer) => deadline.read(chunk))
  socket.on('close', () => deadline.close())
  const control = new TokenBucket(CONTROL_RATE)
  const count = () => {
    if (!control.take(clock.nowMs())) socket.close(1008)
  }
  socket.on('ping', count)
  socket.on('pong', count)
}

/** Serves the stream of an exchange on `/v1` of an HTTP server. Returns a function that terminates all its sockets. */
export function serveStream(exchange: SimulatedExchange, server: Server, clock: Clock): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    autoPong: false,
    maxPayload: 64 * 1024,
    maxFragments: 64,
    maxBufferedChunks: 256,
    perMessageDeflate: false,
  })
  sockets.on('headers', headers => {
    headers.push('x-axisor-simulated: 1')
  })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // The client may disconnect before the response.
    socket.on('error', () => socket.destroy())
    if (exchange.isDown()) {
      socket.destroy()
    } else if (request.url?.split('?', 1)[0] !== '/v1') {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    } else {
      sockets.handleUpgrade(request, socket, head, opened => serve(exchange, opened, socket, clock))
    }
  })

  let cancel: Cancel = () => {}
  const schedulePing = () => {
    cancel = clock.after(PING_INTERVAL_MS, () => {
      if (!exchange.isMuted()) for (const socket of sockets.clients) socket.ping()
      schedulePing()
    })
  }
  schedulePing()

  return () => {
    cancel()
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  }
}
