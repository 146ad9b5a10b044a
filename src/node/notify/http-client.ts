import { Agent, type buildConnector, type Dispatcher } from 'undici'
import { AxisorError } from '../../domain/error.ts'
import { type ProxyRules, type ProxyServer, proxyFor, proxyName } from '../../domain/proxy.ts'
import { flatHeaders } from '../net/headers.ts'
import { codeOf, networkError } from '../net/network-error.ts'
import { VERIFIED_TLS } from '../net/verified-tls.ts'
import { connectionTarget, type NetworkPolicy, secureReach } from './connection-target.ts'
import { failed, retry, SendError } from './send-result.ts'

const MAX_BODY_BYTES = 64 * 1024

/** Limits of one connection; the time-out of the attempt may end it sooner. `bodyTimeout` is the pause between two chunks. */
const LIMITS = { headersTimeout: 30_000, bodyTimeout: 5_000, connections: 32 } as const
const CONNECT_TIMEOUT_MS = 10_000

/** A GET, or a POST if there is a body. */
interface HttpRequest {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | null
}

/** A reply with any status. Header names are lower case. */
export interface HttpResponse {
  /** Host that sent it, with its port if it has one. */
  readonly host: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** At most 64 KiB; empty if it did not arrive whole. */
  readonly text: string
}

export interface HttpClient {
  /**
   * Sends one request and follows no redirect.
   * @throws SendError for an invalid URL, a refused host or address, and every failure of the connection
   */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>
  /** Closes all connections; requests in flight fail. */
  close(): Promise<void>
}

interface HttpClientOptions extends NetworkPolicy {
  readonly userAgent: string
}

async function textOf(body: Dispatcher.ResponseData['body'], signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      // Leaving the loop closes the connection.
      if (bytes >= MAX_BODY_BYTES) break
    }
  } catch {
    // The status counts; a channel that needs the text for a confirmation misses it.
    if (signal.aborted) throw signal.reason
    return ''
  }
  return Buffer.concat(chunks).toString('utf8', 0, Math.min(bytes, MAX_BODY_BYTES))
}

/** Maps an error of undici. Its text is not used: it may contain the URL. */
function sendError(error: unknown, host: string, proxy: ProxyServer | null, signal: AbortSignal): unknown {
  if (signal.aborted) return proxy === null ? signal.reason : lateError(signal.reason, proxy)
  if (error instanceof SendError) return error
  if (error instanceof AxisorError) return new SendError(retry(error.message))
  if (codeOf(error) === 'UND_ERR_INVALID_ARG') {
    return new SendError(failed(`the request to ${host} is not valid: check the secret of the channel`))
  }
  return new SendError(retry(networkError(error, host).message))
}

/** Names the proxy of an attempt that ran out of time. */
function lateError(reason: unknown, proxy: ProxyServer): unknown {
  if (!(reason instanceof SendError) || reason.result.kind === 'delivered') return reason
  return new SendError({ ...reason.result, why: `${reason.result.why} through ${proxyName(proxy)}` })
}

/** Connects through the proxies of the rules. */
function tunnelConnector(proxies: ProxyRules): buildConnector.connector {
  return ({ hostname, port, protocol }, done) => {
    const isSecure = protocol === 'https:'
    const target = {
      scheme: isSecure ? 'https' : 'http',
      host: hostname,
      port: Number(port) || (isSecure ? 443 : 80),
    } as const
    const connect = async () => {
      const { openTunnel } = await import('../net/proxy/tunnel.ts')
      const proxy = proxyFor(proxies, target)
      if (proxy === null) throw new TypeError('a direct connection without the guard')
      return openTunnel(proxy, target)
    }
    connect().then(
      socket => done(null, socket),
      (error: Error) => done(error, null),
    )
  }
}

/** Opens a client with a pool of connections per origin. Unencrypted requests go to private addresses only. */
export function openHttpClient(options: HttpClientOptions): HttpClient {
  const { guard, userAgent, proxies } = options
  const secure = new Agent({
    ...LIMITS,
    allowH2: false,
    connect: { lookup: guard.lookup(secureReach(options)), timeout: CONNECT_TIMEOUT_MS, ...VERIFIED_TLS },
  })
  const plain = new Agent({
    ...LIMITS,
    connect: { lookup: guard.lookup('private'), timeout: CONNECT_TIMEOUT_MS },
  })
  const proxied = new Agent({ ...LIMITS, allowH2: false, connect: tunnelConnector(proxies) })

  return {
    async request({ url: text, headers, body }, signal) {
      const { url, isSecure, proxy } = connectionTarget(text, 'http', options)
      const direct = isSecure ? secure : plain
      try {
        const reply = await (proxy === null ? direct : proxied).request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: body === null ? 'GET' : 'POST',
          headers: { 'user-agent': userAgent, ...headers },
          body,
          signal,
        })
        return {
          host: url.host,
          status: reply.statusCode,
          headers: flatHeaders(reply.headers),
          text: await textOf(reply.body, signal),
        }
      } catch (error) {
        throw sendError(error, url.host, proxy, signal)
      }
    },
    async close() {
      await Promise.all([secure.destroy(), plain.destroy(), proxied.destroy()])
    },
  }
}
