import type { LoggedAttempt } from '../domain/alerts/delivery.ts'
import type { NoticeRow } from './rows.ts'

/** More attempts than an outbox keeps in its days. */
export const MAX_ATTEMPTS = 100_000

/** Returns the delivered notices about positions, with all channels that have taken each. */
export function noticeRowsOf(attempts: readonly LoggedAttempt[]): readonly NoticeRow[] {
  const rows = new Map<string, NoticeRow>()
  for (const { notice, channel, state } of attempts) {
    const { id, at, alert } = notice
    const { positionId, level, message } = alert
    if (positionId === null || state !== 'delivered') continue
    const channels = [channel, ...(rows.get(id)?.channels.split(', ') ?? [])].toSorted().join(', ')
    rows.set(id, { id, positionId, at, level, message, channels })
  }
  return [...rows.values()]
}
