import type { Alert, AlertKind, Level, Notice, NoticeEvent } from '../../src/domain/alerts/alert.ts'
import type { Attempt } from '../../src/domain/alerts/delivery.ts'
import type { QueuedNotice } from '../../src/ports/outbox.ts'

/** When the notices of tests are made, unless stated otherwise. */
export const NOTICED_AT = Date.UTC(2026, 10, 23, 18)

interface NoticeOptions {
  readonly alertId?: string
  readonly event?: NoticeEvent
  readonly level?: Level
  readonly kind?: AlertKind
  readonly at?: number
}

/** A notice about a position, critical and firing unless stated otherwise. */
export function noticeOf(id: string, options: NoticeOptions = {}): Notice {
  const {
    alertId = id,
    event = 'firing',
    level = 'critical',
    kind = 'liquidation',
    at = NOTICED_AT,
  } = options
  const alert: Alert = {
    id: alertId,
    kind,
    rule: 'liquidation',
    level,
    state: 'firing',
    subject: 'position 7',
    positionId: '7',
    since: at,
    message: 'liquidation is 2.4 % away, level 2.5 %',
    remedy: 'ends above 2.6 %',
  }
  return { id, event, alert, at, simulated: false, channels: null }
}

/** A notice with its channels; it expires after a day unless stated otherwise. */
export function queuedNotice(
  notice: Notice,
  channels: readonly string[],
  expiresAt = notice.at + 86_400_000,
): QueuedNotice {
  return { notice, channels, expiresAt }
}

/** An attempt that a channel took, unless stated otherwise. */
export function attemptOf(noticeId: string, channel: string, part: Partial<Attempt> = {}): Attempt {
  return {
    noticeId,
    channel,
    startedAt: NOTICED_AT + 100,
    tookMs: 40,
    state: 'delivered',
    nextAttemptAt: null,
    why: null,
    ...part,
  }
}
