import type { Level } from '../domain/alerts/alert.ts'
import type { Side } from '../domain/position.ts'
import type { CrossFill } from '../domain/snapshot.ts'

// Times are ms since 1970 by the exchange's clock. Amounts are whole sats, prices USD per BTC.

/** An isolated trade in any state. Running and open ones are replaced when they change or end. */
export interface TradeRow {
  readonly id: string
  readonly state: 'open' | 'running' | 'closed' | 'canceled'
  readonly type: 'limit' | 'market'
  readonly side: Side
  readonly quantityUsd: number
  /** The limit, then the price of the fill; a cash-in moves it. */
  readonly priceUsd: number
  /** Null if the exchange has not sent it; the same for every other null below. */
  readonly entryPriceUsd: number | null
  readonly exitPriceUsd: number | null
  readonly marginSats: number
  readonly liquidationUsd: number | null
  readonly stopLossUsd: number | null
  readonly takeProfitUsd: number | null
  /** Realized P&L of a closed trade, gross of fees and funding and without cash-ins; 0 before. */
  readonly plSats: number
  readonly openingFeeSats: number
  readonly closingFeeSats: number
  /** Sum of the funding fees as the exchange states it, positive = paid. */
  readonly fundingSats: number | null
  /** P&L that was cashed in while the trade was running. */
  readonly cashInPlSats: number | null
  readonly cashInMarginSats: number | null
  readonly createdAt: number
  readonly filledAt: number | null
  /** The close, or the cancellation. */
  readonly closedAt: number | null
}

/** The fields of a trade that are booked. */
export const BOOKED_FIELDS = [
  'id',
  'state',
  'priceUsd',
  'entryPriceUsd',
  'exitPriceUsd',
  'plSats',
  'openingFeeSats',
  'closingFeeSats',
  'fundingSats',
  'cashInPlSats',
  'filledAt',
  'closedAt',
] as const satisfies readonly (keyof TradeRow)[]

export type BookedTrade = Pick<TradeRow, (typeof BOOKED_FIELDS)[number]>

/** A filled cross order. */
export interface FillRow {
  readonly id: string
  readonly type: NonNullable<CrossFill['type']>
  readonly side: Side
  readonly quantityUsd: number
  readonly priceUsd: number
  readonly feeSats: number
  readonly filledAt: number
}

/** A transfer between balance and cross margin; positive amounts go into the margin. */
export interface TransferRow {
  readonly id: string
  readonly amountSats: number
  readonly at: number
}

/** A funding fee of one position at one settlement; positive = paid. */
export interface FundingRow {
  /** Unique among all funding fees: the exchange gives them no id. */
  readonly key: string
  readonly mode: 'isolated' | 'cross'
  readonly settlementId: string
  /** Null for the cross position, and for an isolated fee without a trade. */
  readonly tradeId: string | null
  readonly at: number
  readonly feeSats: number
}

/** A deposit. It is part of the balance unless it is pending. */
export interface DepositRow {
  readonly id: string
  readonly network: 'lightning' | 'on-chain'
  /** In lower case; `settled` or `unsettled` for lightning. */
  readonly status: 'settled' | 'unsettled' | 'mempool' | 'confirmed' | 'irreversible'
  readonly amountSats: number
  readonly createdAt: number
  readonly settledAt: number | null
}

/** A withdrawal. Amount and fee are taken from the balance unless it failed. */
export interface WithdrawalRow {
  readonly id: string
  readonly network: 'lightning' | 'on-chain'
  readonly status: 'pending' | 'processing' | 'processed' | 'failed' | 'canceled' | 'rejected'
  readonly amountSats: number
  /** Null if it is not known yet. */
  readonly feeSats: number | null
  readonly createdAt: number
}

/** A swap between sats (`BTC`) and synthetic dollars (`USD`, in the exchange's unit). */
export interface SwapRow {
  readonly id: string
  readonly at: number
  readonly inAsset: 'BTC' | 'USD'
  readonly inAmount: number
  readonly outAsset: 'BTC' | 'USD'
  readonly outAmount: number
}

/** A funding settlement of the market. */
export interface SettlementRow {
  readonly id: string
  readonly at: number
  readonly rate: number
  readonly fixingPriceUsd: number
}

/** The price of one minute, from a candle. */
export interface PriceRow {
  /** Beginning of the minute. */
  readonly at: number
  readonly closeUsd: number
}

/** The funds of the account at one moment, as the exchange stated them. All parts were read without a change in between. */
export interface SampleRow {
  readonly at: number
  readonly balanceSats: number
  /** Margins, unspent reserves and reservations of isolated trades and orders. */
  readonly isolatedSats: number
  readonly crossMarginSats: number
  /** Signed: negative for a short. */
  readonly crossQuantityUsd: number
  /** P&L cashed in from trades that are running. */
  readonly openCashInSats: number
  /** In the exchange's unit. */
  readonly syntheticUsd: number
  /** Value at the closing prices; null if a price was unknown. */
  readonly equitySats: number | null
}

/** A change of a running trade of which the exchange sends no event. It happened between two reads. */
export interface ObservationRow {
  readonly key: string
  readonly tradeId: string
  readonly what: 'margin' | 'cash-in' | 'stop-loss' | 'take-profit'
  /** Sats, or USD per BTC for a level; null if there was none. */
  readonly before: number | null
  readonly after: number | null
  readonly seenFrom: number
  readonly seenTo: number
}

/** A canceled cross order as a stream showed it. No listing has these, so that the table is incomplete. */
export interface CanceledOrderRow {
  readonly id: string
  /** Null if the stream has not sent it; the same for the two below. */
  readonly side: Side | null
  readonly quantityUsd: number | null
  readonly priceUsd: number | null
  readonly canceledAt: number
}

/** A notice about a position that a channel has taken. The outbox keeps it for some days only. */
export interface NoticeRow {
  readonly id: string
  /** Of an isolated trade, or `CROSS_ID`. */
  readonly positionId: string
  readonly at: number
  readonly level: Level
  readonly message: string
  /** Names of the channels that have taken it, separated by commas. */
  readonly channels: string
}

/** The tables of a ledger. */
export interface LedgerTables {
  readonly trades: TradeRow
  readonly fills: FillRow
  readonly transfers: TransferRow
  readonly funding: FundingRow
  readonly deposits: DepositRow
  readonly withdrawals: WithdrawalRow
  readonly swaps: SwapRow
  readonly settlements: SettlementRow
  readonly prices: PriceRow
  readonly samples: SampleRow
  readonly observations: ObservationRow
  readonly canceledOrders: CanceledOrderRow
  readonly notices: NoticeRow
}

export type LedgerTable = keyof LedgerTables

/** Rows of some tables. */
export type LedgerRows = { readonly [Table in LedgerTable]?: readonly LedgerTables[Table][] }

/** True if the amount is part of the balance. */
export function isCredited({ status }: Pick<DepositRow, 'status'>): boolean {
  return status !== 'unsettled' && status !== 'mempool'
}

/** True if amount and fee have left the balance. */
export function isDebited({ status }: Pick<WithdrawalRow, 'status'>): boolean {
  return status !== 'failed' && status !== 'canceled' && status !== 'rejected'
}
