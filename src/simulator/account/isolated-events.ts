import type { FundingFeeRow, Trade } from '../exchange-books.ts'
import { TOPIC } from '../protocol/topics.ts'
import type { ExchangeState } from '../state.ts'

function publish(state: ExchangeState, event: string, trade: unknown): void {
  state.publish(TOPIC.isolatedTrades, { pair: 'btc_usd', event, trade })
}

/** A trade in an `open` or `filled` event. Neither has liquidation price, reserve, stops or fill time. */
export function openedTrade(trade: Trade) {
  return {
    id: trade.id,
    side: trade.side,
    type: trade.type,
    quantity: trade.quantityUsd,
    margin: trade.marginSats,
    leverage: trade.leverage,
    price: trade.priceUsd,
    openingFee: trade.openingFeeSats,
    createdAt: trade.createdAt,
    clientId: trade.clientId,
  }
}

/** Publishes an `open` or `filled` event. */
export function tradeOpened(state: ExchangeState, event: 'open' | 'filled', trade: Trade): void {
  publish(state, event, openedTrade(trade))
}

/** Publishes the end of a trade. A liquidation has no `pl`; a canceled order has no amounts. */
export function tradeEnded(
  state: ExchangeState,
  event: 'closed' | 'stoploss' | 'takeprofit' | 'liquidation' | 'canceled',
  trade: Trade,
): void {
  const { id, closedAt, clientId } = trade
  if (event === 'canceled') {
    publish(state, event, { id, closedAt, clientId })
    return
  }
  const money = { closingFee: trade.closingFeeSats, exitPrice: trade.exitUsd }
  const pl = event === 'liquidation' ? {} : { pl: trade.plSats }
  publish(state, event, { id, closedAt, ...money, ...pl, clientId })
}

/** Publishes a trade after a funding settlement. */
export function tradeFunded(state: ExchangeState, trade: Trade, fee: FundingFeeRow): void {
  publish(state, 'funding', {
    id: trade.id,
    margin: trade.marginSats,
    liquidationPrice: trade.liquidationUsd,
    fundingFee: fee.feeSats,
    fundedAt: fee.time,
    clientId: trade.clientId,
  })
}
