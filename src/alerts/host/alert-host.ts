import type { Alert } from '../../domain/alerts/alert.ts'
import type { Attempt, DeliverySummary } from '../../domain/alerts/delivery.ts'
import type { Cancel } from '../../ports/clock.ts'
import type { AlertInput } from '../alert-input.ts'
import {
  type AlertChange,
  AlertMonitor,
  type AlertMonitorDeps,
  type MonitoredAlerts,
  SHOWING_EVERY_MS,
} from './alert-monitor.ts'

/** Which process delivers the notices of this account. */
type DeliveryHost =
  /** Without channels notices are only shown and rung. */
  | { readonly kind: 'none' }
  | { readonly kind: 'this'; readonly channels: number }
  /** `label` names what delivers: the relay, or another host with the same number of channels. */
  | { readonly kind: 'other'; readonly by: 'relay'; readonly label: string }
  | { readonly kind: 'other'; readonly by: 'host'; readonly label: string; readonly channels: number }

/** Numbers of attempts. `retried`: another attempt followed. */
export interface AttemptCounts {
  readonly delivered: number
  readonly failed: number
  readonly retried: number
}

/** No attempt was made. */
export const NO_ATTEMPTS: AttemptCounts = { delivered: 0, failed: 0, retried: 0 }

/** Returns the numbers after one more attempt. */
export function countAttempt(counts: AttemptCounts, { state }: Pick<Attempt, 'state'>): AttemptCounts {
  if (state === 'delivered') return { ...counts, delivered: counts.delivered + 1 }
  if (state === 'pending') return { ...counts, retried: counts.retried + 1 }
  return { ...counts, failed: counts.failed + 1 }
}

/** The alerts of an account and how far their delivery went. */
export interface AlertsView extends MonitoredAlerts {
  /** Deliveries of the newest notice of each alert, by the id of the alert. */
  readonly deliveries: ReadonlyMap<string, DeliverySummary>
  readonly host: DeliveryHost
  /** Attempts of this process since its start, by outcome. */
  readonly counts: AttemptCounts
}

/** Watches the alerts of one account, and delivers their notices if it is the host that does. */
export interface AlertHost {
  view(): AlertsView
  /** Evaluates the rules on data that the caller has selected already. */
  evaluate(input: AlertInput): void
  /** Acknowledges one alert, or all if the id is null. */
  acknowledge(alertId: string | null): void
  /** True while prices and positions are fresh and the rules are evaluated. */
  isHealthy(): boolean
  /** Calls back after each change of the alerts. */
  subscribe(listener: (change: AlertChange) => void): Cancel
  /** Stops. Notices that are not delivered stay in the outbox. */
  close(): Promise<void>
}

/** What a host without channels needs. */
export interface LocalAlertHostDeps extends Omit<AlertMonitorDeps, 'onChange' | 'everyMs'> {
  /** Called for an acknowledgement, so that what delivers elsewhere applies it too. Null for all alerts. */
  readonly acknowledgeElsewhere?: (alert: Alert | null) => void
}

/** Opens a host without channels: it evaluates the rules and keeps the alerts in memory. */
export function openLocalAlertHost(deps: LocalAlertHostDeps): AlertHost {
  const listeners = new Set<(change: AlertChange) => void>()
  const monitor = new AlertMonitor({
    ...deps,
    everyMs: SHOWING_EVERY_MS,
    onChange: change => {
      for (const listener of listeners) listener(change)
    },
  })
  return {
    view: () => ({
      ...monitor.view(),
      deliveries: NO_DELIVERIES,
      host: { kind: 'none' },
      counts: NO_ATTEMPTS,
    }),
    evaluate: input => monitor.evaluate(input),
    acknowledge(alertId) {
      const alert = monitor.view().active.find(({ id }) => id === alertId)
      monitor.acknowledge(alertId)
      if (alertId === null || alert !== undefined) deps.acknowledgeElsewhere?.(alert ?? null)
    },
    isHealthy: () => monitor.isHealthy(),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      monitor.close()
    },
  }
}

const NO_DELIVERIES: AlertsView['deliveries'] = new Map()
