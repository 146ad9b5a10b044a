import type { Settings } from '../../config/settings.ts'
import type { ExitCode } from '../../domain/error.ts'
import { EventLog } from '../../output/event-log.ts'
import type { CommandContext } from '../command-context.ts'
import { runWatch } from './watch-loop.ts'

/** How often it is looked whether data has become stale by time alone. */
const LOOK_EVERY_MS = 1_000

/** Sentences of one burst come together. */
const BURST_MS = 250

/** One sentence per material change, each on its own line after the local time. */
export function watchPlainly(call: CommandContext, settings: Settings): Promise<ExitCode> {
  const diary = new EventLog()
  const { localOffsetMinutes } = call.world
  return runWatch(call, settings, {
    everyMs: BURST_MS,
    write({ state, now, raised }) {
      const time = new Date(now + localOffsetMinutes(now) * 60_000).toISOString().slice(11, 19)
      const sentences = diary.report(state, now, raised)
      return { text: sentences.map(each => `${time} ${each}\n`).join(''), nextAt: now + LOOK_EVERY_MS }
    },
  })
}
