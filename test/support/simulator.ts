import { hmacSha256 } from '../../src/node/hmac.ts'
import type { HttpReply } from '../../src/ports/net.ts'
import { type Exchange, type ExchangeOptions, openExchange } from '../../src/simulator/exchange.ts'
import { type MemoryTransport, openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { PRIVATE_TOPICS } from '../../src/simulator/protocol/topics.ts'
import { type FakeClock, openFakeClock } from './fake-clock.ts'

/** A simulated exchange on a fake clock, with its transport and helpers for requests. */
export interface SimulatorWorld {
  readonly clock: FakeClock
  readonly exchange: Exchange
  readonly transport: MemoryTransport
  /** Runs a knob. Throws if the exchange rejects the command. */
  knob(command: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** Returns headers that sign a GET of the target (path and query, `/v3` included) with the read-only key. */
  sign(target: string): Record<string, string>
  /** Returns frames that authenticate with the read-only key and subscribe to all private topics. */
  authFrames(): readonly [string, string]
  /** Sends a signed GET without advancing time. */
  get(target: string): Promise<HttpReply>
  /** Advances past the rate limit, sends a signed GET and returns the parsed body. Throws unless the status is 200. */
  read(target: string): Promise<unknown>
}

/** Opens a simulated exchange on a fake clock, reached by its memory transport. */
export function openSimulatorWorld(
  options: Partial<Omit<ExchangeOptions, 'clock' | 'hmac'>> = {},
  clock = openFakeClock(),
): SimulatorWorld {
  const exchange = openExchange({ clock, hmac: hmacSha256, ...options })
  const transport = openMemoryTransport(exchange, clock)
  const { key, secret, passphrase } = exchange.credentials

  const sign = (target: string) => {
    const timestamp = String(clock.nowMs())
    const signature = hmacSha256(secret, `${timestamp}get${target}`)
    return {
      'lnm-access-key': key,
      'lnm-access-passphrase': passphrase,
      'lnm-access-timestamp': timestamp,
      'lnm-access-signature': signature,
    }
  }
  let authCount = 0
  const authFrames = (): readonly [string, string] => {
    const timestamp = clock.nowMs()
    const nonce = `nonce-number-${++authCount}`
    const signature = hmacSha256(secret, `${timestamp}${nonce}`)
    const params = { key, passphrase, signature, timestamp, nonce }
    const topics = [...PRIVATE_TOPICS.keys()]
    return [
      JSON.stringify({ jsonrpc: '2.0', id: 'authenticate', method: 'authenticate', params }),
      JSON.stringify({ jsonrpc: '2.0', id: 'subscribe', method: 'subscribe', params: { topics } }),
    ]
  }
  const get = async (target: string) => {
    const reply = transport.http.get('http://127.0.0.1', target, sign(target), 10_000)
    // The caller handles a rejection later; until then it must not count as unhandled.
    reply.catch(() => {})
    await clock.settle()
    return reply
  }
  return {
    clock,
    exchange,
    transport,
    sign,
    authFrames,
    get,
    knob(command) {
      const { status, body } = exchange.control(JSON.stringify(command))
      if (status !== 200) throw new Error(body)
      return JSON.parse(body)
    },
    async read(target) {
      await clock.advance(200)
      const { status, body } = await get(target)
      if (status !== 200) throw new Error(`${status} ${body}`)
      return JSON.parse(body)
    },
  }
}

/** Passes one request directly to the exchange and returns the reply with its parsed body. */
export function send(
  world: SimulatorWorld,
  method: string,
  target: string,
  headers: Record<string, string> = {},
) {
  const reply = world.exchange.handle({ method, target, headers, body: '', peer: 'test' })
  return { ...reply, json: JSON.parse(reply.body) }
}

/** Returns headers that sign a GET with any key at any time. */
export function signedBy(
  world: SimulatorWorld,
  { key, secret, passphrase }: { key: string; secret: string; passphrase: string },
  target: string,
  timestamp = world.clock.nowMs(),
): Record<string, string> {
  return {
    'lnm-access-key': key,
    'lnm-access-passphrase': passphrase,
    'lnm-access-timestamp': String(timestamp),
    'lnm-access-signature': hmacSha256(secret, `${timestamp}get${target}`),
  }
}
