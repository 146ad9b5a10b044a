import { hmacSha256 } from '../../src/node/hmac.ts'
import type { HttpReply } from '../../src/ports/net.ts'
import { type Exchange, type ExchangeOptions, openExchange } from '../../src/simulator/exchange.ts'
import { type MemoryDoor, openMemoryDoor } from '../../src/simulator/memory-door.ts'
import { type FakeClock, openFakeClock } from './fake-clock.ts'

export interface SimulatorWorld {
  readonly clock: FakeClock
  readonly exchange: Exchange
  readonly door: MemoryDoor
  /** Works a knob; throws when the exchange does not take the command. */
  knob(command: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** The headers that sign a GET of a target (path and query, `/v3` included) with the read-only key. */
  sign(target: string): Record<string, string>
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
  const door = openMemoryDoor(exchange, clock)
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
  const ask = async (target: string) => {
    const reply = door.http.get('http://127.0.0.1', target, sign(target), 10_000)
    await clock.settle()
    return reply
  }
  return {
    clock,
    exchange,
    door,
    sign,
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
