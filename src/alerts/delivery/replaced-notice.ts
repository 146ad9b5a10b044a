import { levelRank, type Notice } from '../../domain/alerts/alert.ts'

/** Why a delivery ended that a newer notice has made superfluous. */
export const REPLACED = 'replaced by a newer notice'

/**
 * True for a notice that a newer one can replace. Never replaced are the first notice of an alert, without which its end would be about
 * nothing, single events, and tests.
 */
export function isReplaceable({ event }: Notice): boolean {
  return event === 'worse' || event === 'repeat'
}

/**
 * True if a notice that waits behind a failing channel need not be sent, because `newer` waits behind it and contains its news: the end of
 * the alert, or an update of at least the same level. The end of an alert does not report that the position was liquidated.
 */
export function isReplacedBy(older: Notice, newer: Notice): boolean {
  if (!isReplaceable(older) || older.alert.id !== newer.alert.id) return false
  if (newer.event === 'resolved') return older.alert.level !== 'liquidated'
  return isReplaceable(newer) && levelRank(newer.alert.level) >= levelRank(older.alert.level)
}
