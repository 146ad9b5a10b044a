import type { Account } from '../../src/domain/account.ts'
import type { Ticker } from '../../src/domain/market.ts'
import { NO_REPORTS, type PartReports, reportsOf, UNREAD } from '../../src/domain/parts.ts'
import type { CrossAccount, Order, Position } from '../../src/domain/position.ts'
import { type AccountSnapshot, type Change, PART_VALUES } from '../../src/domain/snapshot.ts'
import type { Stamped } from '../../src/domain/stamp.ts'
import type { Status } from '../../src/domain/status.ts'
import { sats, usd } from '../../src/domain/units.ts'
import type { FeedEvent } from '../../src/feed/feed.ts'

/** 2026-11-23T18:47:40Z: the time of the sample screens. */
export const T0 = Date.UTC(2026, 10, 23, 18, 47, 40)

/** The isolated long of the sample account, close to liquidation. */
export function madePosition(over: Partial<Position> = {}): Position {
  return {
    id: '7f3a0000-0000-4000-8000-000000000001',
    mode: 'isolated',
    side: 'long',
    quantityUsd: 10_000,
    entryPriceUsd: usd(70_150),
    entryCandidates: null,
    entrySource: null,
    marginSats: sats(712_758),
    entryMarginSats: null,
    maintenanceMarginSats: sats(14_304),
    runningMarginSats: null,
    leverage: 20,
    liquidationPriceUsd: usd(66_809.5),
    stopLossUsd: null,
    stopLossTrailingDistance: null,
    takeProfitUsd: usd(72_400),
    exchangePlSats: sats(-360_869),
    fundingPaidSats: sats(3_110),
    openingFeeSats: sats(14_255),
    cashInMarginSats: null,
    cashInPlSats: null,
    openedAt: T0 - 187_200_000,
    otherMarket: null,
    ...over,
  }
}

/** The isolated short of the sample account. */
export const SHORT = madePosition({
  id: 'c21e0000-0000-4000-8000-000000000002',
  side: 'short',
  quantityUsd: 5_000,
  entryPriceUsd: usd(69_900),
  marginSats: sats(715_308),
  maintenanceMarginSats: sats(6_437),
  leverage: 10,
  liquidationPriceUsd: usd(77_666.5),
  stopLossUsd: usd(71_000),
  takeProfitUsd: usd(66_000),
  exchangePlSats: sats(154_409),
  openingFeeSats: sats(7_153),
})

/** The cross account of the sample account, long. */
export function madeCross(over: Partial<CrossAccount> = {}): CrossAccount {
  return {
    marginSats: sats(9_000_000),
    leverage: 5,
    updatedAt: T0 - 3_600_000,
    position: madePosition({
      id: 'cross',
      mode: 'cross',
      quantityUsd: 25_000,
      entryPriceUsd: usd(67_300),
      marginSats: sats(9_000_000),
      maintenanceMarginSats: sats(55_720),
      runningMarginSats: sats(7_429_420),
      leverage: 5,
      liquidationPriceUsd: usd(54_174.5),
      takeProfitUsd: null,
      exchangePlSats: null,
      openingFeeSats: null,
      openedAt: null,
    }),
    ...over,
  }
}

/** The limit order of the sample account. */
export function madeOrder(over: Partial<Order> = {}): Order {
  return {
    id: '0d0d0000-0000-4000-8000-000000000003',
    mode: 'isolated',
    side: 'long',
    type: 'limit',
    quantityUsd: 10_000,
    priceUsd: usd(66_500),
    leverage: 20,
    reservedSats: sats(781_955),
    createdAt: T0 - 11_520_000,
    otherMarket: null,
    ...over,
  }
}

/** The market of the sample screens. */
export function madeTicker(over: Partial<Ticker> = {}): Ticker {
  return {
    lastPriceUsd: usd(68_420.5),
    indexUsd: usd(68_412),
    funding: { rate: 0.000042, at: T0 + 4_340_000 },
    buckets: [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(68_418), askUsd: usd(68_423) }],
    ...over,
  }
}

/** The sample account. */
export const ACCOUNT: Account = {
  username: 'trader',
  balanceSats: sats(2_015_086),
  syntheticUsdBalance: 0,
  syntheticUsdUnit: null,
  feeTier: 0,
}

/** Stamps a value received at a time, without a time of the exchange. */
export function readAt<T>(at: number, value: T): Stamped<T> {
  return { value, sourceAt: null, receivedAt: at }
}

/** Reports of a snapshot whose values were read at `at`; a part without a value was not read. */
export function reportsFor(snapshot: Partial<AccountSnapshot>, at: number): PartReports {
  return reportsOf(part => (snapshot[PART_VALUES[part]] ? { ...UNREAD, readAt: at } : UNREAD))
}

/** The complete sample snapshot, read just before `at`. */
export function sampleSnapshot(at: number, over: Partial<AccountSnapshot> = {}): AccountSnapshot {
  const snapshot = sampleParts(at, over)
  return { ...snapshot, parts: over.parts ?? reportsFor(snapshot, snapshot.startedAt) }
}

function sampleParts(at: number, over: Partial<AccountSnapshot>): AccountSnapshot {
  return {
    parts: NO_REPORTS,
    lastKnown: [],
    origin: 'exchange',
    network: 'mainnet',
    startedAt: at - 80,
    endedAt: at,
    key: { permissions: ['account:read', 'futures:isolated:read', 'futures:cross:read'] },
    missing: [],
    ticker: readAt(at, madeTicker()),
    account: readAt(at, ACCOUNT),
    isolated: readAt(at, [madePosition(), SHORT]),
    isolatedOrders: readAt(at, [madeOrder()]),
    cross: readAt(at, madeCross()),
    crossOrders: readAt(at, []),
    ...over,
  }
}

/** The status of a live stream connection. */
export function madeStatus(over: Partial<Status> = {}): Status {
  return {
    kind: 'direct',
    link: 'live',
    transport: 'stream',
    since: T0,
    attempt: 0,
    retryAt: null,
    lastError: null,
    reconnects: 0,
    rttMs: 38,
    clockOffsetMs: 12,
    pricesSilentSince: null,
    rateLimit: { remaining: 4, limit: 5 },
    limitedUntil: null,
    refusal: null,
    key: { permissions: ['account:read', 'futures:isolated:read', 'futures:cross:read'] },
    upstream: null,
    alerts: null,
    ...over,
  }
}

export function resetEvent(at: number, over: Partial<AccountSnapshot> = {}): FeedEvent {
  return { type: 'reset', at, snapshot: sampleSnapshot(at, over) }
}

export function changeEvent(at: number, change: Change, sourceAt: number | null = at): FeedEvent {
  return { type: 'change', at, sourceAt, change }
}

export function statusEvent(at: number, over: Partial<Status> = {}): FeedEvent {
  return { type: 'status', at, status: madeStatus({ since: at, ...over }) }
}
