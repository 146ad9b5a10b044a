import type { Agent, IncomingMessage, RequestOptions } from 'node:http'
import { urlToHttpOptions } from 'node:url'
import { AxisorError } from '../../domain/error.ts'
import { NO_PROXY_RULES } from '../../domain/proxy.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import { bodyText, MAX_BODY_BYTES } from './body-text.ts'
import { flatHeaders } from './headers.ts'
import { codeOf, networkError } from './network-error.ts'
import { openRoute, type RoutedConnection } from './route.ts'
import { VERIFIED_TLS } from './verified-tls.ts'

/**
 * Returns Node's client for the protocol of a URL. Not imported: an import reads every export of the module, and some of them load
 * a second HTTP client. TLS, whose loading takes a third of Node's start-up, is loaded only for https.
 */
function clientFor({ protocol }: URL) {
  return protocol === 'https:'
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http')
}

/**
 * Keeps connections until the next snapshot read, which comes sooner than the timeout. One snapshot sends up to six requests at once;
 * the accounts of a relay share the connections, and each waits for a reply as long as the exchange is away. Idle connections do not
 * keep the process alive.
 */
const AGENT_OPTIONS = { keepAlive: true, timeout: 30_000, maxSockets: 256, ...VERIFIED_TLS } as const

/** One GET request. */
interface GetRequest {
  readonly origin: Origin
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
}

/** A request in flight. Without an abort signal and streams of events, which take longer than the request itself. */
interface InFlight {
  readonly reply: Promise<HttpReply>
  abort(error: AxisorError): void
}

/** Reads the body. Calls `fail` at most once, with an error that is not mapped yet. */
function readReply(
  response: IncomingMessage,
  host: string,
  { done, fail }: { done(reply: HttpReply): void; fail(error: unknown): void },
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) fail(new AxisorError('unreadable', `${host} sent more than 8 MiB`))
    else chunks.push(chunk)
  })
  response.on('error', fail)
  response.on('end', () => {
    try {
      const body = bodyText(chunks, response.headers, host)
      done({ status: response.statusCode ?? 0, headers: flatHeaders(response.headers), body })
    } catch (error) {
      fail(error)
    }
  })
}

/** Sends the target unchanged: Node neither resolves nor encodes the `path` option. */
function send({ origin, target, headers }: GetRequest): InFlight {
  const { host, agent, options } = origin
  const { promise, resolve, reject } = Promise.withResolvers<HttpReply>()
  const outgoing = origin.request({ ...options, method: 'GET', path: target, headers, agent }, response =>
    readReply(response, host, { done: resolve, fail: abort }),
  )
  /** Settles at once: without a connection yet, the request would report its end only when it gets one. */
  function abort(error: unknown): void {
    reject(error instanceof AxisorError ? error : networkError(error, host))
    outgoing.destroy()
  }
  outgoing.on('error', error => {
    // The server may close an idle connection just as it is reused; the caller decides whether to retry.
    const isStaleConnection = outgoing.reusedSocket && codeOf(error) === 'ECONNRESET'
    abort(isStaleConnection ? new AxisorError('connection-lost', `${host} closed the connection`) : error)
  })
  outgoing.end()
  return { reply: promise, abort }
}

function tooSlow(host: string, via: string | null, timeoutMs: number): AxisorError {
  const seconds = Math.round(timeoutMs / 100) / 10
  const through = via === null ? '' : ` through ${via}`
  return new AxisorError('timeout', `no response from ${host}${through} within ${seconds} s`, {
    hint:
      via === null
        ? 'Check the network connection; the exchange may be slow.'
        : 'Check that the proxy is running; the exchange may be slow.',
  })
}

/** How to send requests to one origin. */
interface Origin {
  readonly host: string
  readonly agent: Agent
  /** What connections lead through; null for direct ones. */
  readonly via: string | null
  readonly request: typeof import('node:http').request
  /** Protocol, host and port. */
  readonly options: RequestOptions
}

function newOrigin(url: URL, connection: RoutedConnection | null): Origin {
  const { Agent, request } = clientFor(url)
  const agent = new Agent(AGENT_OPTIONS)
  // Replaces the method of the class: there is no other way to give an agent its connections.
  if (connection !== null) Object.assign(agent, { createConnection: connection.create })
  const { protocol, hostname, port } = urlToHttpOptions(url)
  return {
    host: url.host,
    agent,
    via: connection?.via ?? null,
    request,
    options: { protocol, hostname, port },
  }
}

/**
 * Implements the `Http` port with Node's own client, which ws loads anyway; `fetch` would double the start-up time. Every request names
 * `userAgent`: many firewalls refuse requests without one.
 */
export function openHttp(userAgent: string, proxies = NO_PROXY_RULES): Http {
  const route = openRoute(proxies)
  const origins = new Map<string, Origin>()
  const inFlight = new Set<InFlight>()

  function originOf(address: string): Origin {
    let origin = origins.get(address)
    if (origin === undefined) {
      const url = new URL(address)
      origin = newOrigin(url, route.connectionFor(url))
      origins.set(address, origin)
    }
    return origin
  }

  return {
    async get(address, target, headers, timeoutMs) {
      const origin = originOf(address)
      const sent = send({ origin, target, headers: { 'user-agent': userAgent, ...headers } })
      const timer = setTimeout(() => sent.abort(tooSlow(origin.host, origin.via, timeoutMs)), timeoutMs)
      inFlight.add(sent)
      try {
        return await sent.reply
      } finally {
        clearTimeout(timer)
        inFlight.delete(sent)
      }
    },
    close() {
      for (const each of inFlight) each.abort(new AxisorError('unreachable', 'the HTTP client was closed'))
      for (const { agent } of origins.values()) agent.destroy()
    },
  }
}
