import type { Notice } from '../domain/alerts/alert.ts'
import type { Attempt, DeliverySummary, LoggedAttempt } from '../domain/alerts/delivery.ts'

/** A delivery that is not finished. */
export interface PendingDelivery {
  readonly notice: Notice
  readonly channel: string
  /** Attempts so far. */
  readonly attempts: number
  /** Earliest time of the next attempt, wall clock; 0 before the first one. */
  readonly nextAttemptAt: number
  /** After this time no attempt starts, wall clock. */
  readonly expiresAt: number
}

/** A notice whose deliveries have all failed or expired. */
export interface UntakenNotice {
  readonly notice: Notice
  /** When the last of its deliveries ended, wall clock. */
  readonly endedAt: number
  /** True if a channel has refused it; false if it was given up because of its age or number. */
  readonly isRefused: boolean
}

/** A request of another process to the host that owns the alerts. */
export type AlertRequest =
  | { readonly kind: 'acknowledge'; readonly alertId: string | null; readonly by: string }
  /** `rule`: null for all rules. `until`: wall clock. */
  | { readonly kind: 'snooze'; readonly rule: string | null; readonly until: number; readonly by: string }

/** A request that no commit contains yet. */
export interface PendingRequest {
  /** Grows with each request of an outbox. */
  readonly number: number
  readonly request: AlertRequest
}

/** A new notice with the names of the channels that deliver it. */
export interface QueuedNotice {
  readonly notice: Notice
  readonly channels: readonly string[]
  /** After this time no attempt starts, wall clock. */
  readonly expiresAt: number
}

/** What a host writes at once: either all of it or nothing is stored. */
export interface OutboxCommit {
  /** State of the engine as JSON, for the next start and for a host that takes over. */
  readonly engine: string
  /** Notices in the order of their delivery. Known notice ids are ignored. */
  readonly notices: readonly QueuedNotice[]
  /** The state contains the requests up to this number, which are removed; absent: none. */
  readonly appliedRequests?: number
}

/** The host that delivers. */
export interface HostLease {
  /** Unique per process. */
  readonly holder: string
  /** What users read: `axisor watch, process 4711`. */
  readonly label: string
  /** Wall clock. */
  readonly expiresAt: number
}

/**
 * Queue, log and shared state of the alerts of one account, shared by several processes. Completed writes survive kill -9 and, except for
 * leases, power loss.
 * @throws AxisorError from every call: `config` if it can't be read or written (disk full), or if a relay's user was removed; for a
 * database server as `RelayStore`
 */
export interface Outbox {
  /** Grows with each commit, attempt and request of any process. That of another process may be seen up to 250 ms later. */
  revision(): Promise<number>
  /** State of the engine of the last commit, or null. */
  engine(): Promise<string | null>
  commit(commit: OutboxCommit): Promise<void>
  /** Unfinished deliveries, oldest first. A delivery whose notice is unreadable fails. */
  pending(): Promise<readonly PendingDelivery[]>
  /** Records an attempt. Ignores unknown and finished deliveries. */
  record(attempt: Attempt): Promise<void>
  /** Summaries of notices made at or after a time (wall clock), newest first. */
  summaries(since: number): Promise<readonly DeliverySummary[]>
  /**
   * The newest notice of each alert, made at or after a time (wall clock), if no channel has taken it and no delivery of it is left. Oldest
   * first. A notice without channels is none of them.
   */
  untaken(since: number): Promise<readonly UntakenNotice[]>
  /** True if this channel has taken a notice of this alert that is not removed. */
  hasTaken(alertId: string, channel: string): Promise<boolean>
  /** Attempts, newest first. */
  log(limit: number): Promise<readonly LoggedAttempt[]>
  /** Adds a request to the host. */
  request(request: AlertRequest): Promise<void>
  /** Returns the requests that no commit contains yet, in order. */
  requests(): Promise<readonly PendingRequest[]>
  /**
   * Takes or renews the lease for `ttlMs` unless another holder's lease is valid. Returns the lease that is valid afterwards.
   * At most one process holds it. A lease that still lasts for more than twice its length was taken with a clock that was ahead, and is
   * not valid.
   */
  lease(holder: string, label: string, now: number, ttlMs: number): Promise<HostLease>
  /** Returns the valid lease, or null. */
  readLease(now: number): Promise<HostLease | null>
  /** Ends the lease of this holder, so that another takes over at once. */
  release(holder: string): Promise<void>
  /** Removes notices made before a time (wall clock) without unfinished deliveries, and their deliveries and attempts. */
  prune(before: number): Promise<void>
  /** Closes it. Calling it twice has no further effect. */
  close(): Promise<void>
}

/** An outbox that was opened. */
export interface OpenedOutbox {
  readonly outbox: Outbox
  /** Path at which the damaged previous file is kept; null if it was intact. */
  readonly damagedPath: string | null
}

/** An outbox as a command finds it that runs beside the hosts. */
export interface FoundOutbox {
  /** Null if the file is damaged. */
  readonly outbox: Outbox | null
  /** Path of the damaged file, which was left as it is; null if it is intact. */
  readonly damagedPath: string | null
}
