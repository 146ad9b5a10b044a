import type {
  ChainDeposit,
  ChainWithdrawal,
  CrossOrder,
  FundingFee,
  LightningDeposit,
  LightningWithdrawal,
  Notification,
  Swap,
  Trade,
  Transfer,
} from './books.ts'
import type { SimCandle } from './candles.ts'
import { crossFigures } from './cross-figures.ts'
import { type Desk, unrealizedSats } from './desk.ts'
import { iso, isoOrNull } from './iso.ts'
import type { Settlement } from './market.ts'

/** A trade as REST tells it; `pl` of a running one is worked out now. */
export function tradeShape(desk: Desk, trade: Trade) {
  return {
    id: trade.id,
    uid: desk.books.userId,
    type: trade.type,
    side: trade.side,
    quantity: trade.quantityUsd,
    margin: trade.marginSats,
    leverage: trade.leverage,
    price: trade.priceUsd,
    entryPrice: trade.entryUsd,
    entryMargin: trade.entryMarginSats,
    exitPrice: trade.exitUsd,
    liquidation: trade.liquidationUsd,
    stoploss: trade.stopLossUsd,
    takeprofit: trade.takeProfitUsd,
    stoplossTrailingDistance: 0,
    pl: trade.state === 'running' ? unrealizedSats(desk, trade) : trade.plSats,
    openingFee: trade.openingFeeSats,
    closingFee: trade.closingFeeSats,
    maintenanceMargin: trade.maintenanceSats,
    sumFundingFees: trade.fundingSats,
    sumCashInPl: trade.cashInPlSats,
    sumCashInMargin: trade.cashInMarginSats,
    createdAt: iso(trade.createdAt),
    filledAt: isoOrNull(trade.filledAt),
    closedAt: isoOrNull(trade.closedAt),
    open: trade.state === 'open',
    running: trade.state === 'running',
    canceled: trade.state === 'canceled',
    closed: trade.state === 'closed',
    clientId: trade.clientId,
  }
}

export function positionShape(desk: Desk) {
  const { id, updatedAt } = desk.books.cross
  return { id, uid: desk.books.userId, ...crossFigures(desk), updatedAt: iso(updatedAt) }
}

export function crossOrderShape(desk: Desk, order: CrossOrder) {
  return {
    id: order.id,
    uid: desk.books.userId,
    type: order.type,
    side: order.side,
    quantity: order.quantityUsd,
    price: order.priceUsd,
    tradingFee: order.feeSats,
    createdAt: iso(order.createdAt),
    filledAt: isoOrNull(order.filledAt),
    canceledAt: isoOrNull(order.canceledAt),
    open: order.filledAt === null && order.canceledAt === null,
    filled: order.filledAt !== null,
    canceled: order.canceledAt !== null,
    clientId: order.clientId,
  }
}

export function accountShape({ books }: Desk) {
  return {
    id: books.userId,
    username: books.username,
    email: null,
    balance: books.balanceSats,
    syntheticUsdBalance: books.syntheticUsd,
    feeTier: books.feeTier,
    linkingPublicKey: books.linkingPublicKey,
  }
}

export function candleShape(candle: SimCandle) {
  return { ...candle, time: iso(candle.time) }
}

export function settlementShape(settlement: Settlement) {
  return { ...settlement, time: iso(settlement.time) }
}

export function fundingFeeShape({ settlementId, time, feeSats, tradeId }: FundingFee) {
  return { settlementId, time: iso(time), fee: feeSats, tradeId }
}

export function transferShape(desk: Desk, { id, amountSats, time }: Transfer) {
  return { id, uid: desk.books.userId, amount: amountSats, time: iso(time) }
}

export function lightningDepositShape(row: LightningDeposit) {
  const { id, paymentHash, comment } = row
  const times = { createdAt: iso(row.createdAt), settledAt: isoOrNull(row.settledAt) }
  return { id, amount: row.amountSats, paymentHash, comment, ...times }
}

export function chainDepositShape({ amountSats, ...row }: ChainDeposit) {
  return { ...row, amount: amountSats, createdAt: iso(row.createdAt) }
}

export function lightningWithdrawalShape({ amountSats, feeSats, ...row }: LightningWithdrawal) {
  return { ...row, amount: amountSats, fee: feeSats, createdAt: iso(row.createdAt) }
}

export function chainWithdrawalShape({ amountSats, feeSats, ...row }: ChainWithdrawal) {
  return { ...row, amount: amountSats, fee: feeSats, createdAt: iso(row.createdAt) }
}

export function notificationShape({ id, createdAt, event, data }: Notification) {
  return { id, createdAt: iso(createdAt), event, data }
}

export function swapShape(row: Swap) {
  return { ...row, createdAt: iso(row.createdAt) }
}
