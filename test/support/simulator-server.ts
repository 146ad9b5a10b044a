import { openClock } from '../../src/node/clock.ts'
import { hmacSha256 } from '../../src/node/hmac.ts'
import { openSimulatorServer, type SimulatorServer } from '../../src/node/simulator/http-server.ts'
import { type Exchange, type ExchangeOptions, openExchange } from '../../src/simulator/exchange.ts'

/** A running simulator server and its exchange. */
export interface TestServer extends SimulatorServer {
  readonly exchange: Exchange
  /** Sends a knob command over HTTP. */
  knob(command: Readonly<Record<string, unknown>>): Promise<Response>
}

/** The environment of a program that uses the read-only key of a simulated exchange. */
export function environmentOf({
  apiUrl,
  streamUrl,
  credentials,
}: Pick<SimulatorServer, 'apiUrl' | 'streamUrl' | 'credentials'>): Readonly<Record<string, string>> {
  const { key, secret, passphrase } = credentials
  return {
    AXISOR_API_KEY: key,
    AXISOR_API_SECRET: secret,
    AXISOR_API_PASSPHRASE: passphrase,
    AXISOR_API_URL: apiUrl,
    AXISOR_STREAM_URL: streamUrl,
  }
}

/** Opens a simulated exchange on a loopback socket, by default with the real clock. */
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
