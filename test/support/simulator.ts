import { hmacSha256 } from '../../src/node/hmac.ts'
import type { HttpReply } from '../../src/ports/net.ts'
import { type Exchange, type ExchangeOptions, openExchange } from '../../src/simulator/exchange.ts'
import { type MemoryTransport, openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { PRIVATE_TOPICS } from '../../src/simulator/protocol/topics.ts'
import { type FakeClock, openFakeClock } from './fake-clock.ts'

export interface SimulatorWorld {
  readonly clock: FakeClock
  readonly exchange: Exchange
  readonly transport: MemoryTransport
  /** Works a knob; throws when the exchange does not take the command. */
  knob(command: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** The headers that sign a GET of a target (path and query, `/v3` included) with the read-only key. */
  sign(target: string): Record<string, string>
  /** The frames that authenticate a socket with the read-only key and subscribe it to all private topics. */
  greeting(): readonly [string, string]
  /** A signed GET, with time standing still. */
  ask(target: string): Promise<HttpReply>
  /** A signed GET after enough time for the rate limit, its body parsed. */
  read(target: string): Promise<unknown>
}

/** A simulated exchange on a fake clock, behind its memory door. */
export function openSimulatorWorld(
  options: Partial<Omit<ExchangeOptions, 'clock' | 'hmac'>> = {},
): SimulatorWorld {
  const clock = openFakeClock()
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
  let greetings = 0
  const greeting = (): readonly [string, string] => {
    const timestamp = clock.nowMs()
    const nonce = `nonce-number-${++greetings}`
    const signature = hmacSha256(secret, `${timestamp}${nonce}`)
    const params = { key, passphrase, signature, timestamp, nonce }
    const topics = [...PRIVATE_TOPICS.keys()]
    return [
      JSON.stringify({ jsonrpc: '2.0', id: 'authenticate', method: 'authenticate', params }),
      JSON.stringify({ jsonrpc: '2.0', id: 'subscribe', method: 'subscribe', params: { topics } }),
    ]
  }
  const ask = async (target: string) => {
    const reply = transport.http.get('http://127.0.0.1', target, sign(target), 10_000)
    // Whoever asked will look at a failure; until then it must not count as unhandled.
    reply.catch(() => {})
    await clock.settle()
    return reply
  }
  return {
    clock,
    exchange,
    transport,
    sign,
    greeting,
    ask,
    knob(command) {
      const { status, body } = exchange.control(JSON.stringify(command))
      if (status !== 200) throw new Error(body)
      return JSON.parse(body)
    },
    async read(target) {
      await clock.advance(200)
      const { status, body } = await ask(target)
      if (status !== 200) throw new Error(`${status} ${body}`)
      return JSON.parse(body)
    },
  }
}

/** One request straight to the exchange's front desk, its body parsed. */
export function send(
  world: SimulatorWorld,
  method: string,
  target: string,
  headers: Record<string, string> = {},
) {
  const reply = world.exchange.handle({ method, target, headers, body: '', peer: 'test' })
  return { ...reply, json: JSON.parse(reply.body) }
}

/** The headers that sign a GET with any key, at any time. */
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
