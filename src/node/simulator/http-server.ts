import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ExchangeResponse, PlainCredentials, SimulatedExchange } from '../../ports/simulated-exchange.ts'
import { serveStream } from './websocket-server.ts'

/** The only address that is ever bound: a simulator serves this machine only. */
const LOOPBACK = '127.0.0.1'

const MAX_BODY_BYTES = 64 * 1024

/** A simulated exchange on real sockets; `axisor sim serve` prints its addresses and credentials. */
export interface SimulatorServer {
  readonly apiUrl: string
  readonly streamUrl: string
  readonly controlUrl: string
  /** Read-only key. */
  readonly credentials: PlainCredentials
  /** Key with write permissions. */
  readonly writeCredentials: PlainCredentials
  /** Terminates all connections and closes the exchange. */
  close(): Promise<void>
}

/** Reads the body as text; null if it is larger than 64 KiB or incomplete. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request) {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) return null
      chunks.push(chunk)
    }
  } catch {
    return null
  }
  return Buffer.concat(chunks).toString('utf8')
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const entries = Object.entries(request.headers)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}

const CROSS_ORIGIN = JSON.stringify({ error: 'control requests from other web origins are refused' })

/** True for a request of a web page that this server did not serve: any page can send one to this machine. */
function isCrossOrigin({ headers: { origin }, socket }: IncomingMessage): boolean {
  return origin !== undefined && origin !== `http://${LOOPBACK}:${socket.localPort}`
}

function send(response: ServerResponse, clock: Clock, reply: ExchangeResponse): void {
  const deliver = () => {
    const content = reply.bytes ?? Buffer.from(reply.body)
    const length = reply.status === 204 ? {} : { 'content-length': content.length }
    response.writeHead(reply.status, { ...reply.headers, ...length })
    response.end(content)
  }
  if (reply.delayMs === Number.POSITIVE_INFINITY) return
  if (reply.delayMs <= 0) deliver()
  else response.once('close', clock.after(reply.delayMs, deliver))
}

async function handleRequest(
  exchange: SimulatedExchange,
  clock: Clock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: target = '/' } = request
  const isControl = method === 'POST' && target === '/control'
  if (isControl && isCrossOrigin(request)) {
    send(response, clock, { status: 403, headers: { connection: 'close' }, body: CROSS_ORIGIN, delayMs: 0 })
    return
  }
  const body = await bodyOf(request)
  if (body === null || (exchange.isDown() && !isControl)) {
    request.socket.destroy()
  } else if (isControl) {
    send(response, clock, exchange.control(body))
  } else {
    const peer = request.socket.remoteAddress ?? LOOPBACK
    send(response, clock, exchange.handle({ method, target, headers: headersOf(request), body, peer }))
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause => {
      reject(
        new AxisorError('usage', `cannot listen on ${LOOPBACK}:${port}`, {
          cause,
          hint: 'Choose another --port, or 0 for any free one.',
        }),
      )
    })
    server.listen(port, LOOPBACK, resolve)
  })
}

/**
 * Serves an exchange on loopback: REST under `/v3`, the stream on `/v1`, the knobs at `POST /control`. Port 0 means any free port.
 * Closing the server closes the exchange.
 * @throws AxisorError `usage` if the port cannot be bound
 */
export async function openSimulatorServer(
  exchange: SimulatedExchange,
  { port, clock }: { readonly port: number; readonly clock: Clock },
): Promise<SimulatorServer> {
  const server = createServer((request, response) => void handleRequest(exchange, clock, request, response))
  const endStream = serveStream(exchange, server, clock)
  try {
    await listen(server, port)
  } catch (error) {
    endStream()
    exchange.close()
    throw error
  }
  const { port: bound } = server.address() as AddressInfo
  return {
    apiUrl: `http://${LOOPBACK}:${bound}/v3`,
    streamUrl: `ws://${LOOPBACK}:${bound}/v1`,
    controlUrl: `http://${LOOPBACK}:${bound}/control`,
    credentials: exchange.credentials,
    writeCredentials: exchange.writeCredentials,
    close() {
      exchange.close()
      endStream()
      return new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
