import type { ExitCode } from '../domain/error.ts'
import { openExchange } from '../simulator/exchange.ts'
import type { CommandContext } from './command-context.ts'
import type { SimServeOptions } from './sim-serve-options.ts'
import { scenarioOf } from './simulated-exchange.ts'

/** Serves the simulated exchange until a signal. Its keys are printed: they open nothing else. */
export async function simServe(
  options: SimServeOptions,
  context: Pick<CommandContext, 'clock' | 'hmac' | 'serveExchange' | 'terminal' | 'interrupted'>,
): Promise<ExitCode> {
  const { port, seed, tickMs } = options
  const { clock, hmac, terminal, interrupted } = context
  const scenario = await scenarioOf(options.scenario)
  const exchange = openExchange({ clock, hmac, seed, tickMs, ...(scenario === null ? {} : { scenario }) })
  const server = await context.serveExchange(exchange, port)
  const { apiUrl, streamUrl, controlUrl, credentials, writeCredentials } = server
  const ready = { apiUrl, streamUrl, controlUrl, credentials, writeCredentials }
  await terminal.print(`${JSON.stringify(ready)}\n`)
  const code = await interrupted
  await server.close()
  return code
}
