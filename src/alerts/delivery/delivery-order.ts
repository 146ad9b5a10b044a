import { levelRank, type Notice } from '../../domain/alerts/alert.ts'
import { lastAttemptAt, type QueuedDelivery } from './queued-delivery.ts'
import { mustArrive } from './undelivered-watch.ts'

/**
 * The longest pause that a service imposes on an urgent notice. It is the longest backoff of a service that does not reply at all, so that
 * an urgent notice is tried at least once a minute, which no service counts as a flood. Other notices respect the whole pause.
 */
const MAX_URGENT_PAUSE_MS = 60_000

/** A pause that a service has requested; our clock. */
export interface ServicePause {
  readonly from: number
  readonly until: number
}

/** Rank of a notice in its queue: that of its level if it is urgent and about something that goes on, else the same for all. */
function rankOf(notice: Notice): number {
  return mustArrive(notice) ? levelRank(notice.alert.level) : 0
}

/**
 * Returns the delivery that comes first: the oldest one of the most urgent alert. Notices of one alert stay in order, so that what waits
 * before an urgent notice of its alert is as urgent. Null if there is none.
 */
export function firstDelivery(items: readonly QueuedDelivery[]): QueuedDelivery | null {
  let first: QueuedDelivery | null = null
  let urgency = -1
  const ranks = ranksByAlert(items)
  for (const item of items) {
    const rank = ranks.get(item.notice.alert.id) ?? 0
    if (rank <= urgency) continue
    first = item
    urgency = rank
  }
  return first
}

/**
 * Returns a delivery whose last attempt is due although a more urgent one waits; null if there is none. Only a delivery that was attempted
 * has a last attempt, and only the oldest one of its alert.
 */
export function lastChance(items: readonly QueuedDelivery[], now: number): QueuedDelivery | null {
  const isDue = (item: QueuedDelivery): boolean => item.isRetry && now >= lastAttemptAt(item)
  const alertOf = ({ notice }: QueuedDelivery): string => notice.alert.id
  return (
    items.find(item => isDue(item) && items.find(each => alertOf(each) === alertOf(item)) === item) ?? null
  )
}

/** Returns when a delivery has its last attempt, or after that its end; our clock. */
export function nextEndAt(item: QueuedDelivery, now: number): number {
  const lastAt = lastAttemptAt(item)
  return item.isRetry && lastAt > now ? lastAt : item.expiresAt + 1
}

/** The highest rank of the notices of each alert. */
function ranksByAlert(items: readonly QueuedDelivery[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>()
  for (const { notice } of items)
    ranks.set(notice.alert.id, Math.max(ranks.get(notice.alert.id) ?? 0, rankOf(notice)))
  return ranks
}

/** True if a delivery is urgent itself or holds up an urgent one of its alert. */
export function isUrgentDelivery(item: QueuedDelivery, items: readonly QueuedDelivery[]): boolean {
  return items.some(({ notice }) => notice.alert.id === item.notice.alert.id && rankOf(notice) > 0)
}

/** Returns when a pause ends for a delivery; our clock. */
export function pauseEnd({ from, until }: ServicePause, isUrgent: boolean): number {
  return isUrgent ? Math.min(until, from + MAX_URGENT_PAUSE_MS) : until
}
