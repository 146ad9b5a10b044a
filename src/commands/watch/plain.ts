import { type Alert, isUrgent } from '../../domain/alerts/alert.ts'
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

/** Alerts about what the activity log reports as well. A liquidation is reported again, with its loss. */
const EVENT_KINDS: ReadonlySet<Alert['kind']> = new Set([
  'key',
  'position',
  'order',
  'wallet',
  'announcement',
])

function isEvent({ kind, level }: Alert): boolean {
  return EVENT_KINDS.has(kind) && (kind !== 'position' || !isUrgent(level))
}

/** Prints one sentence per material change, one per line, each after the local time. */
export function watchAsText(settings: SourceSettings, context: PlainContext): Promise<ExitCode> {
  const log = new EventLog()
  const { localOffsetMinutes, clock } = context
  return runWatch(settings, context, {
    everyMs: BURST_MS,
    write({ state, now, raised }) {
      const wall = clock.toWall(now)
      const time = new Date(wall + localOffsetMinutes(wall) * 60_000).toISOString().slice(11, 19)
      const sentences = log.report(
        state,
        now,
        raised.filter(alert => !isEvent(alert)),
      )
      return { text: sentences.map(each => `${time} ${each}\n`).join(''), nextAt: now + STALE_CHECK_MS }
    },
  })
}
