import type { QuoteSide } from './formulas.ts'

/** `open` is a pending limit order. REST derives exactly one of its four flags from this state. */
export type TradeState = 'open' | 'running' | 'closed' | 'canceled'

/** An isolated trade, from the limit order to its close. */
export interface Trade {
  readonly id: string
  readonly type: 'limit' | 'market'
  readonly side: QuoteSide
  readonly quantityUsd: number
  /** The limit, then the price of the fill; a cash-in moves it. */
  priceUsd: number
  readonly createdAt: number
  readonly clientId: string | null
  /** Never touched by the simulated trader, so that scenarios stay recognizable. */
  readonly pinned: boolean
  state: TradeState
  marginSats: number
  leverage: number
  /** The price of the fill. */
  entryUsd: number
  /** The price from which P&L, liquidation price and leverage count: `priceUsd`, or `entryUsd` after a cash-in that moved that. */
  basisUsd: number
  entryMarginSats: number
  exitUsd: number | null
  liquidationUsd: number
  /** 0 if not set. */
  stopLossUsd: number
  takeProfitUsd: number
  /** Distance of a trailing stop-loss as a fraction of the price, which moves `stopLossUsd`; 0 if the stop-loss is fixed. */
  trailingDistance: number
  /** Replies report 0 in place of the current level of a trailing stop-loss. */
  isStopHidden: boolean
  /** Realized; valid once closed. */
  plSats: number
  openingFeeSats: number
  closingFeeSats: number
  /** The full fee reserve, of which the opening fee is paid at the fill. */
  maintenanceSats: number
  fundingSats: number
  cashInPlSats: number
  cashInMarginSats: number
  filledAt: number | null
  closedAt: number | null
}

/** The cross position. There is exactly one; it is flat when its quantity is 0. */
export interface CrossPosition {
  readonly id: string
  /** Signed: negative for a short. */
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

/** An order of the cross account. `priceUsd` becomes the fill price. */
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

/** The fee of one settlement for one position. `tradeId` is null if it is the cross position. */
export interface FundingFeeRow {
  readonly settlementId: string
  readonly time: number
  /** Positive if paid, negative if received. */
  readonly feeSats: number
  readonly tradeId: string | null
}

/** A transfer between the balance and the cross margin. Positive amounts go into the margin. */
export interface Transfer {
  readonly id: string
  readonly amountSats: number
  readonly time: number
}

/** Part of the balance once settled. */
export interface LightningDeposit {
  readonly id: string
  readonly createdAt: number
  readonly amountSats: number
  readonly paymentHash: string
  settledAt: number | null
  readonly comment: string | null
}

/** Part of the balance from its first confirmation. */
export interface ChainDeposit {
  readonly id: string
  readonly createdAt: number
  readonly amountSats: number
  readonly txId: string
  status: 'MEMPOOL' | 'CONFIRMED' | 'IRREVERSIBLE'
  confirmations: number
  blockHeight: number | null
}

/** Amount and fee are already deducted from the balance. */
export interface LightningWithdrawal {
  readonly id: string
  readonly createdAt: number
  readonly amountSats: number
  readonly feeSats: number
  readonly paymentHash: string
  readonly destination: string | null
  status: 'failed' | 'processed' | 'processing'
}

/** `txId` is null if it has not been sent. */
export interface ChainWithdrawal {
  readonly id: string
  readonly createdAt: number
  readonly amountSats: number
  readonly feeSats: number | null
  readonly address: string
  readonly txId: string | null
  status: 'canceled' | 'pending' | 'processed' | 'processing' | 'rejected'
}

/** `data` has any shape, as on the real exchange. */
export interface Notification {
  readonly id: string
  readonly createdAt: number
  readonly event: string
  readonly data: unknown
  readonly read: boolean
}

/** Amounts are in sats for BTC and in dollars for USD. */
export interface Swap {
  readonly id: string
  readonly createdAt: number
  readonly inAmount: number
  readonly inAsset: 'BTC' | 'USD'
  readonly outAmount: number
  readonly outAsset: 'BTC' | 'USD'
}

/** The ledger of the only user. Lists are oldest first. */
export interface ExchangeBooks {
  readonly userId: string
  readonly username: string
  readonly linkingPublicKey: string
  readonly depositAddress: string
  readonly feeTier: number
  balanceSats: number
  /** Dollars. */
  syntheticUsd: number
  /** Open and running trades, by id. */
  readonly trades: Map<string, Trade>
  readonly closed: Trade[]
  readonly canceled: Trade[]
  readonly isolatedFunding: FundingFeeRow[]
  readonly cross: CrossPosition
  readonly crossOpen: Map<string, CrossOrder>
  readonly crossFilled: CrossOrder[]
  readonly crossFunding: FundingFeeRow[]
  readonly transfers: Transfer[]
  readonly lightningDeposits: LightningDeposit[]
  readonly chainDeposits: ChainDeposit[]
  readonly lightningWithdrawals: LightningWithdrawal[]
  readonly chainWithdrawals: ChainWithdrawal[]
  readonly notifications: Notification[]
  readonly swaps: Swap[]
}

/** Rows kept per history. Bounds the memory of an exchange that runs for days. */
const MAX_HISTORY_ROWS = 20_000

/** Appends a row to a history and drops the oldest one above the limit. */
export function addRow<T>(rows: T[], row: T): void {
  rows.push(row)
  if (rows.length > MAX_HISTORY_ROWS) rows.shift()
}
