import type { ExitCode } from '../../domain/error.ts'
import { activityDocument, alertEventDocument, gapDocument } from '../../output/event-document.ts'
import { snapshotOf } from '../../output/snapshot.ts'
import type { ActivityEvent, State } from '../../store/state.ts'
import { encodeSnapshot } from '../../wire/snapshot.ts'
import type { SourceSettings } from '../source-settings.ts'
import { runWatch, type WatchContext, type WatchUpdate } from './watch-loop.ts'

/** A script may take a longer silence for a lost connection. */
const MAX_SILENCE_MS = 5_000

/**
 * Prints one snapshot document per line: at most one per interval, and at least one every five seconds or every interval, whichever is
 * longer. The first document waits up to five seconds for the first snapshot. With `events`, every line has a `type`, and alerts, events
 * of the account and gaps in sight come before the snapshot that follows them.
 */
export function watchAsJson(
  settings: SourceSettings,
  context: WatchContext,
  events: boolean,
): Promise<ExitCode> {
  const { intervalMs } = settings
  const startedAt = context.clock.nowMs()
  const { toWall } = context.clock
  const eventLines = openEventLines(toWall)
  return runWatch(settings, context, {
    format: 'json',
    everyMs: intervalMs,
    write(update) {
      const { state, now, alerts } = update
      // A consumer of the first line only needs a snapshot in it, if there is one soon.
      const isEarly = now < startedAt + MAX_SILENCE_MS && state.status?.link !== 'stopped'
      if (state.lastSnapshot === null && isEarly) return { text: null, nextAt: startedAt + MAX_SILENCE_MS }
      const document = snapshotOf(state, now, alerts, toWall)
      const lines = events
        ? [...eventLines(update), JSON.stringify({ type: 'snapshot', ...document })]
        : [encodeSnapshot(document)]
      return {
        text: lines.map(line => `${line}\n`).join(''),
        nextAt: now + Math.max(intervalMs, MAX_SILENCE_MS),
      }
    },
  })
}

/** Returns a function that returns what happened since its last call, one document per line. */
function openEventLines(toWall: WatchContext['clock']['toWall']): (update: WatchUpdate) => readonly string[] {
  let last: ActivityEvent | null = null
  return ({ state, now, notices, gaps }) => {
    const context = { simulated: state.origin === 'simulated', toWall }
    const activity = newEvents(state, last).flatMap(event => activityDocument(event, context) ?? [])
    last = state.events.at(-1) ?? last
    const documents = [
      ...activity,
      ...notices.map(({ event, alert }) => alertEventDocument(event, alert, now, context)),
      ...gaps.map(gap => gapDocument(gap, context)),
    ]
    return documents.map(document => JSON.stringify(document))
  }
}

function newEvents({ events }: State, last: ActivityEvent | null): readonly ActivityEvent[] {
  return last === null ? events : events.slice(events.lastIndexOf(last) + 1)
}
