import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { Hop } from '../../domain/status.ts'
import type { RelayUpstream, SnapshotParts, SnapshotRefresh } from '../../wire/relay/messages.ts'
import type { LinkInfo } from '../connection/protocol.ts'
import type { RelayClock } from './relay-clock.ts'

function stampedToLocal<T>(stamped: Stamped<T> | null, clock: RelayClock): Stamped<T> | null {
  return stamped && { ...stamped, receivedAt: clock.toLocal(stamped.receivedAt) }
}

/** A relay's picture with its times on our clock. What the exchange said stays on the exchange's. */
export function snapshotToLocal(snapshot: AccountSnapshot, clock: RelayClock): AccountSnapshot {
  const startedAt = clock.readStartedAt(snapshot.startedAt)
  return {
    ...snapshot,
    startedAt,
    endedAt: Math.max(startedAt, clock.toLocal(snapshot.endedAt)),
    ticker: stampedToLocal(snapshot.ticker, clock),
    account: stampedToLocal(snapshot.account, clock),
    isolated: stampedToLocal(snapshot.isolated, clock),
    isolatedOrders: stampedToLocal(snapshot.isolatedOrders, clock),
    cross: stampedToLocal(snapshot.cross, clock),
    crossOrders: stampedToLocal(snapshot.crossOrders, clock),
  }
}

/** The picture after it was read again, still on the relay's clock: what is left out is as it was, and confirmed. */
export function applySnapshotDelta(known: AccountSnapshot, delta: SnapshotRefresh): AccountSnapshot {
  const { startedAt, endedAt, confirmedAt, key, missing, parts } = delta
  function part<K extends keyof SnapshotParts>(name: K): SnapshotParts[K] {
    const told: SnapshotParts[K] | undefined = parts[name]
    if (told !== undefined) return told
    const before = known[name]
    return before && { ...before, receivedAt: confirmedAt }
  }
  return {
    origin: known.origin,
    network: known.network,
    startedAt,
    endedAt,
    key,
    missing,
    ticker: part('ticker'),
    account: part('account'),
    isolated: part('isolated'),
    isolatedOrders: part('isolatedOrders'),
    cross: part('cross'),
    crossOrders: part('crossOrders'),
  }
}

function hopToLocal(hop: Hop, clock: RelayClock): Hop {
  return {
    ...hop,
    since: clock.toLocal(hop.since),
    retryAt: hop.retryAt === null ? null : clock.toLocal(hop.retryAt),
    upstream: hop.upstream && hopToLocal(hop.upstream, clock),
  }
}

/** What is learned from what a relay says of its own link. The exchange is as far from us as from the relay, and the relay from us. */
export function linkInfoOf({ hop, exchangeClockOffsetMs }: RelayUpstream, clock: RelayClock): LinkInfo {
  const { offsetMs } = clock
  const isKnown = exchangeClockOffsetMs !== null && offsetMs !== null
  return {
    upstream: hopToLocal(hop, clock),
    clockOffsetMs: isKnown ? exchangeClockOffsetMs + offsetMs : null,
  }
}
