import { listsPermission } from '../../domain/account.ts'
import type { Position } from '../../domain/position.ts'
import { unspentReserveSats } from '../../domain/reserve.ts'
import { BOUNDS, SATS_PER_BTC, type Sats, sats, sumKnownSats, sumSats, type Usd } from '../../domain/units.ts'
import { fundingEstimateSats, satsToUsd, usdToSats } from '../../domain/valuation.ts'
import { ageOf, STALE_AFTER_MS } from '../age.ts'
import { openPositions } from '../open-positions.ts'
import { isSettled, movesTooLong } from '../settled.ts'
import type { State } from '../state.ts'
import type { AccountView, PositionRow, TotalsView } from '../view.ts'
import { equityUnknownReason } from './equity-reason.ts'
import { selectLastDay } from './last-day.ts'
import { isWhole, positionsAreComplete, selectMayLackPosition } from './parts.ts'
import { selectPositions } from './positions.ts'

/** The account as last received. */
export function selectAccount(state: State, now: number): AccountView {
  const { account } = state
  const ageMs = account === null ? null : ageOf(state, account, now)
  return {
    username: account?.value.username ?? null,
    balanceSats: account?.value.balanceSats ?? null,
    syntheticUsdBalance: syntheticDollars(state),
    feeTier: account?.value.feeTier ?? null,
    ageMs,
    stale: ageMs === null || ageMs > STALE_AFTER_MS,
  }
}

/** Totals over all positions. Pass `rows` if already computed. */
export function selectTotals(
  state: State,
  now: number,
  rows: readonly PositionRow[] = selectPositions(state, now),
): TotalsView {
  const complete = positionsAreComplete(state)
  const unrealized = complete ? sumKnownSats(rows.map(row => row.unrealizedPlSats)) : null
  const margin = marginSum(state)
  const equity = isSettled(state) ? sumOfParts(state, unrealized) : null
  const index = state.index?.value ?? null
  const toUsd = (amount: Sats | null): Usd | null =>
    amount === null || index === null ? null : satsToUsd(amount, index)
  const distances = rows.flatMap(row => row.liquidationDistance ?? [])
  return {
    equitySats: equity,
    equityUsd: toUsd(equity),
    equityUnknownReason: equity === null ? equityUnknownReason(state, unrealized) : null,
    marginSats: margin,
    marginUsed: margin === null || equity === null || equity <= 0 ? null : margin / equity,
    unrealizedPlSats: unrealized,
    unrealizedPlUsd: toUsd(unrealized),
    netPlSats: complete ? sumKnownSats(rows.map(row => row.netPlSats)) : null,
    netExposureUsd: complete ? exposureUsd(rows, signedQuantityUsd) : null,
    grossExposureUsd: complete ? exposureUsd(rows, ({ quantityUsd }) => quantityUsd) : null,
    positionCount: complete ? rows.length : null,
    worstLiquidationDistance:
      distances.length === 0 || selectMayLackPosition(state, now) ? null : Math.min(...distances),
    nextFundingSats: complete ? nextFunding(state) : null,
    ...selectLastDay(state, now),
  }
}

/**
 * Returns the equity for alerts. While amounts have kept moving for long it is the sum of what was read last, which may lack the margin of
 * a position that has just ended.
 */
export function alertEquitySats(
  state: State,
  { equitySats, unrealizedPlSats }: TotalsView,
  now: number,
): Sats | null {
  return movesTooLong(state, now) ? sumOfParts(state, unrealizedPlSats) : equitySats
}

/** Margin of the isolated trades and the whole cross margin account. */
function marginSum(state: State): Sats | null {
  if (state.isolated === null || state.cross === null || !positionsAreComplete(state)) return null
  const isolated = [...state.isolated.values()].map(({ value }) =>
    // Margin of another market may be in another currency.
    value.otherMarket === null ? value.marginSats : null,
  )
  return sumKnownSats([...isolated, state.cross.value.marginSats])
}

/**
 * Value of the account at the closing prices, before closing fees. It is the sum of the free balance, synthetic dollars, reserves of
 * orders, margins, unspent fee reserves and unrealized P&L. The unspent reserve of an isolated trade is its maintenance margin, less
 * the opening fee if the exchange reports it with that fee.
 */
function sumOfParts(state: State, unrealized: Sats | null): Sats | null {
  const { account, isolated, isolatedOrders, cross } = state
  if (!account || !isolated || !isolatedOrders || !cross || unrealized === null) return null
  if (!isWhole(state.parts.isolatedOrders)) return null
  const trades = [...isolated.values()].flatMap(({ value }) => [value.marginSats, unspentReserveSats(value)])
  const orders = [...isolatedOrders.values()].map(({ value }) => value.reservedSats)
  return sumKnownSats([
    account.value.balanceSats,
    syntheticSats(state),
    ...orders,
    ...trades,
    cross.value.marginSats,
    unrealized,
  ])
}

/** Returns true while the unit of held synthetic dollars is unknown and may still arrive: the key's permissions list the swaps that it is derived from. */
export function awaitsUnit({ account, key }: State): boolean {
  if (account === null || !account.value.syntheticUsdBalance) return false
  return account.value.syntheticUsdUnit === null && listsPermission(key, 'synthetic-usd:read')
}

/** The balance in dollars, or null if its unit is unknown. */
function syntheticDollars(state: State): Usd | null {
  if (state.account === null) return null
  const { syntheticUsdBalance, syntheticUsdUnit } = state.account.value
  if (syntheticUsdBalance === 0) return 0 as Usd
  if (syntheticUsdBalance === null || syntheticUsdUnit === null) return null
  return (syntheticUsdUnit === 'cents' ? syntheticUsdBalance / 100 : syntheticUsdBalance) as Usd
}

function syntheticSats(state: State): Sats | null {
  const dollars = syntheticDollars(state)
  const index = state.index?.value ?? null
  if (dollars === 0) return sats(0)
  if (dollars === null || index === null) return null
  // More is a mistake of the exchange or of the relay, and beyond exact integers.
  return Math.abs(dollars) > BOUNDS.mostSats * (index / SATS_PER_BTC) ? null : usdToSats(dollars, index)
}

/** Null with a position of another market, whose quantity may have another unit. */
function exposureUsd(
  rows: readonly PositionRow[],
  quantityOf: (position: Position) => number,
): number | null {
  if (rows.some(({ position }) => position.otherMarket !== null)) return null
  return rows.reduce((sum, { position }) => sum + quantityOf(position), 0)
}

function signedQuantityUsd({ side, quantityUsd }: Position): number {
  return side === 'long' ? quantityUsd : -quantityUsd
}

function nextFunding(state: State): Sats | null {
  const rate = state.funding?.value.rate ?? null
  const index = state.index?.value ?? null
  if (rate === null || index === null || Math.abs(rate) > BOUNDS.mostFundingRate) return null
  const positions = openPositions(state).map(({ value }) => value)
  // Funding of another market has another rate.
  if (positions.some(({ otherMarket }) => otherMarket !== null)) return null
  return sumSats(
    positions.map(({ side, quantityUsd }) => fundingEstimateSats(side, quantityUsd, index, rate)),
  )
}
