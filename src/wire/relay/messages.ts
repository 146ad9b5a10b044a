import type { KeyPermissions, ReadPermission } from '../../domain/account.ts'
import type { AlertKind } from '../../domain/alerts/alert.ts'
import type { ErrorCode } from '../../domain/error.ts'
import type { PartReports } from '../../domain/parts.ts'
import type { AccountSnapshot, Change, Network, Origin } from '../../domain/snapshot.ts'
import type { Hop, RelayDelivery } from '../../domain/status.ts'

/** Name of the protocol, in the first message and as WebSocket subprotocol. */
export const RELAY_PROTOCOL = 'axisor.v1'

/** Maximum silence of a relay in ms: clients treat a longer silence as a lost connection. */
export const RELAY_HEARTBEAT_MS = 10_000

/** Maximum number of hops between a client and the exchange. */
export const MAX_HOPS = 8

/**
 * Header of the responses about an account: the name of its user. A client that named one compares it, because an earlier relay ignores
 * the parameter and sends the account of the token.
 */
export const RELAY_USER_HEADER = 'axisor-user'

/** The value of that header in a 404 that says that the relay has no such user. It is not a valid name. */
export const NO_RELAY_USER = '-'

/** WebSocket close codes of a relay. */
export const RELAY_CLOSE = {
  internalError: 1011,
  restarting: 1012,
  unauthenticated: 4401,
  forbidden: 4403,
  noSuchUser: 4404,
  tooSlow: 4408,
  tooMany: 4429,
  upstreamRefused: 4500,
} as const

/** A change with its times in ms since 1970: `at` on the relay's clock, `sourceAt` on the exchange's clock. */
export interface RelayChange {
  readonly at: number
  readonly sourceAt: number | null
  readonly change: Change
}

/** The parts of a snapshot that are refreshed separately. */
export type SnapshotParts = Pick<
  AccountSnapshot,
  'ticker' | 'account' | 'isolated' | 'isolatedOrders' | 'cross' | 'crossOrders'
>

/**
 * A new snapshot without its unchanged parts. A missing part keeps its previous value, which was confirmed at `confirmedAt` on the
 * relay's clock.
 */
export interface SnapshotRefresh {
  readonly startedAt: number
  readonly endedAt: number
  readonly confirmedAt: number
  readonly key: KeyPermissions | null
  readonly missing: readonly ReadPermission[]
  /** Null from a relay of an earlier version: then every part was read. */
  readonly reports: PartReports | null
  readonly lastKnown: AccountSnapshot['lastKnown']
  readonly parts: Partial<SnapshotParts>
}

/** The relay's upstream connection and alerts, and the exchange's clock minus the relay's in ms; null if unknown. */
export interface RelayUpstream {
  readonly hop: Hop
  readonly exchangeClockOffsetMs: number | null
  /** The alerts of the account that this relay, or one behind it, delivers; null if none does. */
  readonly alerts: RelayDelivery | null
}

/** Identifies an alert that another program found by rules of its own. */
export interface AlertTarget {
  readonly kind: AlertKind
  readonly subject: string
  readonly positionId: string | null
}

/**
 * A message of a relay. Times are on the relay's clock unless they are the exchange's; `sentAt` is the time of writing. Within one
 * `epoch`, `seq` increases by one with each `data_update`.
 */
export type RelayMessage =
  | {
      readonly type: 'connection'
      readonly sentAt: number
      readonly protocol: string
      readonly user: string
      readonly network: Network
      /** Null until the relay has its first snapshot. */
      readonly origin: Origin | null
      readonly heartbeatMs: number
    }
  | {
      readonly type: 'snapshot'
      readonly sentAt: number
      readonly epoch: string
      readonly seq: number
      readonly snapshot: AccountSnapshot
      /** Candles and history, which are not part of a snapshot. */
      readonly changes: readonly RelayChange[]
      readonly upstream: RelayUpstream
    }
  | {
      readonly type: 'delta'
      readonly sentAt: number
      readonly epoch: string
      readonly seq: number
      /** Applied before the changes; null if no part was refreshed. */
      readonly refresh: SnapshotRefresh | null
      readonly changes: readonly RelayChange[]
    }
  | { readonly type: 'upstream'; readonly sentAt: number; readonly upstream: RelayUpstream }
  | {
      readonly type: 'error'
      readonly sentAt: number
      readonly code: ErrorCode
      readonly message: string
      readonly retryable: boolean
      /** Minimum reconnect delay. A restarting relay sends it before it closes with 1012, with a different delay for each client. */
      readonly retryAfterMs?: number
    }
  /** `t` is copied from the ping. */
  | { readonly type: 'pong'; readonly sentAt: number; readonly t: number }
  /** `seq` is the latest one, so that a lost message is detected even if no update follows. */
  | { readonly type: 'heartbeat'; readonly sentAt: number; readonly epoch: string; readonly seq: number }

/** A message of a client. */
export type ClientMessage =
  | { readonly type: 'refresh_data' }
  | { readonly type: 'ping'; readonly t: number }
  /** Acknowledges an alert that the relay delivers; null for all. */
  | { readonly type: 'acknowledge'; readonly alert: AlertTarget | null }
