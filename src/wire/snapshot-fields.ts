import { PART_NAMES } from '../domain/parts.ts'
import type { SnapshotDocument } from './snapshot.ts'

/** Members of the parts. */
const PART_MEMBERS = [
  'state',
  'ageMs',
  'reason',
  'since',
  ...['unreadable', 'faults'].flatMap(list => [list, `${list}.id`, `${list}.field`, `${list}.problem`]),
]

/** Members of the alerts. */
const ALERT_MEMBERS = [
  'id',
  'kind',
  'rule',
  'level',
  'state',
  'subject',
  'positionId',
  'since',
  'message',
  'remedy',
]

/** Members of the positions. */
const POSITION_MEMBERS = [
  'id',
  'mode',
  'side',
  'quantityUsd',
  'entryPriceUsd',
  'entrySource',
  'markPriceUsd',
  'marginSats',
  'maintenanceMarginSats',
  'maintenanceMarginBasis',
  'leverage',
  'liquidationPriceUsd',
  'liquidationDistance',
  'liquidationDistanceUsd',
  'unrealizedPlSats',
  'unrealizedPlUsd',
  'exchangePlSats',
  'returnOnMargin',
  'stopLossUsd',
  'stopLossTrailingDistance',
  'takeProfitUsd',
  'fundingPaidSats',
  'openingFeeSats',
  'cashInMarginSats',
  'cashInPlSats',
  'risk',
  'warnings',
  'openedAt',
  'otherMarket',
  'ageMs',
  'stale',
]

/** Field paths below each top-level field. An empty list means a plain value. */
const MEMBERS = {
  schemaVersion: [],
  asOf: [],
  origin: [],
  network: [],
  source: [
    'kind',
    'transport',
    'state',
    'ageMs',
    'stale',
    'staleReasons',
    'reconnects',
    'lastError',
    'lastError.code',
    'lastError.message',
    'keyRefusal',
    'keyRefusal.since',
    'keyRefusal.attempt',
    'keyRefusal.nextAttemptAt',
    'keyRefusal.code',
    'keyRefusal.message',
    'rttMs',
    'clockOffsetMs',
    'rateLimit',
    'rateLimit.remaining',
    'rateLimit.limit',
    'upstream',
    'upstream.kind',
    'upstream.link',
    'upstream.transport',
    'upstream.since',
    'upstream.attempt',
    'upstream.lastError',
    'upstream.lastError.code',
    'upstream.lastError.message',
    'upstream.rttMs',
  ],
  key: ['permissions', 'canWrite'],
  parts: PART_NAMES.flatMap(part => [part, ...PART_MEMBERS.map(member => `${part}.${member}`)]),
  market: ['lastPriceUsd', 'indexUsd', 'bidUsd', 'askUsd', 'fundingRate', 'nextFundingAt', 'ageMs', 'stale'],
  account: ['username', 'balanceSats', 'syntheticUsdBalance', 'feeTier', 'ageMs', 'stale'],
  totals: [
    'equitySats',
    'equityUsd',
    'equityUnknownReason',
    'marginSats',
    'unrealizedPlSats',
    'unrealizedPlUsd',
    'netExposureUsd',
    'positionCount',
    'worstLiquidationDistance',
    'realized24hNetSats',
    'realized24hGrossSats',
    'realized24hUnknownReason',
    'fees24hSats',
    'funding24hSats',
  ],
  positions: POSITION_MEMBERS,
  lastKnown: POSITION_MEMBERS,
  orders: [
    'id',
    'mode',
    'side',
    'type',
    'quantityUsd',
    'priceUsd',
    'distanceFromMark',
    'createdAt',
    'otherMarket',
  ],
  alerts: ALERT_MEMBERS,
  recentAlerts: [...ALERT_MEMBERS, 'endedAt'],
} as const satisfies Readonly<Record<keyof SnapshotDocument, readonly string[]>>

/**
 * Returns all paths that `--fields` accepts: `totals`, `totals.equitySats`, `positions.id`… Listed here so that checking a flag does not
 * load the schema. A test compares the list with the schema.
 */
export function snapshotFieldPaths(): readonly string[] {
  return Object.entries(MEMBERS).flatMap(([part, members]) => [
    part,
    ...members.map(each => `${part}.${each}`),
  ])
}
