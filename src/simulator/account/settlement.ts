import { addRow, type FundingFeeRow, type Trade } from '../exchange-books.ts'
import { fundingSats } from '../formulas.ts'
import type { Settlement } from '../market/market.ts'
import { closingUsd, type ExchangeState } from '../state.ts'
import { positionChanged } from './cross-events.ts'
import { crossHolding } from './cross-figures.ts'
import { closeTrade, marginChanged } from './isolated.ts'
import { tradeFunded } from './isolated-events.ts'

/** Payments are taken from the margin, receipts are added to the balance (7.5). */
function fundTrade(state: ExchangeState, settlement: Settlement, trade: Trade): void {
  const { time, fixingPrice, fundingRate } = settlement
  const feeSats = fundingSats(trade.side, trade.quantityUsd, fixingPrice, fundingRate)
  if (feeSats >= trade.marginSats) {
    closeTrade(state, time, trade, closingUsd(state, trade.side, trade.quantityUsd), 'liquidation')
    return
  }
  const fee: FundingFeeRow = { settlementId: settlement.id, time, feeSats, tradeId: trade.id }
  trade.fundingSats += feeSats
  if (feeSats > 0) marginChanged(trade, trade.marginSats - feeSats)
  else state.books.balanceSats -= feeSats
  addRow(state.books.isolatedFunding, fee)
  tradeFunded(state, trade, fee)
}

function fundCross(state: ExchangeState, settlement: Settlement): void {
  const { cross } = state.books
  const held = crossHolding(cross)
  if (held === null) return
  const { time, fixingPrice, fundingRate } = settlement
  const due = fundingSats(held.side, held.quantityUsd, fixingPrice, fundingRate)
  const feeSats = Math.min(due, cross.marginSats)
  cross.marginSats -= feeSats
  cross.fundingFeeSats += feeSats
  cross.updatedAt = time
  addRow(state.books.crossFunding, { settlementId: settlement.id, time, feeSats, tradeId: null })
  positionChanged(state, 'funding')
}

/** Applies one funding settlement to every running trade and the cross position. */
export function fundAll(state: ExchangeState, settlement: Settlement): void {
  for (const trade of [...state.books.trades.values()]) {
    if (trade.state === 'running' && (trade.filledAt ?? 0) < settlement.time)
      fundTrade(state, settlement, trade)
  }
  fundCross(state, settlement)
}
