import type { KeyPermissions, ReadPermission } from '../../domain/account.ts'
import type { ErrorCode } from '../../domain/error.ts'
import type { AccountSnapshot, Change, Network, Origin } from '../../domain/snapshot.ts'
import type { Hop } from '../../domain/status.ts'

/** What the protocol calls itself, in the first message and as a WebSocket subprotocol. */
export const RELAY_PROTOCOL = 'axisor.v1'

/** A relay that is quiet for longer than this is taken for gone by its clients. */
export const RELAY_HEARTBEAT_MS = 10_000

/** How many relays there may be on the way to the exchange. */
export const MAX_HOPS = 8

/** Codes with which a relay closes a socket. */
export const RELAY_CLOSE = {
  restarting: 1012,
  unauthenticated: 4401,
  forbidden: 4403,
  tooSlow: 4408,
  tooMany: 4429,
  upstreamRefused: 4500,
} as const

/** One change with its times: `at` on the relay's clock, `sourceAt` on the exchange's. */
export interface RelayChange {
  readonly at: number
  readonly sourceAt: number | null
  readonly change: Change
}

/** The parts of a picture, each by itself. */
export type SnapshotParts = Pick<
  AccountSnapshot,
  'ticker' | 'account' | 'isolated' | 'isolatedOrders' | 'cross' | 'crossOrders'
>

/**
 * A picture that was read again, less what is as it was. A part that is left out has the value of before, and was confirmed at
 * `confirmedAt` (relay's clock).
 */
export interface SnapshotRefresh {
  readonly startedAt: number
  readonly endedAt: number
  readonly confirmedAt: number
  readonly key: KeyPermissions | null
  readonly missing: readonly ReadPermission[]
  readonly parts: Partial<SnapshotParts>
}

/** The relay's own link, and the exchange's clock minus the relay's where it is known. */
export interface RelayUpstream {
  readonly hop: Hop
  readonly exchangeClockOffsetMs: number | null
}

/**
 * What a relay says to a client, in our words. Every time that is not the exchange's is on the relay's clock; `sentAt` is that
 * clock when the message was written. `epoch` names one run of numbering, within which `seq` grows by one with each `data_update`.
 */
export type RelayMessage =
  | {
      readonly type: 'connection'
      readonly sentAt: number
      readonly protocol: string
      readonly user: string
      readonly network: Network
      /** Null until the relay has had its first picture. */
      readonly origin: Origin | null
      readonly heartbeatMs: number
    }
  | {
      readonly type: 'snapshot'
      readonly sentAt: number
      readonly epoch: string
      readonly seq: number
      readonly snapshot: AccountSnapshot
      /** What no picture holds: candles and history. */
      readonly changes: readonly RelayChange[]
      readonly upstream: RelayUpstream
    }
  | {
      readonly type: 'delta'
      readonly sentAt: number
      readonly epoch: string
      readonly seq: number
      /** Comes before the changes. */
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
      /** Do not come back sooner. A relay that restarts says so before it closes with 1012, to each client a little differently. */
      readonly retryAfterMs?: number
    }
  /** `t` as the client sent it. */
  | { readonly type: 'pong'; readonly sentAt: number; readonly t: number }
  /** The newest `seq`, so that a lost message is noticed in quiet times too. */
  | { readonly type: 'heartbeat'; readonly sentAt: number; readonly epoch: string; readonly seq: number }

/** What a client may say. */
export type ClientMessage = { readonly type: 'refresh_data' } | { readonly type: 'ping'; readonly t: number }
