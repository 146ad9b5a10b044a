import { AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { sourceSettings } from '../source-settings.ts'
import { type Breach, breachesOf, type Limits } from './check-limits.ts'
import { type Checked, type CheckResult, nagiosResult } from './nagios.ts'
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

/**
 * Checks the risk limits. The result is data, so it is printed to stdout.
 * @throws AxisorError usage, for two formats, and if there is no snapshot
 */
export async function check(options: CheckOptions, context: SnapshotContext): Promise<ExitCode> {
  if (options.nagios && options.json)
    throw new AxisorError('usage', '--json and --nagios exclude each other', { hint: 'Use one of them.' })
  return checkOnce(options, context, options.nagios ? nagiosResult : resultOf)
}

async function checkOnce(
  options: CheckOptions,
  context: SnapshotContext,
  result: (checked: Checked) => CheckResult,
): Promise<ExitCode> {
  const limits = limitsOf(options)
  const isLimited = limits.minEquitySats !== null
  const requirements = { account: true, equity: isLimited, needsUnit: isLimited }
  const reading = await readSnapshot(await sourceSettings(options, context), requirements, context)
  if (reading.kind === 'interrupted') return reading.code
  const { document } = snapshotViewOf(reading.state, reading.now)
  const { text, exitCode } = result({
    document,
    limits,
    breaches: breachesOf(document, limits),
    json: options.json,
  })
  await context.terminal.print(text, options.json ? 'json' : 'text')
  return exitCode
}

function resultOf({ document, limits, breaches, json }: Checked): CheckResult {
  const { asOf, origin, network } = document
  const result = { ok: breaches.length === 0, asOf, origin, network, limits, breaches }
  const text = json ? `${JSON.stringify(result)}\n` : resultText(breaches, origin === 'simulated')
  return { text, exitCode: breaches.length === 0 ? EXIT.done : EXIT.breached }
}
