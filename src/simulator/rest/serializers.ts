import { crossFigures } from '../account/cross-figures.ts'
import type {
  ChainDeposit,
  ChainWithdrawal,
  CrossOrder,
  FundingFeeRow,
  LightningDeposit,
  LightningWithdrawal,
  Notification,
  Swap,
  Trade,
  Transfer,
} from '../exchange-books.ts'
import type { SimCandle } from '../market/candles.ts'
import type { Settlement } from '../market/market.ts'
import { formatIso, formatIsoOrNull } from '../protocol/iso.ts'
import { type ExchangeState, unrealizedSats } from '../state.ts'

/** The fee reserve of a trade as the exchange reports it: without the opening fee once that is paid (7.3). */
function reportedReserve({ conventions }: ExchangeState, { maintenanceSats, openingFeeSats }: Trade): number {
  return conventions.maintenanceMargin === 'net' ? maintenanceSats - openingFeeSats : maintenanceSats
}

/** A trade as REST sends it. `pl` of a running trade is computed at the current price. */
export function serializeTrade(state: ExchangeState, trade: Trade) {
  return {
    id: trade.id,
    uid: state.books.userId,
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
    stoploss: trade.isStopHidden ? 0 : trade.stopLossUsd,
    takeprofit: trade.takeProfitUsd,
    stoplossTrailingDistance: trade.trailingDistance,
    pl: trade.state === 'running' ? unrealizedSats(state, trade) : trade.plSats,
    openingFee: trade.openingFeeSats,
    closingFee: trade.closingFeeSats,
    maintenanceMargin: reportedReserve(state, trade),
    sumFundingFees: trade.fundingSats,
    sumCashInPl: trade.cashInPlSats,
    sumCashInMargin: trade.cashInMarginSats,
    createdAt: formatIso(trade.createdAt),
    filledAt: formatIsoOrNull(trade.filledAt),
    closedAt: formatIsoOrNull(trade.closedAt),
    open: trade.state === 'open',
    running: trade.state === 'running',
    canceled: trade.state === 'canceled',
    closed: trade.state === 'closed',
    clientId: trade.clientId,
  }
}

/** GET /futures/cross/position. A flat position is an object too, with null for entry and liquidation. */
export function serializePosition(state: ExchangeState) {
  const { id, updatedAt } = state.books.cross
  return { id, uid: state.books.userId, ...crossFigures(state), updatedAt: formatIso(updatedAt) }
}

/** A cross order in any state; exactly one flag is true. */
export function serializeCrossOrder(state: ExchangeState, order: CrossOrder) {
  return {
    id: order.id,
    uid: state.books.userId,
    type: order.type,
    side: order.side,
    quantity: order.quantityUsd,
    price: order.priceUsd,
    tradingFee: order.feeSats,
    createdAt: formatIso(order.createdAt),
    filledAt: formatIsoOrNull(order.filledAt),
    canceledAt: formatIsoOrNull(order.canceledAt),
    open: order.filledAt === null && order.canceledAt === null,
    filled: order.filledAt !== null,
    canceled: order.canceledAt !== null,
    clientId: order.clientId,
  }
}

/** GET /account. The balance excludes funds held by trades and by the cross account. */
export function serializeAccount({ books }: ExchangeState) {
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

/** A candle as REST sends it. The stream has `time` in ms instead. */
export function serializeCandle(candle: SimCandle) {
  return { ...candle, time: formatIso(candle.time) }
}

/** One row of /futures/funding-settlements. */
export function serializeSettlement(settlement: Settlement) {
  return { ...settlement, time: formatIso(settlement.time) }
}

/** One row of either funding-fees route; `fee` is positive if paid. */
export function serializeFundingFee({ settlementId, time, feeSats, tradeId }: FundingFeeRow) {
  return { settlementId, time: formatIso(time), fee: feeSats, tradeId }
}

/** One row of /futures/cross/transfers. Positive amounts went into the cross account. */
export function serializeTransfer(state: ExchangeState, { id, amountSats, time }: Transfer) {
  return { id, uid: state.books.userId, amount: amountSats, time: formatIso(time) }
}

/** One row of /account/deposits/lightning. */
export function serializeLightningDeposit(row: LightningDeposit) {
  const { id, paymentHash, comment } = row
  const times = { createdAt: formatIso(row.createdAt), settledAt: formatIsoOrNull(row.settledAt) }
  return { id, amount: row.amountSats, paymentHash, comment, ...times }
}

/** One row of /account/deposits/on-chain. `blockHeight` is null if the deposit is in the mempool. */
export function serializeChainDeposit({ amountSats, ...row }: ChainDeposit) {
  return { ...row, amount: amountSats, createdAt: formatIso(row.createdAt) }
}

/** One row of /account/withdrawals/lightning. */
export function serializeLightningWithdrawal({ amountSats, feeSats, ...row }: LightningWithdrawal) {
  return { ...row, amount: amountSats, fee: feeSats, createdAt: formatIso(row.createdAt) }
}

/** One row of /account/withdrawals/on-chain; fee and transaction may be null. */
export function serializeChainWithdrawal({ amountSats, feeSats, ...row }: ChainWithdrawal) {
  return { ...row, amount: amountSats, fee: feeSats, createdAt: formatIso(row.createdAt) }
}

/** One row of /account/notifications. The read flag is not part of it. */
export function serializeNotification({ id, createdAt, event, data }: Notification) {
  return { id, createdAt: formatIso(createdAt), event, data }
}

/** One row of /synthetic-usd/swaps. */
export function serializeSwap(row: Swap) {
  return { ...row, createdAt: formatIso(row.createdAt) }
}
