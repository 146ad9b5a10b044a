import type { FundingFee, Trade } from '../exchange-books.ts'
import { TOPIC } from '../protocol/topics.ts'
import type { ExchangeState } from '../state.ts'

function publish(state: ExchangeState, event: string, trade: unknown): void {
  state.publish(TOPIC.isolatedTrades, { pair: 'btc_usd', event, trade })
}

/** `open` and `filled` tell the same fields; `filled` leaves out liquidation, reserve, stops and the time of the fill. */
export function tradeOpened(state: ExchangeState, event: 'open' | 'filled', trade: Trade): void {
  publish(state, event, {
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
  })
}

/** A liquidation does not tell `pl`; a canceled order has no money to tell of. */
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

/** The trade after a settlement. */
export function tradeFunded(state: ExchangeState, trade: Trade, fee: FundingFee): void {
  publish(state, 'funding', {
    id: trade.id,
    margin: trade.marginSats,
    liquidationPrice: trade.liquidationUsd,
    fundingFee: fee.feeSats,
    fundedAt: fee.time,
    clientId: trade.clientId,
  })
}
