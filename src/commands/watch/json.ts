import type { ExitCode } from '../../domain/error.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import { encodeSnapshot } from '../../wire/snapshot.ts'
import type { SourceSettings } from '../source-settings.ts'
import { runWatch, type WatchContext } from './watch-loop.ts'

/** A script may take a longer silence for a lost connection. */
const MAX_SILENCE_MS = 5_000

/**
 * Prints one snapshot document per line: at most one per interval, and at least one every five seconds or every interval, whichever is
 * longer. The first document waits up to five seconds for the first snapshot.
 */
export function watchAsJson(settings: SourceSettings, context: WatchContext): Promise<ExitCode> {
  const { intervalMs } = settings
  const startedAt = context.clock.nowMs()
  const { toWall } = context.clock
  return runWatch(settings, context, {
    everyMs: intervalMs,
    write({ state, now, alerts }) {
      // A consumer of the first line only needs a snapshot in it, if there is one soon.
      const isEarly = now < startedAt + MAX_SILENCE_MS && state.status?.link !== 'stopped'
      if (state.lastSnapshot === null && isEarly) return { text: null, nextAt: startedAt + MAX_SILENCE_MS }
      return {
        text: `${encodeSnapshot(snapshotOf(state, now, alerts, toWall))}\n`,
        nextAt: now + Math.max(intervalMs, MAX_SILENCE_MS),
      }
    },
  })
}
