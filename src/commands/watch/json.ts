import type { Settings } from '../../config/settings.ts'
import type { ExitCode } from '../../domain/error.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import { encodeSnapshot } from '../../wire/snapshot.ts'
import type { Call } from '../command-context.ts'
import { watchWith } from './watch-loop.ts'

/** A script that hears nothing for longer than this may take it for a lost connection. */
const LONGEST_SILENCE_MS = 5_000

/** One snapshot document per line: at most one per interval, at least one every five seconds or every interval, whichever is longer. The first waits as long for the first picture. */
export function watchAsJson(call: Call, settings: Settings): Promise<ExitCode> {
  const { intervalMs } = settings
  const begunAt = call.world.clock.nowMs()
  return watchWith(call, settings, {
    everyMs: intervalMs,
    write({ state, now, active }) {
      // Who reads the first line only wants a picture in it, if there is one to be had soon.
      const isEarly = now < begunAt + LONGEST_SILENCE_MS && state.status?.link !== 'stopped'
      if (state.lastPicture === null && isEarly) return { text: null, nextAt: begunAt + LONGEST_SILENCE_MS }
      return {
        text: `${encodeSnapshot(snapshotOf(state, now, active))}\n`,
        nextAt: now + Math.max(intervalMs, LONGEST_SILENCE_MS),
      }
    },
  })
}
