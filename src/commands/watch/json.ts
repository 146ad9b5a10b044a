import type { Settings } from '../../config/settings.ts'
import type { ExitCode } from '../../domain/error.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import { encodeSnapshot } from '../../wire/snapshot.ts'
import type { CommandContext } from '../command-context.ts'
import { runWatch } from './watch-loop.ts'

/** A script that hears nothing for longer than this may take it for a lost connection. */
const MAX_SILENCE_MS = 5_000

/** One snapshot document per line: at most one per interval, at least one every five seconds or every interval, whichever is longer. The first waits as long for the first picture. */
export function watchAsJson(call: CommandContext, settings: Settings): Promise<ExitCode> {
  const { intervalMs } = settings
  const begunAt = call.world.clock.nowMs()
  return runWatch(call, settings, {
    everyMs: intervalMs,
    write({ state, now, active }) {
      // Who reads the first line only wants a picture in it, if there is one to be had soon.
      const isEarly = now < begunAt + MAX_SILENCE_MS && state.status?.link !== 'stopped'
      if (state.lastSnapshot === null && isEarly) return { text: null, nextAt: begunAt + MAX_SILENCE_MS }
      return {
        text: `${encodeSnapshot(snapshotOf(state, now, active))}\n`,
        nextAt: now + Math.max(intervalMs, MAX_SILENCE_MS),
      }
    },
  })
}
