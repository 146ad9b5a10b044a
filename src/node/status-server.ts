import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxisorError } from '../domain/error.ts'
import type { StatusReply, StatusServer } from '../ports/status-server.ts'
import { codeOf } from './net/network-error.ts'

/** A status request is one line and a few headers. */
const REQUEST_TIMEOUT_MS = 5_000
const MAX_HEADER_BYTES = 4_096
const MAX_CONNECTIONS = 16

/**
 * Serves GET requests on an address. `reply` returns null for an unknown path.
 * @throws AxisorError usage, if the address is not available
 */
export async function openStatusServer(
  host: string,
  port: number,
  reply: (path: string) => StatusReply | null,
): Promise<StatusServer> {
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      const found = request.method === 'GET' ? reply((request.url ?? '').split('?')[0] ?? '') : null
      const { status, contentType, body } = found ?? {
        status: request.method === 'GET' ? 404 : 405,
        contentType: 'text/plain; charset=utf-8',
        body: request.method === 'GET' ? 'not found\n' : 'only GET is allowed\n',
      }
      response.writeHead(status, {
        'content-type': contentType,
        'cache-control': 'no-store',
        connection: 'close',
      })
      response.end(body)
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = codeOf(error) || 'unknown reason'
    throw new AxisorError('usage', `can't listen on ${host}:${port}: ${code}`, {
      hint: 'Choose another address or port.',
      cause: error,
    })
  }
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
