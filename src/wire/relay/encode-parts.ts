import type { Account, KeyPermissions } from '../../domain/account.ts'
import type { Bucket, Candle, Funding, Ticker } from '../../domain/market.ts'
import type { CrossAccount, EntryCandidates, Order, Position } from '../../domain/position.ts'
import type { ClosedTrade, FundingFee, History, RealizedFill } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'

/** An object for JSON.stringify. Encoders copy field by field, so that changes of the domain do not change the protocol. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Encodes the next funding settlement. */
export function fundingJson({ rate, at }: Funding): JsonObject {
  return { rate, at }
}

/** Encodes one size bucket. */
export function bucketJson({ minSizeUsd, maxSizeUsd, bidUsd, askUsd }: Bucket): JsonObject {
  return { minSizeUsd, maxSizeUsd, bidUsd, askUsd }
}

/** Encodes one candle. */
export function candleJson({ openedAt, openUsd, highUsd, lowUsd, closeUsd, volumeUsd }: Candle): JsonObject {
  return { openedAt, openUsd, highUsd, lowUsd, closeUsd, volumeUsd }
}

/** Encodes prices, funding and buckets, smallest size first. */
export function tickerJson({ lastPriceUsd, indexUsd, funding, buckets }: Ticker): JsonObject {
  return {
    lastPriceUsd,
    indexUsd,
    funding: funding && fundingJson(funding),
    buckets: buckets?.map(bucketJson) ?? null,
  }
}

/** Encodes the account, without anything that its owner could log in with. */
export function accountJson(account: Account): JsonObject {
  return {
    username: account.username,
    balanceSats: account.balanceSats,
    syntheticUsdBalance: account.syntheticUsdBalance,
    syntheticUsdUnit: account.syntheticUsdUnit,
    feeTier: account.feeTier,
  }
}

function entryCandidatesJson(candidates: EntryCandidates | null): JsonObject | null {
  if (candidates === null) return null
  const { priceUsd, entryPriceUsd } = candidates
  return { priceUsd, entryPriceUsd }
}

/** Encodes one open position. */
export function positionJson(position: Position): JsonObject {
  return {
    id: position.id,
    mode: position.mode,
    side: position.side,
    quantityUsd: position.quantityUsd,
    entryPriceUsd: position.entryPriceUsd,
    entryCandidates: entryCandidatesJson(position.entryCandidates),
    entrySource: position.entrySource,
    marginSats: position.marginSats,
    entryMarginSats: position.entryMarginSats,
    maintenanceMarginSats: position.maintenanceMarginSats,
    runningMarginSats: position.runningMarginSats,
    leverage: position.leverage,
    liquidationPriceUsd: position.liquidationPriceUsd,
    stopLossUsd: position.stopLossUsd,
    stopLossTrailingDistance: position.stopLossTrailingDistance,
    takeProfitUsd: position.takeProfitUsd,
    exchangePlSats: position.exchangePlSats,
    fundingPaidSats: position.fundingPaidSats,
    openingFeeSats: position.openingFeeSats,
    cashInMarginSats: position.cashInMarginSats,
    cashInPlSats: position.cashInPlSats,
    openedAt: position.openedAt,
    otherMarket: position.otherMarket,
  }
}

/** Encodes one open order. */
export function orderJson(order: Order): JsonObject {
  return {
    id: order.id,
    mode: order.mode,
    side: order.side,
    type: order.type,
    quantityUsd: order.quantityUsd,
    priceUsd: order.priceUsd,
    leverage: order.leverage,
    reservedSats: order.reservedSats,
    createdAt: order.createdAt,
    otherMarket: order.otherMarket,
  }
}

/** Encodes the cross margin account. */
export function crossJson({ marginSats, leverage, position, updatedAt }: CrossAccount): JsonObject {
  return { marginSats, leverage, position: position === null ? null : positionJson(position), updatedAt }
}

function closedTradeJson(trade: ClosedTrade): JsonObject {
  return {
    id: trade.id,
    side: trade.side,
    quantityUsd: trade.quantityUsd,
    entryPriceUsd: trade.entryPriceUsd,
    exitPriceUsd: trade.exitPriceUsd,
    plSats: trade.plSats,
    openingFeeSats: trade.openingFeeSats,
    closingFeeSats: trade.closingFeeSats,
    marginSats: trade.marginSats,
    liquidationPriceUsd: trade.liquidationPriceUsd,
    stopLossUsd: trade.stopLossUsd,
    takeProfitUsd: trade.takeProfitUsd,
    openedAt: trade.openedAt,
    closedAt: trade.closedAt,
  }
}

function fundingFeeJson({ settlementId, tradeId, at, feeSats }: FundingFee): JsonObject {
  return { settlementId, tradeId, at, feeSats }
}

function crossFillJson(fill: RealizedFill): JsonObject {
  const { id, type, side, quantityUsd, priceUsd, feeSats, plSats, positionUsd, filledAt } = fill
  return { id, type, side, quantityUsd, priceUsd, feeSats, plSats, positionUsd, filledAt }
}

/** Encodes the history. A list that could not be read is null. */
export function historyJson(history: History): JsonObject {
  const { since, closed, fundingFees, crossFills, crossUnknownReason } = history
  return {
    since,
    closed: closed === null ? null : closed.map(closedTradeJson),
    fundingFees: fundingFees === null ? null : fundingFees.map(fundingFeeJson),
    crossFills: crossFills === null ? null : crossFills.map(crossFillJson),
    crossUnknownReason,
  }
}

/** Encodes the permissions of the relay's key, never the key itself. */
export function keyJson(key: KeyPermissions | null): JsonObject | null {
  if (key === null) return null
  // Earlier clients read the list alone, and require it.
  return key.permissions === null ? { permissions: [], unreadable: true } : { permissions: key.permissions }
}

/** Encodes a value with its two times, or null. */
export function stampedJson<T>(stamped: Stamped<T> | null, encode: (value: T) => unknown): JsonObject | null {
  if (stamped === null) return null
  return { value: encode(stamped.value), sourceAt: stamped.sourceAt, receivedAt: stamped.receivedAt }
}
