import type { Settings } from '../../config/settings.ts'
import { AxisorError, type ErrorCode, type ExitCode } from '../../domain/error.ts'
import type { Cancel } from '../../ports/clock.ts'
import { firstBrokenHop } from '../../store/hops.ts'
import { awaitsUnit } from '../../store/selectors/totals.ts'
import type { State } from '../../store/state.ts'
import { openStore } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { openSource, type SourceRequirements } from '../source.ts'

/** Failures that only time can mend: their own hints speak of a monitor that goes on trying. */
const TRY_LATER = new Set<ErrorCode>(['timeout', 'connection-lost', 'silence', 'rate-limited', 'unavailable'])

/** A relay that has only begun to watch tells its picture at once, and the unit of synthetic dollars no later than this. */
const UNIT_MS = 4_000

/** The first complete picture and the moment at which it was complete; or the exit code with which the user ended the waiting. */
export type SnapshotReading =
  | { readonly kind: 'snapshot'; readonly state: State; readonly now: number }
  | { readonly kind: 'stopped'; readonly code: ExitCode }

/**
 * Waits for the first complete picture and lets go of the source.
 * @throws AxisorError with the last reason when there is none within the time-out, or none to be had at all
 */
export async function readSnapshot(
  call: CommandContext,
  settings: Settings,
  needs: Omit<SourceRequirements, 'candlesAndHistory'>,
): Promise<SnapshotReading> {
  const { clock } = call.world
  const source = await openSource(call, settings, { ...needs, candlesAndHistory: false })
  const store = openStore()
  const cancels: Cancel[] = []
  try {
    const snapshot = new Promise<SnapshotReading>((resolve, reject) => {
      const take = (): void => resolve({ kind: 'snapshot', state: store.state(), now: clock.nowMs() })
      const giveUp = (): void => {
        if (store.state().lastSnapshot !== null) take()
        else reject(timeoutError(store.state(), settings.timeoutMs))
      }
      cancels.push(clock.after(settings.timeoutMs, giveUp))
      source.feed.start(event => {
        store.dispatch(event)
        const state = store.state()
        const unitInMs = needs.equity ? unitMayComeInMs(state, clock.nowMs()) : 0
        if (state.lastSnapshot !== null && unitInMs === 0) take()
        else if (state.lastSnapshot !== null) cancels.push(clock.after(unitInMs, take))
        else if (state.status?.link === 'stopped')
          reject(state.status.lastError ?? timeoutError(state, settings.timeoutMs))
      })
    })
    const stopped = call.interrupted.then((code): SnapshotReading => ({ kind: 'stopped', code }))
    const reading = await Promise.race([snapshot, stopped])
    // What came in the same breath as the picture, such as the link being live, belongs to it.
    return reading.kind === 'stopped' ? reading : { ...reading, state: store.state(), now: clock.nowMs() }
  } finally {
    for (const cancel of cancels) cancel()
    source.close()
  }
}

/** For how long the unit that the equity needs may still come from a relay; 0: it is there, is not needed, or won't come. */
function unitMayComeInMs(state: State, now: number): number {
  const hop = state.status?.upstream ?? null
  return hop !== null && awaitsUnit(state) ? Math.max(0, hop.since + UNIT_MS - now) : 0
}

function timeoutError(state: State, timeoutMs: number): AxisorError {
  const seconds = timeoutMs / 1000
  const why = firstBrokenHop(state.status)?.hop.lastError?.message
  const behind = why === undefined ? '' : `, and the relay has none: ${why}`
  const error =
    state.status?.lastError ?? new AxisorError('timeout', `no complete picture within ${seconds} s${behind}`)
  if (!TRY_LATER.has(error.code)) return error
  return new AxisorError(error.code, error.message, {
    cause: error,
    hint: `Tried for ${seconds} s; try again later, or wait longer with --timeout.`,
  })
}
