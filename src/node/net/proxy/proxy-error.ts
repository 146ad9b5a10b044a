import { AxisorError } from '../../../domain/error.ts'
import { type ProxyServer, proxyName } from '../../../domain/proxy.ts'
import { codeOf, networkError } from '../network-error.ts'

/** Codes of undici and Node for a connection that the other side closed. */
export const PROXY_CUT = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/

const WRONG_KIND = 'Check that this is the address of a proxy, and of this kind.'

/** The failure of a server that closes the connection before the tunnel is open. */
export function proxyClosed(proxy: ProxyServer, cause?: unknown): AxisorError {
  return new AxisorError('unreachable', `${proxyName(proxy)} closed the connection without an answer`, {
    cause,
    hint: WRONG_KIND,
  })
}

/** The failure of a tunnel that is closed before the target has sent anything. */
export function proxyCut(proxy: ProxyServer, host: string, cause?: unknown): AxisorError {
  return new AxisorError('unreachable', `${proxyName(proxy)} cut the connection to ${host}`, {
    cause,
    hint: 'The proxy may not allow this host, or the host may have closed the connection.',
  })
}

/** The failure of a server that does not use the protocol of the proxy. */
export function notAProxy(proxy: ProxyServer, cause?: unknown): AxisorError {
  const protocol = proxy.protocol === 'socks5h' ? 'SOCKS 5' : 'HTTP'
  return new AxisorError('unreachable', `${proxyName(proxy)} sent an answer that is not ${protocol}`, {
    cause,
    hint: WRONG_KIND,
  })
}

/** The failure of a proxy that rejects user and password, or requires them. */
export function proxyAuthError(proxy: ProxyServer, reason: string): AxisorError {
  const what = proxy.user === null ? 'requires a user and a password' : 'rejected the user or the password'
  return new AxisorError('unreachable', `${proxyName(proxy)} ${what} (${reason})`, {
    hint: 'Its address names the user, as USER@HOST; the password is that of AXISOR_PROXY_PASSWORD or axisor proxy password.',
  })
}

/** Maps an error of the connection to a proxy. Its text is not used: it may contain what the proxy sent. */
export function proxyError(proxy: ProxyServer, cause: unknown): AxisorError {
  const code = codeOf(cause)
  if (PROXY_CUT.test(code)) return proxyClosed(proxy, cause)
  // The parser of undici has a code for some mistakes only.
  if (cause instanceof Error && cause.name === 'HTTPParserError') return notAProxy(proxy, cause)
  const error = networkError(cause, proxyName(proxy))
  if (error.code === 'tls') return error
  if (error.code !== 'timeout' && /^(HPE_|UND_ERR_)/.test(code)) return notAProxy(proxy, cause)
  return new AxisorError(error.code, error.message, {
    cause,
    hint: `Check that the proxy is running; its address comes from ${proxy.origin}.`,
  })
}
