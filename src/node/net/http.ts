import type { Agent, IncomingMessage } from 'node:http'
import { AxisorError } from '../../domain/error.ts'
import type { Http, HttpReply } from '../../ports/net.ts'
import { flatHeaders } from './headers.ts'
import { codeOf, networkError } from './network-error.ts'

/**
 * Node's client for the protocol of an address. Not imported: for an import Node asks the module for every name it has, and some
 * of them load a whole second HTTP client. And TLS, which takes a third as long as starting Node, only for an address that needs it.
 */
function clientFor({ protocol }: URL) {
  return protocol === 'https:'
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http')
}

const MAX_BYTES = 8 * 1024 * 1024

/**
 * Connections are kept for the next reading, which comes sooner than this, and there are as many as the requests of one
 * picture that go out together. A single command ends without waiting for them.
 */
const KEPT = { keepAlive: true, timeout: 30_000, maxSockets: 6 } as const

/** One GET, at its own place on the wire. */
interface Asked {
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
    // Leaving the loop ends the connection.
    if (bytes > MAX_BYTES) throw new AxisorError('unreadable', `${host} sent more than 8 MiB`)
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new AxisorError('unreadable', `${host} sent something that is not text`)
  }
}

/** Sends the target as it is: Node neither resolves nor encodes a path that is given as one. */
function responseTo({ origin, target, headers, agent, signal }: Asked): Promise<IncomingMessage> {
  const { request } = clientFor(origin)
  return new Promise((resolve, reject) => {
    const options = { method: 'GET', path: target, headers, agent, signal }
    const sent = request(origin, options, resolve)
    sent.on('error', error => {
      // The other side may close a kept connection just as it is used again: whoever asks decides whether to ask once more.
      const wasKept = sent.reusedSocket && codeOf(error) === 'ECONNRESET' && !signal.aborted
      reject(wasKept ? new AxisorError('connection-lost', `${origin.host} closed the connection`) : error)
    })
    sent.end()
  })
}

async function ask(asked: Asked): Promise<HttpReply> {
  const { host } = asked.origin
  try {
    const response = await responseTo(asked)
    const body = await bodyOf(response, host)
    return { status: response.statusCode ?? 0, headers: flatHeaders(response.headers), body }
  } catch (error) {
    const { reason } = asked.signal
    if (reason instanceof AxisorError) throw reason
    throw error instanceof AxisorError ? error : networkError(error, host)
  }
}

function tooSlow(host: string, timeoutMs: number): AxisorError {
  const seconds = Math.round(timeoutMs / 100) / 10
  return new AxisorError('timeout', `${host} did not answer within ${seconds} s`, {
    hint: 'Check the network; the exchange may be slow.',
  })
}

/** HTTP over Node's own client, which the sockets load anyway: a second one would double the start-up of a snapshot. */
export function openHttp(): Http {
  const agents = new Map<string, Agent>()
  const underWay = new Set<AbortController>()

  function agentFor(url: URL): Agent {
    const { Agent } = clientFor(url)
    const agent = agents.get(url.protocol) ?? new Agent(KEPT)
    agents.set(url.protocol, agent)
    return agent
  }

  return {
    async get(origin, target, headers, timeoutMs) {
      const url = new URL(origin)
      const agent = agentFor(url)
      const giveUp = new AbortController()
      const timer = setTimeout(() => giveUp.abort(tooSlow(url.host, timeoutMs)), timeoutMs)
      underWay.add(giveUp)
      try {
        return await ask({ origin: url, target, headers, agent, signal: giveUp.signal })
      } finally {
        clearTimeout(timer)
        underWay.delete(giveUp)
      }
    },
    close() {
      for (const each of underWay) each.abort(new AxisorError('unreachable', 'the connection was given back'))
      for (const agent of agents.values()) agent.destroy()
    },
  }
}
