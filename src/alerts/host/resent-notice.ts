import type { Alert, Notice, NoticeEvent } from '../../domain/alerts/alert.ts'
import type { UntakenNotice } from '../../ports/outbox.ts'
import { deadlineMsOf } from '../delivery/deadlines.ts'
import type { FiringAlert } from '../engine-state.ts'

/** No later notice of their alert reports these: what fires is sent again as long as it fires. */
const LAST_NOTICES: ReadonlySet<NoticeEvent> = new Set<NoticeEvent>(['event', 'resolved'])

/** True for a notice that is the last one of its alert. Notices about delivery itself have channels of their own. */
export function isLastNotice({ event, alert }: Notice): boolean {
  return LAST_NOTICES.has(event) && alert.kind !== 'delivery'
}

/** How often a notice is sent again at once: a host may be started several times until its channels work. */
const MAX_AT_ONCE = 3

/** After that it is sent again at most this often. A host that is restarted without an end must not fill its outbox. */
const LATER_EVERY_MS = 600_000

/** The end of the id of a notice that was sent again, with its number. */
const AGAIN = /\.again-(\d+)$/

function timesAgain({ id }: Notice): number {
  return Number(AGAIN.exec(id)?.[1] ?? 0)
}

/** True for the last notice of an alert that every channel refused, as long as it is worth an attempt; `now` is of the wall clock. */
export function isWantedAgain({ notice, isRefused }: UntakenNotice, now: number): boolean {
  return isLastNotice(notice) && isRefused && notice.at + deadlineMsOf(notice) > now
}

/** True if a notice that is wanted again is sent again now, and not later; `now` is of the wall clock. */
export function isDueAgain({ notice, endedAt }: UntakenNotice, now: number): boolean {
  // A time in the future is of a clock that was ahead.
  return timesAgain(notice) < MAX_AT_ONCE || Math.abs(now - endedAt) >= LATER_EVERY_MS
}

/** True for the end of an alert whose condition is met again: its notice would seem to end the alert that fires now. */
export function isEndOfFiring(
  { event, alert }: Notice,
  firing: Iterable<Pick<FiringAlert, 'alert'>>,
): boolean {
  return event === 'resolved' && [...firing].some(each => conditionOf(each.alert) === conditionOf(alert))
}

/** The id of an alert without the time of its start. */
function conditionOf({ id }: Pick<Alert, 'id'>): string {
  return id.slice(0, id.lastIndexOf(':'))
}

/**
 * Returns the notice that sends another one again. Its id follows from the one before, so that it is stored once, and its time is still that
 * of the first.
 */
export function noticeAgain(notice: Notice, channels: Notice['channels']): Notice {
  return { ...notice, channels, id: `${notice.id.replace(AGAIN, '')}.again-${timesAgain(notice) + 1}` }
}
