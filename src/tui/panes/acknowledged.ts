import type { Alert } from '../../alerts/risk-alerts.ts'

/** Key of an alert for acknowledging: a position at a level. A worse level must be acknowledged again. */
export function alertKey({ kind, positionId, level }: Pick<Alert, 'kind' | 'positionId' | 'level'>): string {
  const key = `${positionId} ${level}`
  return kind === 'liquidation' ? key : `${kind} ${key}`
}
