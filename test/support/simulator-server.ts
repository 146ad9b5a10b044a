import { openClock } from '../../src/node/clock.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import { openSimulatorServer, type SimulatorServer } from '../../src/node/simulator/http-server.ts'
import { type Exchange, type ExchangeOptions, openExchange } from '../../src/simulator/exchange.ts'

export interface TestServer extends SimulatorServer {
  readonly exchange: Exchange
  /** Works a knob over HTTP, as another program would. */
  knob(command: Readonly<Record<string, unknown>>): Promise<Response>
}

/** A simulated exchange on a real loopback socket with the real clock. */
export async function openTestServer(
  options: Partial<Omit<ExchangeOptions, 'hmac'>> & { readonly port?: number } = {},
): Promise<TestServer> {
  const { clock = openClock(), port = 0, ...rest } = options
  const exchange = openExchange({ clock, hmac: hmacSha256, ...rest })
  const server = await openSimulatorServer(exchange, { port, clock })
  const knob = (command: Readonly<Record<string, unknown>>) =>
    fetch(server.controlUrl, { method: 'POST', body: JSON.stringify(command) })
  return { ...server, exchange, knob }
}
