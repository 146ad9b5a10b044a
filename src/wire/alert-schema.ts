import * as z from 'zod/mini'
import { ENDED_STATES, LEVELS, RULE_TYPES } from '../domain/alerts/alert.ts'
import { describe, orNull, time } from './document-fields.ts'

function alertMembers() {
  return {
    id: z.string(),
    kind: z.enum([...RULE_TYPES, 'unreadable-position']),
    rule: z.string(),
    level: z.enum(LEVELS),
    state: z.enum(['firing', 'acknowledged']),
    subject: z.string(),
    positionId: orNull(z.string(), "Null if the alert is about no position, or its id can't be read"),
    since: time(),
    message: z.string(),
    remedy: orNull(z.string(), 'What would end the alert; null if only the acknowledgement does'),
  }
}

/** An alert that fires. */
export function alertDocumentSchema() {
  return z.strictObject(alertMembers())
}

/** An alert that has ended, or an event that happened once. */
export function recentAlertDocumentSchema() {
  return z.strictObject({
    ...alertMembers(),
    state: describe(
      z.enum(ENDED_STATES),
      'How it ended: its condition is over, a liquidation was acknowledged, or it was an event that happened once',
    ),
    endedAt: time(),
  })
}
