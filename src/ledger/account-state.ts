import type { SampleRow, TradeRow } from './rows.ts'

/** The cross account as the exchange states it. */
export interface CrossTotals {
  /** Signed: negative for a short. */
  readonly quantityUsd: number
  readonly marginSats: number
  /** Sums since the account exists, as far as is known. */
  readonly totalPlSats: number
  readonly feesSats: number
  readonly fundingSats: number
}

/** The funds of an account at one moment. */
export interface AccountState {
  /** By the exchange's clock, ms since 1970. */
  readonly at: number
  readonly balanceSats: number
  /** In the exchange's unit. */
  readonly syntheticUsd: number
  /** Margins, unspent reserves and reservations of isolated trades and orders. */
  readonly isolatedSats: number
  /** Open and running isolated trades. */
  readonly unfinished: readonly TradeRow[]
  readonly cross: CrossTotals
  /** Value at the closing prices; null if a price is unknown. */
  readonly equitySats: number | null
}

/** Returns true if both states have the same funds, at whatever time and price. */
export function hasSameFunds(a: AccountState, b: AccountState): boolean {
  const fundsOf = ({ at: _, equitySats: __, ...funds }: AccountState): string => JSON.stringify(funds)
  return fundsOf(a) === fundsOf(b)
}

/** Returns the sum of the P&L that was cashed in from running trades. */
function openCashIn({ unfinished }: Pick<AccountState, 'unfinished'>): number {
  return unfinished.reduce((sum, trade) => sum + (trade.cashInPlSats ?? 0), 0)
}

/** Returns the sample of a state. */
export function sampleOf(state: AccountState): SampleRow {
  return {
    at: state.at,
    balanceSats: state.balanceSats,
    isolatedSats: state.isolatedSats,
    crossMarginSats: state.cross.marginSats,
    crossQuantityUsd: state.cross.quantityUsd,
    openCashInSats: openCashIn(state),
    syntheticUsd: state.syntheticUsd,
    equitySats: state.equitySats,
  }
}
