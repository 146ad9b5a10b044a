import { NO_MEMORY, stepRiskWatch } from '../../alerts/risk-alerts.ts'
import type { Settings } from '../../config/settings.ts'
import { EXIT, type ExitCode } from '../../domain/error.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import { selectPositions } from '../../store/selectors/positions.ts'
import type { State } from '../../store/state.ts'
import type { SnapshotDocument } from '../../wire/snapshot.ts'
import type { Call } from '../command-context.ts'
import type { Needs } from '../source.ts'
import { readOnce } from './read-snapshot.ts'

/** What there is to print: the document, and the state behind it. */
export interface Picture {
  readonly document: SnapshotDocument
  readonly state: State
  readonly now: number
}

/** The document of a moment with the alerts that stand then: without a past, all limits that are passed now. */
export function pictureOf(state: State, now: number): Picture {
  const alerts = stepRiskWatch(NO_MEMORY, selectPositions(state, now), now).active
  return { document: snapshotOf(state, now, alerts), state, now }
}

/**
 * Waits for the first complete picture, prints what `write` makes of it in one piece, and says whether it was stale.
 * @throws AxisorError when there is no picture; then nothing is printed
 */
export async function printOnce(
  call: Call,
  settings: Settings,
  needs: Omit<Needs, 'extras'>,
  write: (picture: Picture) => string,
): Promise<ExitCode> {
  const reading = await readOnce(call, settings, needs)
  if (reading.kind === 'stopped') return reading.code
  const picture = pictureOf(reading.state, reading.now)
  const isRead = await call.world.terminal.print(write(picture))
  return isRead && picture.document.source.stale ? EXIT.stale : EXIT.done
}
