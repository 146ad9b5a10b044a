import { type PartReport, REFUSED_UPSTREAM, reportsOf, UNREAD } from '../../domain/parts.ts'
import { type AccountSnapshot, PART_VALUES } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { Hop } from '../../domain/status.ts'
import type { RelayUpstream, SnapshotParts, SnapshotRefresh } from '../../wire/relay/messages.ts'
import type { LinkInfo } from '../connection/protocol.ts'
import type { RelayClock } from './relay-clock.ts'

function stampedToLocal<T>(stamped: Stamped<T> | null, clock: RelayClock): Stamped<T> | null {
  return stamped && { ...stamped, receivedAt: clock.toLocal(stamped.receivedAt) }
}

/** Converts a relay's snapshot to our clock. The exchange's own times stay on the exchange's clock. */
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
    parts: reportsOf(part => reportToLocal(snapshot.parts[part], clock)),
    lastKnown: snapshot.lastKnown.map(stamped => ({
      ...stamped,
      receivedAt: clock.toLocal(stamped.receivedAt),
    })),
  }
}

function reportToLocal(report: PartReport, clock: RelayClock): PartReport {
  const { readAt, since } = report
  return {
    ...report,
    readAt: readAt === null ? null : clock.readStartedAt(readAt),
    since: since === null ? null : clock.toLocal(since),
  }
}

/** Applies a refresh to a snapshot, still on the relay's clock. Parts left out of the refresh are unchanged, and confirmed. */
export function applySnapshotDelta(known: AccountSnapshot, refresh: SnapshotRefresh): AccountSnapshot {
  const { startedAt, endedAt, confirmedAt, key, missing, parts, lastKnown } = refresh
  function part<K extends keyof SnapshotParts>(name: K): SnapshotParts[K] {
    const updated: SnapshotParts[K] | undefined = parts[name]
    if (updated !== undefined) return updated
    const previous = known[name]
    return previous && { ...previous, receivedAt: confirmedAt }
  }
  return {
    origin: known.origin,
    network: known.network,
    startedAt,
    endedAt,
    key,
    missing,
    parts:
      refresh.reports ?? reportsOf(name => reportOf(known.parts[name], parts[PART_VALUES[name]], startedAt)),
    lastKnown,
    ticker: part('ticker'),
    account: part('account'),
    isolated: part('isolated'),
    isolatedOrders: part('isolatedOrders'),
    cross: part('cross'),
    crossOrders: part('crossOrders'),
  }
}

function hopToLocal(hop: Hop, clock: RelayClock): Hop {
  const toLocal = (at: number | null): number | null => (at === null ? null : clock.toLocal(at))
  return {
    ...hop,
    since: clock.toLocal(hop.since),
    retryAt: toLocal(hop.retryAt),
    limitedUntil: hop.limitedUntil && {
      signed: toLocal(hop.limitedUntil.signed),
      public: toLocal(hop.limitedUntil.public),
    },
    upstream: hop.upstream && hopToLocal(hop.upstream, clock),
  }
}

/** Converts a relay's upstream status to our clock. The exchange's offset to us is its offset to the relay plus the relay's to us. */
export function linkInfoOf(
  { hop, exchangeClockOffsetMs, alerts }: RelayUpstream,
  clock: RelayClock,
): LinkInfo {
  const { offsetMs } = clock
  const isKnown = exchangeClockOffsetMs !== null && offsetMs !== null
  return {
    alerts,
    upstream: hopToLocal(hop, clock),
    clockOffsetMs: isKnown ? exchangeClockOffsetMs + offsetMs : null,
  }
}

/**
 * The report of a part from a relay of an earlier version, which sends none: it has read every part again that is not refused. `updated` is
 * the part in its refresh: null if it is refused now, undefined if it is left out.
 */
function reportOf(known: PartReport, updated: unknown, readAt: number): PartReport {
  if (updated === null) return { ...UNREAD, error: REFUSED_UPSTREAM, since: readAt }
  return updated === undefined && known.error !== null ? known : { ...UNREAD, readAt }
}
