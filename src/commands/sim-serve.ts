import { decimal } from '../config/parsers.ts'
import { parseSetting } from '../config/raw-setting.ts'
import type { Flags } from '../config/setting-sources.ts'
import { openExchange } from '../simulator/exchange.ts'
import type { Command, CommandContext } from './command-context.ts'
import { scenarioOf } from './source.ts'

/** A whole number that was typed, or the default. */
function numberOf(typed: Flags, flag: string, least: number, most: number, byDefault: number): number {
  const text = typed[flag]
  if (typeof text !== 'string') return byDefault
  return parseSetting({ text, origin: 'flag', place: `--${flag}` }, decimal(least, most, true))
}

async function open({ world, flags: typed }: CommandContext) {
  const port = numberOf(typed, 'port', 0, 65_535, 0)
  const seed = numberOf(typed, 'seed', 0, 4_294_967_295, 1)
  const tickMs = numberOf(typed, 'tick-ms', 1, 3_600_000, 1_000)
  const scenario = await scenarioOf(typed.scenario)
  const { clock, hmac } = world
  const exchange = openExchange({ clock, hmac, seed, tickMs, ...(scenario === null ? {} : { scenario }) })
  return world.serveExchange(exchange, port)
}

/** Serves the simulated exchange until a signal; its keys are printed, as they open nothing. */
export const simServe: Command = async call => {
  const server = await open(call)
  const { apiUrl, streamUrl, controlUrl, credentials, writeCredentials } = server
  const ready = { apiUrl, streamUrl, controlUrl, credentials, writeCredentials }
  await call.world.terminal.print(`${JSON.stringify(ready)}\n`)
  const code = await call.interrupted
  await server.close()
  return code
}
