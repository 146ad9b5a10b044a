import { wallNotice } from '../../alerts/delivery/queue-notices.ts'
import { deliveryNotice } from '../../alerts/delivery-notice.ts'
import type { Notice } from '../../domain/alerts/alert.ts'
import type { RelayAlertSettings, SettingsChange } from '../../domain/alerts/relay-settings.ts'
import type { QueuedNotice } from '../../ports/outbox.ts'

/**
 * Returns the notices about changes of the settings, each for the channels that existed before it. They are the same each time, so that
 * an outbox ignores those that it has. `now` is of the wall clock.
 */
export function changeNotices({ changes }: RelayAlertSettings, now: number): readonly QueuedNotice[] {
  return changes
    .map(change => wallNotice(noticeOf(change), change.channels))
    .filter(({ channels, expiresAt }) => channels.length > 0 && expiresAt > now)
}

/** An event, which needs no acknowledgement. It is a warning: the change may silence alerts. */
function noticeOf({ revision, at, message }: SettingsChange): Notice {
  return deliveryNotice({
    id: `settings-${revision}-${at}`,
    event: 'event',
    at,
    level: 'warn',
    subject: 'alert settings',
    message,
    remedy: / by token \S+$/.test(message)
      ? 'If this was not you, ask the operator of the relay to revoke the token'
      : 'If you did not expect this, ask the operator of the relay',
  })
}
