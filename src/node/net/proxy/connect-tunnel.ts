import { Socket } from 'node:net'
import { buildConnector, Client } from 'undici'
import { AxisorError } from '../../../domain/error.ts'
import { type ProxyServer, proxyName } from '../../../domain/proxy.ts'
import { VERIFIED_TLS } from '../verified-tls.ts'
import type { OpenTunnel } from './open-tunnel.ts'
import { proxyAuthError } from './proxy-error.ts'

/** Longer than a tunnel may take: the signal limits the time. */
const CONNECT_TIMEOUT_MS = 60_000

function authorizationOf({ user, password }: ProxyServer): Record<string, string> {
  if (user === null) return {}
  const text = `${user}:${password?.reveal() ?? ''}`
  return { 'proxy-authorization': `Basic ${Buffer.from(text, 'utf8').toString('base64')}` }
}

/** Without it, undici would expect the certificate of the target from a proxy over TLS. */
function connectorTo({ host, port }: ProxyServer): buildConnector.connector {
  const connect = buildConnector({ ...VERIFIED_TLS, allowH2: false, timeout: CONNECT_TIMEOUT_MS })
  return (options, done) => connect({ ...options, host: `${host}:${port}`, servername: '' }, done)
}

function refusal(proxy: ProxyServer, target: string, status: number): AxisorError {
  if (status === 407) return proxyAuthError(proxy, 'status 407')
  return new AxisorError(
    'unreachable',
    `${proxyName(proxy)} refused the connection to ${target} with status ${status}`,
    {
      httpStatus: status,
      hint:
        status >= 500
          ? 'The proxy could not reach the host, or is not working.'
          : 'Check whether the proxy allows CONNECT to this host and port.',
    },
  )
}

/** Connects through an HTTP proxy by CONNECT. */
export const openConnectTunnel: OpenTunnel = async (proxy, { host, port }, signal) => {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const client = new Client(`${proxy.protocol}://${proxy.host}:${proxy.port}`, {
    connect: connectorTo(proxy),
    allowH2: false,
    maxHeaderSize: 16_384,
    // The signal limits the time.
    headersTimeout: 0,
  })
  try {
    const { statusCode, socket } = await client.connect({
      path: target,
      headers: { host: target, ...authorizationOf(proxy) },
      signal,
    })
    if (!(socket instanceof Socket)) throw new TypeError('a tunnel that is no socket')
    if (statusCode >= 200 && statusCode < 300) return socket
    socket.on('error', () => {}).destroy()
    throw refusal(proxy, target, statusCode)
  } finally {
    // Ends the connections of a failed attempt; a tunnel belongs to its caller by now.
    void client.destroy()
  }
}
