import { NO_RISK_ALERTS, updateRiskAlerts } from '../../alerts/risk-alerts.ts'
import { riskInputOf } from '../../alerts/risk-input.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import type { State } from '../../store/state.ts'
import type { SnapshotDocument } from '../../wire/snapshot.ts'
import type { SourceSettings } from '../source-settings.ts'
import { readSnapshot, type SnapshotContext, type SnapshotRequirements } from './read-snapshot.ts'

/** A snapshot to print: the document, and the state that it was made from. */
export interface SnapshotView {
  readonly document: SnapshotDocument
  readonly state: State
  readonly now: number
}

/** Returns the document of a state with its active alerts. Without earlier states, every exceeded limit is active. */
export function snapshotViewOf(state: State, now: number): SnapshotView {
  const alerts = updateRiskAlerts(NO_RISK_ALERTS, riskInputOf(state, now), now).active
  return { document: snapshotOf(state, now, alerts), state, now }
}

/**
 * Waits for the first complete snapshot, prints the text that `write` returns and exits with EXIT.stale for stale data.
 * @throws AxisorError if there is no snapshot; then nothing is printed
 */
export async function printOnce(
  settings: SourceSettings,
  requirements: SnapshotRequirements,
  context: SnapshotContext,
  write: (snapshot: SnapshotView) => string,
): Promise<ExitCode> {
  const reading = await readSnapshot(settings, requirements, context)
  if (reading.kind === 'interrupted') return reading.code
  const snapshot = snapshotViewOf(reading.state, reading.now)
  const isOpen = await context.terminal.print(write(snapshot))
  return isOpen && snapshot.document.source.stale ? EXIT.stale : EXIT.done
}
