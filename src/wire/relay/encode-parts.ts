import type { Account, KeyPermissions } from '../../domain/account.ts'
import type { Bucket, Candle, Funding, Ticker } from '../../domain/market.ts'
import type { CrossAccount, Order, Position } from '../../domain/position.ts'
import type { ClosedTrade, CrossFill, FundingFee, History } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'

/** What JSON.stringify takes as it is. Written field by field, so that the domain can change while the protocol stays. */
export type Plain = Readonly<Record<string, unknown>>

/** The next settlement; either member may be null. */
export function fundingPlain({ rate, at }: Funding): Plain {
  return { rate, at }
}

/** One size bucket. */
export function bucketPlain({ minSizeUsd, maxSizeUsd, bidUsd, askUsd }: Bucket): Plain {
  return { minSizeUsd, maxSizeUsd, bidUsd, askUsd }
}

/** One candle. */
export function candlePlain({ openedAt, openUsd, highUsd, lowUsd, closeUsd, volumeUsd }: Candle): Plain {
  return { openedAt, openUsd, highUsd, lowUsd, closeUsd, volumeUsd }
}

/** Prices, funding and buckets, smallest size first. */
export function tickerPlain({ lastPriceUsd, indexUsd, funding, buckets }: Ticker): Plain {
  return { lastPriceUsd, indexUsd, funding: fundingPlain(funding), buckets: buckets.map(bucketPlain) }
}

/** The account; nothing that could serve to sign in as its owner. */
export function accountPlain(account: Account): Plain {
  return {
    username: account.username,
    balanceSats: account.balanceSats,
    syntheticUsdBalance: account.syntheticUsdBalance,
    syntheticUsdUnit: account.syntheticUsdUnit,
    feeTier: account.feeTier,
  }
}

/** One open position. */
export function positionPlain(position: Position): Plain {
  return {
    id: position.id,
    mode: position.mode,
    side: position.side,
    quantityUsd: position.quantityUsd,
    entryPriceUsd: position.entryPriceUsd,
    marginSats: position.marginSats,
    maintenanceMarginSats: position.maintenanceMarginSats,
    runningMarginSats: position.runningMarginSats,
    leverage: position.leverage,
    liquidationPriceUsd: position.liquidationPriceUsd,
    stopLossUsd: position.stopLossUsd,
    takeProfitUsd: position.takeProfitUsd,
    exchangePlSats: position.exchangePlSats,
    fundingPaidSats: position.fundingPaidSats,
    openingFeeSats: position.openingFeeSats,
    openedAt: position.openedAt,
  }
}

/** One order that waits. */
export function orderPlain(order: Order): Plain {
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
  }
}

/** The cross margin account; no position when flat. */
export function crossPlain({ marginSats, leverage, position, updatedAt }: CrossAccount): Plain {
  return { marginSats, leverage, position: position === null ? null : positionPlain(position), updatedAt }
}

function closedPlain(trade: ClosedTrade): Plain {
  return {
    id: trade.id,
    side: trade.side,
    quantityUsd: trade.quantityUsd,
    entryPriceUsd: trade.entryPriceUsd,
    exitPriceUsd: trade.exitPriceUsd,
    plSats: trade.plSats,
    openingFeeSats: trade.openingFeeSats,
    closingFeeSats: trade.closingFeeSats,
    openedAt: trade.openedAt,
    closedAt: trade.closedAt,
  }
}

function feePlain({ settlementId, tradeId, at, feeSats }: FundingFee): Plain {
  return { settlementId, tradeId, at, feeSats }
}

function fillPlain({ id, side, quantityUsd, priceUsd, feeSats, filledAt }: CrossFill): Plain {
  return { id, side, quantityUsd, priceUsd, feeSats, filledAt }
}

/** The recent past; a list that could not be read is null. */
export function historyPlain({ since, closed, fundingFees, crossFills }: History): Plain {
  return {
    since,
    closed: closed === null ? null : closed.map(closedPlain),
    fundingFees: fundingFees === null ? null : fundingFees.map(feePlain),
    crossFills: crossFills === null ? null : crossFills.map(fillPlain),
  }
}

/** What the relay's key may do: never the key itself. */
export function keyPlain(key: KeyPermissions | null): Plain | null {
  return key === null ? null : { permissions: key.permissions }
}

/** A value with its two times, or null. */
export function stampedPlain<T>(stamped: Stamped<T> | null, plain: (value: T) => unknown): Plain | null {
  if (stamped === null) return null
  return { value: plain(stamped.value), sourceAt: stamped.sourceAt, receivedAt: stamped.receivedAt }
}
