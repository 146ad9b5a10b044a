import type { Agent, IncomingMessage } from 'node:http'
import { AxisorError } from '../../domain/error.ts'
import { NO_PROXY_RULES } from '../../domain/proxy.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
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

const MAX_BODY_BYTES = 8 * 1024 * 1024

/**
 * Keeps connections until the next snapshot read, which comes sooner than the timeout. One snapshot sends up to six requests
 * at once. Idle connections do not keep the process alive.
 */
const AGENT_OPTIONS = { keepAlive: true, timeout: 30_000, maxSockets: 6, ...VERIFIED_TLS } as const

/** One GET request. */
interface GetRequest {
  readonly origin: URL
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly agent: Agent
  readonly signal: AbortSignal
}

async function bodyOf(response: IncomingMessage, host: string): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Leaving the loop closes the connection.
    if (bytes > MAX_BODY_BYTES) throw new AxisorError('unreadable', `${host} sent more than 8 MiB`)
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new AxisorError('unreadable', `${host} sent a reply that is not UTF-8 text`)
  }
}

/** Sends the target unchanged: Node neither resolves nor encodes the `path` option. */
function responseTo({ origin, target, headers, agent, signal }: GetRequest): Promise<IncomingMessage> {
  const { request } = clientFor(origin)
  return new Promise((resolve, reject) => {
    const options = { method: 'GET', path: target, headers, agent, signal }
    const outgoing = request(origin, options, resolve)
    // Without a connection yet, the request would report its end only when it gets one.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    outgoing.on('error', error => {
      // The server may close an idle connection just as it is reused; the caller decides whether to retry.
      const isStaleConnection = outgoing.reusedSocket && codeOf(error) === 'ECONNRESET' && !signal.aborted
      reject(
        isStaleConnection
          ? new AxisorError('connection-lost', `${origin.host} closed the connection`)
          : error,
      )
    })
    outgoing.end()
  })
}

async function fetchReply(request: GetRequest): Promise<HttpReply> {
  const { host } = request.origin
  try {
    const response = await responseTo(request)
    const body = await bodyOf(response, host)
    return { status: response.statusCode ?? 0, headers: flatHeaders(response.headers), body }
  } catch (error) {
    const { reason } = request.signal
    if (reason instanceof AxisorError) throw reason
    throw error instanceof AxisorError ? error : networkError(error, host)
  }
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

/** An agent, and what its connections lead through; null for direct ones. */
interface RoutedAgent {
  readonly agent: Agent
  readonly via: string | null
}

function newAgent(url: URL, connection: RoutedConnection | null): RoutedAgent {
  const { Agent } = clientFor(url)
  const agent = new Agent(AGENT_OPTIONS)
  if (connection === null) return { agent, via: null }
  // Replaces the method of the class: there is no other way to give an agent its connections.
  return { agent: Object.assign(agent, { createConnection: connection.create }), via: connection.via }
}

/**
 * Implements the `Http` port with Node's own client, which ws loads anyway; `fetch` would double the start-up time. Every request names
 * `userAgent`: many firewalls refuse requests without one.
 */
export function openHttp(userAgent: string, proxies = NO_PROXY_RULES): Http {
  const route = openRoute(proxies)
  const agents = new Map<string, RoutedAgent>()
  const inFlight = new Set<AbortController>()

  function agentFor(url: URL): RoutedAgent {
    const known = agents.get(url.origin) ?? newAgent(url, route.connectionFor(url))
    agents.set(url.origin, known)
    return known
  }

  return {
    async get(origin, target, headers, timeoutMs) {
      const url = new URL(origin)
      const { agent, via } = agentFor(url)
      const giveUp = new AbortController()
      const timer = setTimeout(() => giveUp.abort(tooSlow(url.host, via, timeoutMs)), timeoutMs)
      inFlight.add(giveUp)
      try {
        const named = { 'user-agent': userAgent, ...headers }
        return await fetchReply({ origin: url, target, headers: named, agent, signal: giveUp.signal })
      } finally {
        clearTimeout(timer)
        inFlight.delete(giveUp)
      }
    },
    close() {
      for (const each of inFlight) each.abort(new AxisorError('unreachable', 'the HTTP client was closed'))
      for (const { agent } of agents.values()) agent.destroy()
    },
  }
}
