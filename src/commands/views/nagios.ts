import { type AxisorError, EXIT, type ExitCode } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { SnapshotDocument } from '../../wire/snapshot.ts'
import type { Breach, Limits } from './check-limits.ts'

/** The states of a monitoring plugin with their exit codes, worst last. `WARNING` (1) is not used: a limit holds or it does not. */
const STATES = { OK: EXIT.done, UNKNOWN: EXIT.unverified, CRITICAL: 2 } as const

type NagiosState = keyof typeof STATES

/** A document and what was found in it. */
export interface Checked {
  readonly document: SnapshotDocument
  readonly limits: Limits
  readonly breaches: readonly Breach[]
  readonly json: boolean
}

/** What a check prints, and its exit code. */
export interface CheckResult {
  readonly text: string
  readonly exitCode: ExitCode
}

/** A bar separates text and performance data. */
function resultOf(state: NagiosState, text: string, performance = ''): CheckResult {
  const data = performance === '' ? '' : ` | ${performance}`
  return { text: `AXISOR ${state} - ${text.replaceAll('|', '/')}${data}\n`, exitCode: STATES[state] }
}

/** `label=value;warning;critical;min`: without a warning. A value that can't be verified is left out, as a plugin must. */
function performanceOf({ positions, source, totals }: SnapshotDocument, limits: Limits): string {
  const distances = (positions ?? []).flatMap(({ liquidationDistance }) => liquidationDistance ?? [])
  const nearest = distances.length === 0 ? null : (Math.min(...distances) * 100).toFixed(2)
  const { equitySats } = totals
  return [
    nearest === null ? null : `distance=${nearest}%;;${limits.liquidationDistance * 100}:;0`,
    source.ageMs === null ? null : `age=${(source.ageMs / 1000).toFixed(1)}s;;${limits.maxAgeMs / 1000};0`,
    equitySats === null
      ? null
      : `equity_sats=${equitySats};;${limits.minEquitySats === null ? '' : `${limits.minEquitySats}:`}`,
  ]
    .filter(each => each !== null)
    .join(' ')
}

/** Returns the result of a check. A breach is critical, also beside a value that can't be verified. */
export function nagiosResult({ document, limits, breaches }: Checked): CheckResult {
  const mark = document.origin === 'simulated' ? 'SIMULATED: ' : ''
  const performance = performanceOf(document, limits)
  if (breaches.length === 0) return resultOf('OK', `${mark}all limits hold`, performance)
  const isCritical = breaches.some(({ reason }) => reason !== 'unknown')
  const text = breaches.map(({ message }) => message).join('; ')
  return resultOf(isCritical ? 'CRITICAL' : 'UNKNOWN', `${mark}${text}`, performance)
}

/** Returns the result of a check that could not be made. */
export function nagiosFailure(error: AxisorError): CheckResult {
  const { lines, message, hint } = error
  return resultOf(
    'UNKNOWN',
    [...lines, message, ...(hint === null ? [] : [hint])].map(text => sanitize(text)).join('. '),
  )
}
