import type { AlertKind, Level, Notice } from '../../domain/alerts/alert.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * How long after its making a notice of each level is worth an attempt.
 * `info` reports what is over, such as a fill: after 10 minutes the account's own list is the better source.
 * `watch` is about a price in motion, which half an hour later is in another band or has its own notice.
 * `warn` may still be acted on after a while: 2 hours cover a restart of a service or router.
 * `critical` and `liquidated` concern money that may be lost: one night without a network must not swallow them.
 */
export const DELIVERY_DEADLINES_MS: Readonly<Record<Level, number>> = {
  info: 10 * MINUTE_MS,
  watch: 30 * MINUTE_MS,
  warn: 2 * HOUR_MS,
  critical: 24 * HOUR_MS,
  liquidated: 24 * HOUR_MS,
}

/** Events of these rules are about money that has moved. No later notice reports them, so that one of any level has the longest time. */
const LASTING_EVENTS: ReadonlySet<AlertKind> = new Set<AlertKind>(['position', 'wallet'])

/** Returns how long after its making a notice is worth an attempt. A host adds this to the time of a notice for `expiresAt`. */
export function deadlineMsOf({ event, alert: { kind, level } }: Pick<Notice, 'event' | 'alert'>): number {
  return event === 'event' && LASTING_EVENTS.has(kind)
    ? DELIVERY_DEADLINES_MS.critical
    : DELIVERY_DEADLINES_MS[level]
}
