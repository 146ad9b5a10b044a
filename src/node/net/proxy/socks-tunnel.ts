import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { SocksClient } from 'socks'
import { AxisorError } from '../../../domain/error.ts'
import { type ProxyServer, proxyName } from '../../../domain/proxy.ts'
import type { OpenTunnel } from './open-tunnel.ts'
import { notAProxy, proxyAuthError, proxyClosed } from './proxy-error.ts'

/** The longest name, user and password of the protocol (RFC 1928, RFC 1929). */
const MAX_BYTES = 255

/** Far longer than a tunnel: the signal limits the time. */
const LIBRARY_TIMEOUT_MS = 60_000

/** What the codes of a reply mean (RFC 1928, 6), by the library's names. */
const REFUSALS: Readonly<Record<string, string>> = {
  Failure: 'general failure',
  NotAllowed: 'not allowed by its rules',
  NetworkUnreachable: 'network unreachable',
  HostUnreachable: 'host unreachable',
  ConnectionRefused: 'connection refused',
  TTLExpired: 'time to live expired',
  CommandNotSupported: 'command not supported',
  AddressNotSupported: 'address not supported',
}

/** Maps an error of the library, which has only a text. */
function refusalOf(error: unknown, proxy: ProxyServer, target: string): AxisorError {
  const text = error instanceof Error ? error.message : ''
  if (/authentication/i.test(text)) return proxyAuthError(proxy, 'SOCKS 5')
  const [, reply = ''] = /rejected connection - (\w+)/.exec(text) ?? []
  const reason = REFUSALS[reply]
  if (reason === undefined) return text === 'Socket closed' ? proxyClosed(proxy) : notAProxy(proxy, error)
  return new AxisorError('unreachable', `${proxyName(proxy)} could not connect to ${target}: ${reason}`, {
    hint: 'Check the address of the host, and whether the proxy allows it.',
  })
}

/** Keeps what the library emits or lets flow before the owner of the socket listens, and leaves the socket as a new one. */
async function settled(socket: Socket): Promise<Socket> {
  const early: Buffer[] = []
  const keep = (chunk: Buffer): void => void early.push(chunk)
  socket.on('data', keep)
  // After the library's own, in which it resumes the socket.
  await setImmediate()
  socket.off('data', keep).pause()
  if (early.length > 0) socket.unshift(Buffer.concat(early))
  // A paused stream stays so when its owner listens; one that has lost a listener of this kind does not.
  const reset = (): void => {}
  socket.on('readable', reset).off('readable', reset)
  await setImmediate()
  return socket
}

function isTooLong(text: string): boolean {
  return Buffer.byteLength(text) > MAX_BYTES
}

/** Connects through a SOCKS 5 proxy, which gets the name of the target. */
export const openSocksTunnel: OpenTunnel = async (proxy, { host, port }, signal) => {
  const [user, password] = [proxy.user ?? '', proxy.password?.reveal() ?? '']
  if (isTooLong(user) || isTooLong(password))
    throw proxyAuthError(proxy, `more than ${MAX_BYTES} bytes do not fit into SOCKS 5`)
  if (isTooLong(host)) throw new AxisorError('config', 'the name of the host is too long for SOCKS 5')
  const socket = connect({ host: proxy.host.replace(/^\[|\]$/g, ''), port: proxy.port, noDelay: true })
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop)
  try {
    await once(socket, 'connect', { signal })
    const request = SocksClient.createConnection({
      proxy: { host: proxy.host, port: proxy.port, type: 5, userId: user, password },
      command: 'connect',
      destination: { host, port },
      existing_socket: socket,
      timeout: LIBRARY_TIMEOUT_MS,
    })
    await request.catch(error => {
      throw refusalOf(error, proxy, `${host}:${port}`)
    })
    return await settled(socket)
  } catch (error) {
    socket.on('error', () => {}).destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
