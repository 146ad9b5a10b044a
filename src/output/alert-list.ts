import type { Alert, RecentAlert } from '../domain/alerts/alert.ts'
import type { DeliverySummary } from '../domain/alerts/delivery.ts'
import { formatNumber } from '../domain/format.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { ToWall } from '../domain/wall-clock.ts'
import type { AlertDocument, RecentAlertDocument } from '../wire/snapshot.ts'
import { minute } from './listing-text.ts'
import { iso } from './numbers.ts'
import { LEVEL_WORDS } from './row-lines.ts'
import { alertDocument, recentAlertDocument } from './snapshot.ts'

/** What the list is made from. */
export interface ListedAlerts {
  readonly active: readonly Alert[]
  readonly state: {
    readonly recent: readonly RecentAlert[]
    readonly snoozes: readonly { readonly rule: string | null; readonly until: number }[]
    readonly seenAt: number | null
    readonly simulated: boolean
  }
  readonly host: { readonly label: string } | null
  /** Newest first. */
  readonly deliveries: readonly DeliverySummary[]
}

/** How far the delivery of the newest notice of an alert went. */
type ListedDelivery = Omit<DeliverySummary, 'alertId' | 'noticeId'>

/** The document of `axisor alerts list --json`. */
export interface AlertListDocument {
  /** What delivers now; null if no host runs: then nothing is watched. */
  readonly host: string | null
  readonly simulated: boolean
  /** When prices and positions were last in sight; null if never. */
  readonly seenAt: string | null
  readonly snoozes: readonly { readonly rule: string | null; readonly until: string }[]
  readonly alerts: readonly (AlertDocument & { readonly delivery: ListedDelivery | null })[]
  readonly recentAlerts: readonly RecentAlertDocument[]
}

/** Returns the list of the alerts as a document. */
export function alertListDocument(
  { active, state, host, deliveries }: ListedAlerts,
  toWall: ToWall,
): AlertListDocument {
  const deliveryOf = (id: string): ListedDelivery | null => {
    const found = deliveries.find(({ alertId }) => alertId === id)
    if (found === undefined) return null
    const { channels, delivered, failed, firstDeliveredAfterMs } = found
    return { channels, delivered, failed, firstDeliveredAfterMs }
  }
  return {
    host: host?.label ?? null,
    simulated: state.simulated,
    seenAt: state.seenAt === null ? null : iso(toWall(state.seenAt)),
    snoozes: state.snoozes.map(({ rule, until }) => ({ rule, until: iso(toWall(until)) })),
    alerts: active.map(alert => ({ ...alertDocument(alert, toWall), delivery: deliveryOf(alert.id) })),
    recentAlerts: state.recent.map(alert => recentAlertDocument(alert, toWall)),
  }
}

/** Returns the list as lines of text. */
export function alertListLines(document: AlertListDocument): readonly string[] {
  const { host, simulated, seenAt, snoozes, alerts, recentAlerts } = document
  return [
    ...(simulated ? ['SIMULATED'] : []),
    host === null ? '!! NO HOST RUNS: nothing is watched' : `delivered by ${sanitize(host)}`,
    `last sight ${seenAt ?? 'never'}`,
    ...snoozes.map(
      ({ rule, until }) => `snoozed ${rule === null ? 'all rules' : sanitize(rule)} until ${until}`,
    ),
    '',
    ...(alerts.length === 0 ? ['No alert fires.'] : alerts.flatMap(activeLines)),
    ...(recentAlerts.length === 0 ? [] : ['', 'LAST HOUR', ...recentAlerts.toReversed().map(recentLine)]),
  ]
}

function activeLines({
  id,
  level,
  state,
  since,
  message,
  delivery,
}: AlertListDocument['alerts'][number]): readonly string[] {
  const mark = state === 'acknowledged' ? 'acked ' : ''
  const delivered =
    delivery === null ? 'not delivered' : `delivered ${delivery.delivered}/${delivery.channels}`
  const time =
    delivery === null || delivery.firstDeliveredAfterMs === null
      ? ''
      : ` (${formatNumber(delivery.firstDeliveredAfterMs)} ms)`
  return [
    `${LEVEL_WORDS[level]} ${mark}since ${minute(since)} UTC: ${sanitize(message)}`,
    `  ${delivered}${time}, id ${id}`,
  ]
}

function recentLine({ level, endedAt, message }: AlertListDocument['recentAlerts'][number]): string {
  return `${minute(endedAt)} ${LEVEL_WORDS[level]} ${sanitize(message)}`
}
