import type { Notice } from '../../domain/alerts/alert.ts'
import type { Clock } from '../../ports/clock.ts'
import type { QueuedNotice } from '../../ports/outbox.ts'
import { deadlineMsOf } from './deadlines.ts'

/** Returns notices with their channels among `names` and their deadlines. Those that no channel delivers are left out. */
export function queueNotices(
  notices: readonly Notice[],
  names: readonly string[],
  clock: Pick<Clock, 'toWall'>,
): readonly QueuedNotice[] {
  return notices.flatMap(notice => {
    const channels = names.filter(name => notice.channels === null || notice.channels.includes(name))
    if (channels.length === 0) return []
    return wallNotice({ ...notice, at: clock.toWall(notice.at) }, channels)
  })
}

/** Returns a notice, whose time is of the wall clock, with its channels and its deadline. */
export function wallNotice(notice: Notice, channels: readonly string[]): QueuedNotice {
  return { notice, channels, expiresAt: notice.at + deadlineMsOf(notice) }
}
