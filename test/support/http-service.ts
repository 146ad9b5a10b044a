import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TEST_CERTIFICATE } from './test-certificate.ts'

export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** `hang` keeps the connection open without a reply; `drop` closes it. */
export type ServiceReply =
  | 'hang'
  | 'drop'
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | object
      /** Sends the body, but never its end. */
      readonly endless?: boolean
    }

/** A local service that records requests. */
export interface HttpService {
  readonly origin: string
  readonly port: number
  readonly requests: readonly ReceivedRequest[]
  /** The last request. Throws if there is none. */
  last(): ReceivedRequest
  /** Resolves when a request has arrived whole. */
  received(): Promise<void>
  /** Number of connections so far. */
  connections(): number
  close(): Promise<void>
}

export interface HttpServiceOptions {
  /** Serves https:// with a self-signed certificate. */
  readonly secure?: boolean
}

/** Opens a service on a free port of 127.0.0.1. */
export async function openHttpService(
  reply: (request: ReceivedRequest) => ServiceReply,
  { secure = false }: HttpServiceOptions = {},
): Promise<HttpService> {
  const requests: ReceivedRequest[] = []
  const waiting = new Set<() => void>()
  let connections = 0
  const server: Server = secure ? createSecureServer(TEST_CERTIFICATE) : createServer()
  server.on('connection', () => {
    connections += 1
  })
  server.on('request', async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = request
    const received = { method, target: url, headers, body: Buffer.concat(chunks).toString('utf8') }
    requests.push(received)
    const answer = reply(received)
    if (answer === 'drop') request.socket.destroy()
    else if (answer !== 'hang') {
      const { status, body = '', endless = false } = answer
      response.writeHead(status, answer.headers)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      if (endless) response.write(text)
      else response.end(text)
    }
    for (const resolve of waiting) resolve()
    waiting.clear()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    last() {
      const last = requests.at(-1)
      if (last === undefined) throw new Error('the service received no request')
      return last
    },
    received: () => (requests.length > 0 ? Promise.resolve() : new Promise(resolve => waiting.add(resolve))),
    connections: () => connections,
    close() {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
