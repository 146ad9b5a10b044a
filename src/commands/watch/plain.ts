import { isListedAsEvent } from '../../alerts/listed-as-event.ts'
import type { ExitCode } from '../../domain/error.ts'
import { EventLog } from '../../output/event-log.ts'
import type { CommandContext } from '../command-context.ts'
import type { SourceSettings } from '../source-settings.ts'
import { runWatch, type WatchContext } from './watch-loop.ts'

export type PlainContext = WatchContext & Pick<CommandContext, 'localOffsetMinutes'>

/** How often to check whether data has become stale without an event. */
const STALE_CHECK_MS = 1_000

/** Sentences of one burst are printed together. */
const BURST_MS = 250

/** Returns the offset of a time zone: `UTC-05:00`. */
function zoneText(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0'))
  return `UTC${offsetMinutes < 0 ? '-' : '+'}${hours}:${rest}`
}

/**
 * Prints one sentence per material change, one per line. On a terminal each comes after the local time, and a line with the date and the
 * time zone comes first, and again whenever one of them changes. Elsewhere each line has date and time in UTC, so that it can stand alone.
 */
export function watchAsText(settings: SourceSettings, context: PlainContext): Promise<ExitCode> {
  const log = new EventLog()
  const { localOffsetMinutes, clock, terminal } = context
  const isOnTerminal = terminal.stdout.isTTY === true
  let lastDay = ''
  return runWatch(settings, context, {
    format: 'text',
    everyMs: BURST_MS,
    write({ state, now, raised }) {
      const wall = clock.toWall(now)
      const sentences = log.report(
        state,
        now,
        raised.filter(alert => !isListedAsEvent(alert, state)),
      )
      if (!isOnTerminal) {
        const time = `${new Date(wall).toISOString().slice(0, 19)}Z`
        return { text: sentences.map(each => `${time} ${each}\n`).join(''), nextAt: now + STALE_CHECK_MS }
      }
      const offset = localOffsetMinutes(wall)
      const local = new Date(wall + offset * 60_000).toISOString()
      const time = local.slice(11, 19)
      const day = `${local.slice(0, 10)} ${zoneText(offset)}`
      const isNewDay = sentences.length > 0 && day !== lastDay
      if (isNewDay) lastDay = day
      const lines = [...(isNewDay ? [day] : []), ...sentences.map(each => `${time} ${each}`)]
      return { text: lines.map(line => `${line}\n`).join(''), nextAt: now + STALE_CHECK_MS }
    },
  })
}
