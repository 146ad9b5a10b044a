import type { Notice } from '../../domain/alerts/alert.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Random } from '../../ports/clock.ts'
import type { NoticeMessage, Notifier } from '../../ports/notifier.ts'
import type { Attempt, Outbox, QueuedNotice } from '../../ports/outbox.ts'
import type { LocalAlertHostDeps } from './alert-host.ts'

/** What a host that delivers needs. */
export interface DeliveringHostDeps extends LocalAlertHostDeps {
  readonly outbox: Outbox
  readonly notifier: Notifier
  readonly random: Random
  /** The channels as configured now, without those of the terminal. */
  readonly channels: () => readonly Channel[]
  readonly messageOf: (notice: Notice) => NoticeMessage
  /** URL and interval of the heartbeat, or null. */
  readonly heartbeat: { readonly url: Secret; readonly everyMs: number } | null
  /** What users read about this host: `axisor watch, process 4711`. */
  readonly label: string
  /** What is wrong with the channels from the start, one line each. */
  readonly problems: readonly string[]
  /** What delivers instead of any local host, such as a relay; null if nothing does. */
  readonly deliversElsewhere: () => string | null
  /** Called for each attempt, for logs and metrics. */
  readonly onAttempt: (attempt: Attempt, notice: Notice) => void
  /** Channels that get only the notices that are queued for them by name. */
  readonly retired?: readonly Channel[]
  /** Notices that this host delivers besides those of its rules, unless they were delivered already. */
  readonly announcements?: readonly QueuedNotice[]
}
