import type { Notice } from '../../domain/alerts/alert.ts'
import { DELIVERY_DEADLINES_MS, deadlineMsOf } from './deadlines.ts'
import type { QueuedDelivery } from './queued-delivery.ts'
import { isReplaceable, isReplacedBy, REPLACED } from './replaced-notice.ts'

/** The most late events that wait for one channel. A reader learns less from more of them, and a service may refuse the flood. */
const MAX_LATE_EVENTS = 20

/** Why the oldest of too many late events is given up. */
const TOO_MANY = `given up: ${MAX_LATE_EVENTS} newer events wait for this channel`

/** Returns why a delivery ends without a further attempt, or null. `items`: all deliveries of its channel, oldest first. */
export function skipReason(
  item: QueuedDelivery,
  items: readonly QueuedDelivery[],
  isFailing: boolean,
  now: number,
): string | null {
  if (now > item.expiresAt) return 'the deadline has passed'
  const { notice } = item
  if (isLateEvent(item, now)) {
    const newer = items.slice(items.indexOf(item) + 1).filter(each => isLimited(each.notice))
    return newer.length >= MAX_LATE_EVENTS ? TOO_MANY : null
  }
  if (!isFailing || !isReplaceable(notice)) return null
  const later = items.slice(items.indexOf(item) + 1)
  return later.some(each => isReplacedBy(notice, each.notice)) ? REPLACED : null
}

/** True for an event that is worth an attempt for longer than other notices of its level. No urgent one is. */
function isLimited(notice: Notice): boolean {
  return deadlineMsOf(notice) > DELIVERY_DEADLINES_MS[notice.alert.level]
}

/** True for an event that has waited longer than other notices of its level do. */
function isLateEvent({ notice, expiresAt }: QueuedDelivery, now: number): boolean {
  const madeAt = expiresAt - deadlineMsOf(notice)
  return isLimited(notice) && now - madeAt > DELIVERY_DEADLINES_MS[notice.alert.level]
}
