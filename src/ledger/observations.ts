import type { FundingRow, ObservationRow, TradeRow } from './rows.ts'

/** Two readings of the running trades. */
export interface ObservedTrades {
  readonly before: readonly TradeRow[]
  /** When `before` was read, ms since 1970. */
  readonly seenFrom: number
  readonly after: readonly TradeRow[]
  readonly seenTo: number
  readonly funding: readonly FundingRow[]
}

/** Returns what changed in running trades without an event of the exchange: added margin, cash-ins and moved stops. */
export function observedChanges({
  before,
  seenFrom,
  after,
  seenTo,
  funding,
}: ObservedTrades): readonly ObservationRow[] {
  const found: ObservationRow[] = []
  for (const trade of after) {
    const earlier = before.find(({ id }) => id === trade.id)
    if (earlier === undefined || trade.state !== 'running' || earlier.state !== 'running') continue
    const observe = (what: ObservationRow['what'], was: number | null, is: number | null): void => {
      if (was === is) return
      const key = `${trade.id} ${what} ${seenTo}`
      found.push({ key, tradeId: trade.id, what, before: was, after: is, seenFrom, seenTo })
    }
    const paidSats = funding
      .filter(fee => fee.tradeId === trade.id && fee.at > seenFrom && fee.at <= seenTo)
      .reduce((sum, { feeSats }) => sum + Math.max(0, feeSats), 0)
    const cashedMargin = (trade.cashInMarginSats ?? 0) - (earlier.cashInMarginSats ?? 0)
    observe('margin', earlier.marginSats, trade.marginSats + paidSats + cashedMargin)
    observe('cash-in', cashInOf(earlier), cashInOf(trade))
    observe('stop-loss', earlier.stopLossUsd, trade.stopLossUsd)
    observe('take-profit', earlier.takeProfitUsd, trade.takeProfitUsd)
  }
  return found
}

function cashInOf({ cashInPlSats, cashInMarginSats }: TradeRow): number {
  return (cashInPlSats ?? 0) + (cashInMarginSats ?? 0)
}
