import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxisorError } from '../domain/error.ts'
import { isLoopbackHost } from '../domain/private-host.ts'
import type { ReplyTo, StatusReply, StatusServer } from '../ports/status-server.ts'
import { codeOf } from './net/network-error.ts'

/** A status request is one line and a few headers. */
const REQUEST_TIMEOUT_MS = 5_000
const MAX_HEADER_BYTES = 4_096
const MAX_CONNECTIONS = 16

const NOT_ALLOWED: StatusReply = textReply(405, 'only GET is allowed')
const MISDIRECTED: StatusReply = textReply(421, 'not a name of this machine')
const NOT_FOUND: StatusReply = textReply(404, 'not found')
const BUG: StatusReply = textReply(500, 'internal error')

function textReply(status: number, text: string): StatusReply {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${text}\n` }
}

/** A web page can point a name of its own to 127.0.0.1, and read what is served under that name. */
function isLocalName(header = ''): boolean {
  const name = URL.parse(`http://${header}`)?.hostname
  return name !== undefined && isLoopbackHost(name)
}

async function answer(
  { method = '', url = '', headers }: IncomingMessage,
  isLocal: boolean,
  reply: ReplyTo,
): Promise<StatusReply> {
  if (isLocal && !isLocalName(headers.host)) return MISDIRECTED
  if (!['GET', 'HEAD'].includes(method)) return NOT_ALLOWED
  try {
    return (await reply(url.split('?')[0] ?? '')) ?? NOT_FOUND
  } catch {
    // A rejection that nothing handles would end the program.
    return BUG
  }
}

/**
 * Serves GET and HEAD requests on an address; on a loopback address only under loopback names. `reply` returns null for an unknown path.
 * @throws AxisorError usage, if the address is not available
 */
export async function openStatusServer(host: string, port: number, reply: ReplyTo): Promise<StatusServer> {
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      void answer(request, isLoopbackHost(host), reply).then(({ status, contentType, body }) => {
        response.writeHead(status, {
          'content-type': contentType,
          'cache-control': 'no-store',
          connection: 'close',
        })
        response.end(body)
      })
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
