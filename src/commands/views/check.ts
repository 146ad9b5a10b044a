import { EXIT, type ExitCode } from '../../domain/error.ts'
import { sourceSettings } from '../source-settings.ts'
import { type Breach, breachesOf, type Limits } from './check-limits.ts'
import type { CheckOptions } from './options.ts'
import { snapshotViewOf } from './print-document.ts'
import { readSnapshot, type SnapshotContext } from './read-snapshot.ts'

function limitsOf({ liquidationPercent, maxAgeSeconds, minEquitySats }: CheckOptions): Limits {
  return { liquidationDistance: liquidationPercent / 100, maxAgeMs: maxAgeSeconds * 1000, minEquitySats }
}

function resultText(breaches: readonly Breach[], simulated: boolean): string {
  const mark = simulated ? 'SIMULATED ' : ''
  if (breaches.length === 0) return `${mark}OK\n`
  return breaches
    .map(({ reason, message }) => `${mark}BREACHED ${reason === message ? '' : `${reason}: `}${message}\n`)
    .join('')
}

/** Checks the risk limits. The result is data, so it is printed to stdout. */
export async function check(options: CheckOptions, context: SnapshotContext): Promise<ExitCode> {
  const limits = limitsOf(options)
  const isLimited = limits.minEquitySats !== null
  const requirements = { account: true, equity: isLimited, needsUnit: isLimited }
  const reading = await readSnapshot(await sourceSettings(options, context), requirements, context)
  if (reading.kind === 'interrupted') return reading.code
  const { document } = snapshotViewOf(reading.state, reading.now)
  const breaches = breachesOf(document, limits)
  const { asOf, origin, network } = document
  const result = { ok: breaches.length === 0, asOf, origin, network, limits, breaches }
  const text = options.json ? `${JSON.stringify(result)}\n` : resultText(breaches, origin === 'simulated')
  await context.terminal.print(text)
  return breaches.length === 0 ? EXIT.done : EXIT.breached
}
