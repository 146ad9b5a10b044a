import type { Alert, RecentAlert } from '../domain/alerts/alert.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { Hop } from '../domain/status.ts'
import { sameTime, type ToWall, wallOffsetMs } from '../domain/wall-clock.ts'
import { selectMarket } from '../store/selectors/market.ts'
import { selectLastKnown, selectOrders, selectPositions } from '../store/selectors/positions.ts'
import { selectSource } from '../store/selectors/source.ts'
import { selectAccount, selectTotals } from '../store/selectors/totals.ts'
import type { State } from '../store/state.ts'
import type { OrderRow, PartView, PositionRow, SourceView } from '../store/view.ts'
import type {
  AlertDocument,
  HopDocument,
  OrderDocument,
  PartDocument,
  PositionDocument,
  RecentAlertDocument,
  SnapshotDocument,
  SourceDocument,
} from '../wire/snapshot.ts'
import { SNAPSHOT_VERSION } from '../wire/snapshot-version.ts'
import { cents, fraction, iso, plain, whole } from './numbers.ts'

/** The alerts of a snapshot. Their times are on the local clock, in ms since 1970. */
export interface SnapshotAlerts {
  readonly active: readonly Alert[]
  readonly recent: readonly RecentAlert[]
}

const NO_ALERTS: SnapshotAlerts = { active: [], recent: [] }

/**
 * Returns the snapshot document for a time on the local clock, in ms since 1970. `toWall` converts its times to the wall clock, as the
 * `Clock` port does; by default both agree.
 */
export function snapshotOf(
  state: State,
  now: number,
  { active, recent }: SnapshotAlerts = NO_ALERTS,
  toWall: ToWall = sameTime,
): SnapshotDocument {
  const source = selectSource(state, now)
  const rows = selectPositions(state, now)
  const orders = selectOrders(state)
  return {
    schemaVersion: SNAPSHOT_VERSION,
    asOf: iso(toWall(now)),
    origin: source.origin,
    network: source.network,
    source: sourceDocument(source, now, toWall),
    key: { permissions: source.permissions, canWrite: source.canWrite },
    parts: partsDocument(source, toWall),
    market: marketDocument(state, now),
    account: accountDocument(state, now),
    totals: totalsDocument(state, now, rows),
    positions: unlessUnread(rows, state.isolated, state.cross)?.map(positionDocument) ?? null,
    lastKnown: selectLastKnown(state, now).map(positionDocument),
    orders: unlessUnread(orders, state.isolatedOrders, state.crossOrders)?.map(orderDocument) ?? null,
    alerts: active.map(alert => alertDocument(alert, toWall)),
    recentAlerts: recent.map(alert => recentAlertDocument(alert, toWall)),
  }
}

/** Returns the rows of two parts, or null if there are none and a part was never read: an empty list would look like a flat account. */
function unlessUnread<T>(rows: readonly T[], ...parts: readonly unknown[]): readonly T[] | null {
  return rows.length === 0 && parts.includes(null) ? null : rows
}

function sourceDocument(source: SourceView, now: number, toWall: ToWall): SourceDocument {
  const { status } = source
  const { refusal } = source
  const error = refusal?.error ?? status?.lastError ?? null
  return {
    kind: source.kind,
    transport: source.transport,
    state: source.state,
    ageMs: whole(source.ageMs),
    stale: source.stale,
    staleReasons: source.staleReasons,
    reconnects: status?.reconnects ?? 0,
    lastError: error && { code: error.code, message: error.message },
    keyRefusal: refusal && {
      since: iso(toWall(refusal.since)),
      attempt: refusal.attempt,
      nextAttemptAt: refusal.retryAt === null ? null : iso(toWall(refusal.retryAt)),
      code: refusal.error.code,
      message: refusal.error.message,
    },
    rttMs: whole(status?.rttMs ?? null),
    clockOffsetMs: whole(wallOffsetMs(status?.clockOffsetMs ?? null, now, toWall)),
    rateLimit: status?.rateLimit ?? null,
    upstream: source.hops.length === 0 ? null : source.hops.map(hop => hopDocument(hop, toWall)),
  }
}

function hopDocument(hop: Hop, toWall: ToWall): HopDocument {
  const { kind, link, transport, since, attempt, lastError, rttMs } = hop
  return { kind, link, transport, since: iso(toWall(since)), attempt, lastError, rttMs: whole(rttMs) }
}

/** Returns an alert as documents have it. */
export function alertDocument(alert: Alert, toWall: ToWall): AlertDocument {
  return alertMembers(alert, toWall)
}

/** Returns an alert that has ended as documents have it. */
export function recentAlertDocument(alert: RecentAlert, toWall: ToWall): RecentAlertDocument {
  return { ...alertMembers(alert, toWall), endedAt: iso(toWall(alert.endedAt)) }
}

