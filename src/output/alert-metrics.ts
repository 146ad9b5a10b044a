import { type Alert, LEVELS } from '../domain/alerts/alert.ts'

/** The alerts and deliveries of a host. */
interface MeasuredAlerts {
  readonly active: readonly Alert[]
  readonly counts: { readonly delivered: number; readonly failed: number; readonly retried: number }
}

/** Returns the metrics of a host in the text format of Prometheus. */
export function alertMetrics({ active, counts }: MeasuredAlerts, isHealthy: boolean): string {
  const firing = LEVELS.map(level => {
    const count = active.filter(alert => alert.level === level && alert.state === 'firing').length
    return `axisor_alerts_firing{level="${level}"} ${count}`
  })
  return [
    '# HELP axisor_alerts_healthy 1 while prices and positions are fresh and the rules are evaluated.',
    '# TYPE axisor_alerts_healthy gauge',
    `axisor_alerts_healthy ${isHealthy ? 1 : 0}`,
    '# HELP axisor_alerts_firing Alerts that fire and are not acknowledged.',
    '# TYPE axisor_alerts_firing gauge',
    ...firing,
    '# HELP axisor_alert_attempts_total Attempts to deliver notices since the start, by outcome.',
    '# TYPE axisor_alert_attempts_total counter',
    ...Object.entries(counts).map(
      ([outcome, count]) => `axisor_alert_attempts_total{outcome="${outcome}"} ${count}`,
    ),
    '',
  ].join('\n')
}
