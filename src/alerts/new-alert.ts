import type { Alert } from '../domain/alerts/alert.ts'
import type { Finding } from './alert-input.ts'
import type { FiringAlert } from './engine-state.ts'
import type { NoticeRule } from './notices.ts'

/** Returns a firing alert before its first notice. */
export function newFiring(rule: NoticeRule, key: string, alert: Alert, isLatched: boolean): FiringAlert {
  const found = { foundAt: alert.since, foundMessage: alert.message }
  const notices = { notices: 0, noticedAt: null, noticedLevel: null, channels: null }
  return { alert, ruleName: rule.name, key, ...found, ...notices, isLatched }
}

/** The parts of an alert that a rule finds. */
export function partsOf({
  kind,
  level,
  subject,
  positionId,
  message,
  remedy,
}: Finding): Omit<Alert, 'id' | 'rule' | 'state' | 'since'> {
  return { kind, level, subject, positionId, message, remedy }
}
