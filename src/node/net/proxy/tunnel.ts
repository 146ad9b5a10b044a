import { isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { AxisorError } from '../../../domain/error.ts'
import { type ProxyServer, type ProxyTarget, proxyName } from '../../../domain/proxy.ts'
import { codeOf, networkError } from '../network-error.ts'
import { VERIFIED_TLS } from '../verified-tls.ts'
import type { OpenTunnel } from './open-tunnel.ts'
import { PROXY_CUT, proxyCut, proxyError } from './proxy-error.ts'

/** Limit of each step: the connection through the proxy, and the TLS handshake with the target. A feed waits little longer. */
const STEP_TIMEOUT_MS = 12_000

async function tunnelOf({ protocol }: ProxyServer): Promise<OpenTunnel> {
  return protocol === 'socks5h'
    ? (await import('./socks-tunnel.ts')).openSocksTunnel
    : (await import('./connect-tunnel.ts')).openConnectTunnel
}

function timeoutError(proxy: ProxyServer, { host, port }: ProxyTarget): AxisorError {
  return new AxisorError(
    'timeout',
    `${proxyName(proxy)} did not connect to ${host}:${port} within ${STEP_TIMEOUT_MS / 1000} s`,
    { hint: 'Check the address of the proxy, and that it is running.' },
  )
}

/**
 * Connects to a target through a proxy, without TLS. Never resolves the name of the target.
 * @throws AxisorError unreachable, tls or timeout, naming the proxy; the reason of the signal if it is aborted
 */
export async function openPlainTunnel(
  proxy: ProxyServer,
  target: ProxyTarget,
  signal?: AbortSignal,
): Promise<Socket> {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(timeoutError(proxy, target)), STEP_TIMEOUT_MS)
  const stop = (): void => giveUp.abort(signal?.reason)
  signal?.addEventListener('abort', stop)
  try {
    signal?.throwIfAborted()
    const open = await tunnelOf(proxy)
    const socket = await open(proxy, { ...target, host: target.host.replace(/^\[|\]$/g, '') }, giveUp.signal)
    // Without a listener, an error before its owner has one would end the program.
    socket.on('error', () => {})
    // Its owner would wait for an end that it has missed.
    if (socket.readableEnded || socket.destroyed) throw proxyCut(proxy, target.host)
    return socket
  } catch (error) {
    if (giveUp.signal.aborted) throw giveUp.signal.reason
    throw error instanceof AxisorError ? error : proxyError(proxy, error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

function tlsError(cause: unknown, proxy: ProxyServer, { host }: ProxyTarget): AxisorError {
  return PROXY_CUT.test(codeOf(cause))
    ? proxyCut(proxy, host, cause)
    : networkError(cause, `${host} through ${proxyName(proxy)}`)
}

/** Encrypts a tunnel. The certificate is that of the target. */
async function secured(socket: Socket, proxy: ProxyServer, target: ProxyTarget): Promise<TLSSocket> {
  const host = target.host.replace(/^\[|\]$/g, '')
  const servername = isIP(host) === 0 ? host : ''
  const tls = connectTls({ socket, host, servername, ALPNProtocols: ['http/1.1'], ...VERIFIED_TLS })
  const lateness = Object.assign(new Error('no TLS handshake'), { code: 'ETIMEDOUT' })
  const timer = setTimeout(() => tls.destroy(lateness), STEP_TIMEOUT_MS)
  try {
    return await new Promise<TLSSocket>((resolve, reject) => {
      tls.once('secureConnect', () => resolve(tls))
      tls.on('error', reject)
    })
  } catch (error) {
    socket.destroy()
    throw tlsError(error, proxy, target)
  } finally {
    clearTimeout(timer)
  }
}

/** Connects to a target through a proxy, with TLS for https. Throws as `openPlainTunnel`, and for the TLS of the target. */
export async function openTunnel(proxy: ProxyServer, target: ProxyTarget): Promise<Socket> {
  const socket = await openPlainTunnel(proxy, target)
  return target.scheme === 'https' ? secured(socket, proxy, target) : socket
}
