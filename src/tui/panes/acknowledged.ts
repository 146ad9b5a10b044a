import type { Alert } from '../../alerts/risk-alerts.ts'

/** Key of an alert for acknowledging: a position at a level. A worse level must be acknowledged again. */
export function alertKey({ positionId, level }: Pick<Alert, 'positionId' | 'level'>): string {
  return `${positionId} ${level}`
}
