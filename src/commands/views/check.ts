import { decimal } from '../../config/parsers.ts'
import { parseSetting } from '../../config/raw-setting.ts'
import type { Flags } from '../../config/setting-sources.ts'
import { EXIT } from '../../domain/error.ts'
import type { Command, CommandContext } from '../command-context.ts'
import { settingsOf } from '../source.ts'
import { type Breach, breachesOf, type Limits } from './check-limits.ts'
import { snapshotViewOf } from './print-document.ts'
import { readSnapshot } from './read-snapshot.ts'

function numberOf(typed: Flags, flag: string, least: number, most: number): number | null {
  const text = typed[flag]
  return typeof text === 'string'
    ? parseSetting({ text, origin: 'flag', place: `--${flag}` }, decimal(least, most))
    : null
}

function limitsOf({ flags: typed }: CommandContext): Limits {
  return {
    liquidationDistance: (numberOf(typed, 'liq', 0, 100) ?? 5) / 100,
    maxAgeMs: (numberOf(typed, 'max-age', 0, 86_400) ?? 30) * 1000,
    minEquitySats: numberOf(typed, 'min-equity', 0, 2_100_000_000_000_000),
  }
}

function sentence(breaches: readonly Breach[], simulated: boolean): string {
  const mark = simulated ? 'SIMULATED ' : ''
  if (breaches.length === 0) return `${mark}OK\n`
  return breaches.map(({ reason }) => `${mark}BREACHED ${reason}\n`).join('')
}

/** Says whether all limits are kept; the answer is data and goes to stdout. */
export const check: Command = async call => {
  const limits = limitsOf(call)
  const reading = await readSnapshot(call, await settingsOf(call), {
    account: true,
    equity: limits.minEquitySats !== null,
  })
  if (reading.kind === 'stopped') return reading.code
  const { document } = snapshotViewOf(reading.state, reading.now)
  const breaches = breachesOf(document, limits)
  const { asOf, origin, network } = document
  const result = { ok: breaches.length === 0, asOf, origin, network, limits, breaches }
  const text = call.flags.json ? `${JSON.stringify(result)}\n` : sentence(breaches, origin === 'simulated')
  await call.world.terminal.print(text)
  return breaches.length === 0 ? EXIT.done : EXIT.breached
}