function alertMembers<State extends string>(
  alert: Omit<Alert, 'state'> & { readonly state: State },
  toWall: ToWall,
): Omit<AlertDocument, 'state'> & { readonly state: State } {
  const { id, kind, rule, level, state, positionId, remedy } = alert
  return {
    ...{ id, kind, rule, level, state },
    subject: sanitize(alert.subject),
    positionId,
    since: iso(toWall(alert.since)),
    message: sanitize(alert.message),
    remedy: remedy === null ? null : sanitize(remedy),
  }
}

function partsDocument({ parts }: SourceView, toWall: ToWall): SnapshotDocument['parts'] {
  return {
    market: partDocument(parts.market, toWall),
    account: partDocument(parts.account, toWall),
    isolatedPositions: partDocument(parts.isolatedPositions, toWall),
    isolatedOrders: partDocument(parts.isolatedOrders, toWall),
    crossPosition: partDocument(parts.crossPosition, toWall),
    crossOrders: partDocument(parts.crossOrders, toWall),
  }
}

function partDocument(
  { state, ageMs, reason, since, unreadable, faults }: PartView,
  toWall: ToWall,
): PartDocument {
  return {
    state,
    ageMs: whole(ageMs),
    reason,
    since: since === null ? null : iso(toWall(since)),
    unreadable,
    faults,
  }
}

function marketDocument(state: State, now: number): SnapshotDocument['market'] {
  const market = selectMarket(state, now)
  return {
    lastPriceUsd: market.lastPriceUsd,
    indexUsd: market.indexUsd,
    bidUsd: market.bidUsd,
    askUsd: market.askUsd,
    fundingRate: plain(market.fundingRate),
    nextFundingAt: market.nextFundingAt === null ? null : iso(market.nextFundingAt),
    ageMs: whole(market.ageMs),
    stale: market.stale,
  }
}

function accountDocument(state: State, now: number): SnapshotDocument['account'] {
  const account = selectAccount(state, now)
  return {
    username: account.username,
    balanceSats: account.balanceSats,
    syntheticUsdBalance: plain(account.syntheticUsdBalance),
    feeTier: account.feeTier,
    ageMs: whole(account.ageMs),
    stale: account.stale,
  }
}

function totalsDocument(state: State, now: number, rows: readonly PositionRow[]): SnapshotDocument['totals'] {
  const totals = selectTotals(state, now, rows)
  return {
    equitySats: totals.equitySats,
    equityUsd: cents(totals.equityUsd),
    equityUnknownReason: totals.equityUnknownReason,
    marginSats: totals.marginSats,
    unrealizedPlSats: totals.unrealizedPlSats,
    unrealizedPlUsd: cents(totals.unrealizedPlUsd),
    netExposureUsd: plain(totals.netExposureUsd),
    positionCount: totals.positionCount,
    worstLiquidationDistance: fraction(totals.worstLiquidationDistance),
    realized24hNetSats: totals.realized24hNetSats,
    realized24hGrossSats: totals.realized24hGrossSats,
    realized24hUnknownReason: totals.realized24hUnknownReason,
    fees24hSats: totals.fees24hSats,
    funding24hSats: totals.funding24hSats,
  }
}

function positionDocument(row: PositionRow): PositionDocument {
  const { position } = row
  return {
    id: position.id,
    mode: position.mode,
    side: position.side,
    quantityUsd: position.quantityUsd,
    entryPriceUsd: position.entryPriceUsd,
    entrySource: position.entrySource,
    markPriceUsd: row.markPriceUsd,
    marginSats: position.marginSats,
    maintenanceMarginSats: position.maintenanceMarginSats,
    maintenanceMarginBasis: row.maintenanceMarginBasis,
    leverage: position.leverage,
    liquidationPriceUsd: position.liquidationPriceUsd,
    liquidationDistance: fraction(row.liquidationDistance),
    liquidationDistanceUsd: cents(row.liquidationDistanceUsd),
    unrealizedPlSats: row.unrealizedPlSats,
    unrealizedPlUsd: cents(row.unrealizedPlUsd),
    exchangePlSats: position.exchangePlSats,
    returnOnMargin: fraction(row.returnOnMargin),
    stopLossUsd: position.stopLossUsd,
    stopLossTrailingDistance: plain(position.stopLossTrailingDistance),
    takeProfitUsd: position.takeProfitUsd,
    fundingPaidSats: position.fundingPaidSats,
    openingFeeSats: position.openingFeeSats,
    cashInMarginSats: position.cashInMarginSats,
    cashInPlSats: position.cashInPlSats,
    risk: row.risk,
    warnings: row.warnings,
    openedAt: position.openedAt === null ? null : iso(position.openedAt),
    otherMarket: position.otherMarket,
    ageMs: Math.round(row.ageMs),
    stale: row.stale,
  }
}

function orderDocument({ order, distanceFromMark }: OrderRow): OrderDocument {
  return {
    id: order.id,
    mode: order.mode,
    side: order.side,
    type: order.type,
    quantityUsd: order.quantityUsd,
    priceUsd: order.priceUsd,
    distanceFromMark: fraction(distanceFromMark),
    createdAt: order.createdAt === null ? null : iso(order.createdAt),
    otherMarket: order.otherMarket,
  }
}
