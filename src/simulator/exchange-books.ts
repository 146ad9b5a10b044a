import type { QuoteSide } from './formulas.ts'

/** `open` is a limit order that waits; exactly one of the four flags of REST follows from it. */
type TradeState = 'open' | 'running' | 'closed' | 'canceled'

/** An isolated trade, from limit order to its end. */
export interface Trade {
  readonly id: string
  readonly type: 'limit' | 'market'
  readonly side: QuoteSide
  readonly quantityUsd: number
  readonly priceUsd: number
  readonly createdAt: number
  readonly clientId: string | null
  /** A trade of the scenario: left alone by the simulated trader, so that the screen keeps its heroes. */
  readonly kept: boolean
  state: TradeState
  marginSats: number
  leverage: number
  entryUsd: number
  entryMarginSats: number
  exitUsd: number | null
  liquidationUsd: number
  /** 0 = not set. */
  stopLossUsd: number
  takeProfitUsd: number
  /** Realized; meaningful once closed. */
  plSats: number
  openingFeeSats: number
  closingFeeSats: number
  /** The whole reserve for fees; the opening fee was taken out of it without lowering this number. */
  maintenanceSats: number
  fundingSats: number
  cashInPlSats: number
  cashInMarginSats: number
  filledAt: number | null
  closedAt: number | null
}

/** The cross position: one for ever, flat when its quantity is 0. */
export interface CrossPosition {
  readonly id: string
  /** Signed: negative = short. */
  quantityUsd: number
  /** The whole cross margin account. */
  marginSats: number
  leverage: number
  entryUsd: number | null
  totalPlSats: number
  tradingFeeSats: number
  fundingFeeSats: number
  updatedAt: number
}

/** An order of the cross account; `priceUsd` becomes the price of the fill. */
export interface CrossOrder {
  readonly id: string
  readonly type: 'limit' | 'market' | 'liquidation'
  readonly side: QuoteSide
  readonly quantityUsd: number
  priceUsd: number
  feeSats: number
  readonly createdAt: number
  filledAt: number | null
  canceledAt: number | null
  readonly clientId: string | null
}

/** One settlement as one trade, or the cross position (`tradeId` null), felt it; positive = paid. */
export interface FundingFee {
  readonly settlementId: string
  readonly time: number
  readonly feeSats: number
  readonly tradeId: string | null
}

/** Positive: from the balance into the cross margin account. */
export interface Transfer {
  readonly id: string
  readonly amountSats: number
  readonly time: number
}

/** Counts in the balance once it is settled. */
export interface LightningDeposit {
  readonly id: string
  readonly createdAt: number
  readonly amountSats: number
  readonly paymentHash: string
  settledAt: number | null
  readonly comment: string | null
}

/** Counts in the balance from its first confirmation on. */
export interface ChainDeposit {
  readonly id: string
  readonly createdAt: number
  readonly amountSats: number
  readonly txId: string
  status: 'MEMPOOL' | 'CONFIRMED' | 'IRREVERSIBLE'
  confirmations: number
  blockHeight: number | null
}

/** Amount and fee have left the balance. */
export interface LightningWithdrawal {
  readonly id: string
  readonly createdAt: number
  readonly amountSats: number
  readonly feeSats: number
  readonly paymentHash: string
  readonly destination: string | null
  status: 'failed' | 'processed' | 'processing'
}

/** `txId` is null until it was sent. */
export interface ChainWithdrawal {
  readonly id: string
  readonly createdAt: number
  readonly amountSats: number
  readonly feeSats: number | null
  readonly address: string
  readonly txId: string | null
  status: 'canceled' | 'pending' | 'processed' | 'processing' | 'rejected'
}

/** `data` is of any shape, as on the real exchange. */
export interface Notification {
  readonly id: string
  readonly createdAt: number
  readonly event: string
  readonly data: unknown
  readonly read: boolean
}

/** Amounts are sats for BTC and dollars for USD. */
export interface Swap {
  readonly id: string
  readonly createdAt: number
  readonly inAmount: number
  readonly inAsset: 'BTC' | 'USD'
  readonly outAmount: number
  readonly outAsset: 'BTC' | 'USD'
}

/** Everything the exchange knows of its one user. Lists are oldest first. */
export interface ExchangeBooks {
  readonly userId: string
  readonly username: string
  readonly linkingPublicKey: string
  readonly depositAddress: string
  readonly feeTier: number
  balanceSats: number
  /** Dollars. */
  syntheticUsd: number
  /** Trades that are open or running, by id. */
  readonly trades: Map<string, Trade>
  readonly closed: Trade[]
  readonly canceled: Trade[]
  readonly isolatedFunding: FundingFee[]
  readonly cross: CrossPosition
  readonly crossOpen: Map<string, CrossOrder>
  readonly crossFilled: CrossOrder[]
  readonly crossFunding: FundingFee[]
  readonly transfers: Transfer[]
  readonly lightningDeposits: LightningDeposit[]
  readonly chainDeposits: ChainDeposit[]
  readonly lightningWithdrawals: LightningWithdrawal[]
  readonly chainWithdrawals: ChainWithdrawal[]
  readonly notifications: Notification[]
  readonly swaps: Swap[]
}

/** How many rows of one history are kept; an exchange that runs for days must not grow for ever. */
const KEPT_ROWS = 20_000

/** Adds a row to a history, forgetting the oldest one when there are too many. */
export function addRow<T>(rows: T[], row: T): void {
  rows.push(row)
  if (rows.length > KEPT_ROWS) rows.shift()
}
