import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import type { Env } from '../../ports/env.ts'
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
  /** Source of the proxy settings. */
  readonly env: Env
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
function sendError(error: unknown, host: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof SendError) return error
  if (codeOf(error) === 'UND_ERR_INVALID_ARG') {
    return new SendError(failed(`the request to ${host} is not valid: check the secret of the channel`))
  }
  return new SendError(retry(networkError(error, host).message))
}

/** Uses the proxy of `HTTPS_PROXY`, unless `NO_PROXY` lists the host. */
function openSecureAgent(options: HttpClientOptions): Dispatcher {
  const { guard, allowPrivateAddresses, env } = options
  const proxy = env.https_proxy ?? env.HTTPS_PROXY ?? ''
  const lookup = guard.lookup(secureReach(options))
  const settings = {
    ...LIMITS,
    allowH2: false,
    connect: { lookup, timeout: CONNECT_TIMEOUT_MS, ...VERIFIED_TLS },
  }
  // A proxy resolves names itself, out of reach of the guard.
  if (proxy === '' || !allowPrivateAddresses) return new Agent(settings)
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? ''
  const tls = { requestTls: VERIFIED_TLS, proxyTls: VERIFIED_TLS }
  return new EnvHttpProxyAgent({ ...settings, ...tls, httpsProxy: proxy, httpProxy: '', noProxy })
}

/** Opens a client with a pool of connections per origin. Unencrypted requests go to private addresses only, and through no proxy. */
export function openHttpClient(options: HttpClientOptions): HttpClient {
  const { guard, userAgent } = options
  const secure = openSecureAgent(options)
  const plain = new Agent({
    ...LIMITS,
    connect: { lookup: guard.lookup('private'), timeout: CONNECT_TIMEOUT_MS },
  })

  return {
    async request({ url: text, headers, body }, signal) {
      const { url, isSecure } = connectionTarget(text, 'http', options)
      try {
        const reply = await (isSecure ? secure : plain).request({
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
        throw sendError(error, url.host, signal)
      }
    },
    async close() {
      await Promise.all([secure.destroy(), plain.destroy()])
    },
  }
}
