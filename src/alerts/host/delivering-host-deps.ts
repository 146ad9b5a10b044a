import type { Notice } from '../../domain/alerts/alert.ts'
import type { Channel } from '../../domain/alerts/channel.ts'
import type { Attempt } from '../../domain/alerts/delivery.ts'
import type { Random } from '../../ports/clock.ts'
import type { NoticeMessage, Notifier } from '../../ports/notifier.ts'
import type { Outbox, QueuedNotice } from '../../ports/outbox.ts'
import type { Processes } from '../../ports/processes.ts'
import type { LocalAlertHostDeps } from './alert-host.ts'
import type { AlertMonitorDeps } from './alert-monitor.ts'
import type { HeartbeatTarget } from './heartbeat.ts'

/** What a host reads from files or a database. It can change while the host runs. */
export interface HostSettings extends Pick<AlertMonitorDeps, 'rules'> {
  /** Null if none is sent. */
  readonly heartbeat: HeartbeatTarget | null
  /** What is wrong with rules, channels and heartbeat, one line each. */
  readonly problems: readonly string[]
}

/** What a host that delivers needs. */
export interface DeliveringHostDeps extends LocalAlertHostDeps, HostSettings {
  readonly outbox: Outbox
  readonly notifier: Notifier
  readonly random: Random
  /** The channels as configured now, without those of the terminal. */
  readonly channels: () => readonly Channel[]
  /** Names of the channels that are configured and can't be used now, such as without their secret. */
  readonly unusable?: () => readonly string[]
  /** `isUnannounced`: the notice ends an alert of which the channel has taken no notice. */
  readonly messageOf: (notice: Notice, isUnannounced: boolean) => NoticeMessage
  /** What users read about this host: `axisor watch, process 4711`. */
  readonly label: string
  /** Absent: a dead host is noticed when its lease ends. */
  readonly processes?: Processes
  /** What delivers instead of any local host, such as a relay; null if nothing does. */
  readonly deliversElsewhere: () => string | null
  /** Called for each attempt, for logs and metrics. */
  readonly onAttempt: (attempt: Attempt, notice: Notice) => void
  /** Channels that get only the notices that are queued for them by name. */
  readonly retired?: readonly Channel[]
  /** Notices that this host delivers besides those of its rules, unless they were delivered already. */
  readonly announcements?: readonly QueuedNotice[]
}
