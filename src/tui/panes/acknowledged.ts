import type { Alert } from '../../alerts/risk-alerts.ts'

/** What acknowledging holds for: a position at a level. Worse, and it must be acknowledged anew. */
export function alertKey({ positionId, level }: Pick<Alert, 'positionId' | 'level'>): string {
  return `${positionId} ${level}`
}
