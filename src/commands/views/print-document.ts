import { NO_RISK_ALERTS, updateRiskAlerts } from '../../alerts/risk-alerts.ts'
import type { Settings } from '../../config/settings.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import { selectPositions } from '../../store/selectors/positions.ts'
import type { State } from '../../store/state.ts'
import type { SnapshotDocument } from '../../wire/snapshot.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceRequirements } from '../source.ts'
import { readSnapshot } from './read-snapshot.ts'

/** What there is to print: the document, and the state behind it. */
export interface SnapshotView {
  readonly document: SnapshotDocument
  readonly state: State
  readonly now: number
}

/** The document of a moment with the alerts that stand then: without a past, all limits that are passed now. */
export function snapshotViewOf(state: State, now: number): SnapshotView {
  const alerts = updateRiskAlerts(NO_RISK_ALERTS, selectPositions(state, now), now).active
  return { document: snapshotOf(state, now, alerts), state, now }
}

/**
 * Waits for the first complete picture, prints what `write` makes of it in one piece, and says whether it was stale.
 * @throws AxisorError when there is no picture; then nothing is printed
 */
export async function printOnce(
  call: CommandContext,
  settings: Settings,
  needs: Omit<SourceRequirements, 'candlesAndHistory'>,
  write: (snapshot: SnapshotView) => string,
): Promise<ExitCode> {
  const reading = await readSnapshot(call, settings, needs)
  if (reading.kind === 'stopped') return reading.code
  const snapshot = snapshotViewOf(reading.state, reading.now)
  const isRead = await call.world.terminal.print(write(snapshot))
  return isRead && snapshot.document.source.stale ? EXIT.stale : EXIT.done
}
