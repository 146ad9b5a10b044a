import { crossMarketOrder, fillCrossOrder, liquidateCross } from '../account/cross.ts'
import { closeTrade, fillTrade, openTrade } from '../account/isolated.ts'
import { exchangeTimeMs } from '../context.ts'
import type { CrossOrder, Trade, TradeState } from '../exchange-books.ts'
import { toTick } from '../formulas.ts'
import { closingUsd, type ExchangeState, executionUsd } from '../state.ts'
import { type Knob, KnobError, type KnobParameter } from './knob.ts'

const ID: KnobParameter = { kind: 'text', optional: true }
const SIDE: KnobParameter = { kind: 'choice', choices: ['buy', 'sell'], optional: true }
const MODE: KnobParameter = { kind: 'choice', choices: ['isolated', 'cross'], optional: true }
const QUANTITY: KnobParameter = { kind: 'integer', min: 1, max: 500_000, optional: true }

/** The trades in that state, oldest first. */
export function tradesIn(state: ExchangeState, tradeState: TradeState): Trade[] {
  return [...state.books.trades.values()].filter(trade => trade.state === tradeState)
}

/** Returns the trade with the id, or the first candidate if no id is given. @throws KnobError if there is none */
export function selectTrade(candidates: readonly Trade[], id: string | null, what: string): Trade {
  const trade = id === null ? candidates[0] : candidates.find(candidate => candidate.id === id)
  if (trade === undefined) throw new KnobError(id === null ? `no ${what}` : `no ${what} has the id ${id}`)
  return trade
}

function distanceToLiquidation(state: ExchangeState, trade: Trade): number {
  return Math.abs(closingUsd(state, trade.side, trade.quantityUsd) - trade.liquidationUsd)
}

function fillOldest(state: ExchangeState, at: number, id: string | null, mode: string | null): string {
  const isolated = mode === 'cross' ? [] : tradesIn(state, 'open')
  const cross = mode === 'isolated' ? [] : [...state.books.crossOpen.values()]
  const waiting: (Trade | CrossOrder)[] = [...isolated, ...cross]
  const order = waiting
    .filter(candidate => id === null || candidate.id === id)
    .sort((a, b) => a.createdAt - b.createdAt)[0]
  if (order === undefined) throw new KnobError('no matching open order')
  if ('state' in order) fillTrade(state, at, order)
  else fillCrossOrder(state, at, order)
  return order.id
}

function placeTrade(
  state: ExchangeState,
  at: number,
  side: 'buy' | 'sell',
  quantityUsd: number,
  leverage: number,
  limitUsd: number | null,
): string {
  const priceUsd = limitUsd ?? executionUsd(state, side, quantityUsd)
  const type = limitUsd === null ? 'market' : 'limit'
  const trade = openTrade(state, at, { side, quantityUsd, leverage, priceUsd, type, pinned: true })
  if (trade === null) throw new KnobError('insufficient balance for this trade')
  return trade.id
}

/** Knobs that act on a trade, an order or the cross position. */
export const TRADE_KNOBS: readonly Knob[] = [
  {
    name: 'open',
    description: 'opens an isolated trade (with a price: as a limit order), or a cross market order',
    parameters: {
      mode: MODE,
      side: SIDE,
      quantity: QUANTITY,
      leverage: { kind: 'number', min: 1, max: 100, optional: true },
      price: { kind: 'number', min: 100, max: 10_000_000, optional: true },
    },
    run({ context }, values) {
      const side = values.textOrNull('side') === 'sell' ? 'sell' : 'buy'
      const quantity = values.numberOr('quantity', 1_000)
      const price = values.numberOr('price', 0)
      const at = exchangeTimeMs(context)
      if (values.textOrNull('mode') !== 'cross') {
        const limitUsd = price === 0 ? null : toTick(price)
        const leverage = values.numberOr('leverage', 10)
        return { id: placeTrade(context.state, at, side, quantity, leverage, limitUsd) }
      }
      const order = crossMarketOrder(context.state, at, side, quantity)
      if (order === null) throw new KnobError('insufficient cross margin for this order')
      return { id: order.id }
    },
  },
  {
    name: 'fill',
    description: 'fills an open limit order at its price: the one with the id, or the oldest',
    parameters: { id: ID, mode: MODE },
    run({ context }, values) {
      const at = exchangeTimeMs(context)
      return { id: fillOldest(context.state, at, values.textOrNull('id'), values.textOrNull('mode')) }
    },
  },
  {
    name: 'close',
    description: 'closes a running isolated trade at market: the one with the id, or the oldest',
    parameters: { id: ID },
    run({ context }, values) {
      const { state } = context
      const trade = selectTrade(tradesIn(state, 'running'), values.textOrNull('id'), 'running trade')
      const exitUsd = closingUsd(state, trade.side, trade.quantityUsd)
      closeTrade(state, exchangeTimeMs(context), trade, exitUsd, 'closed')
      return { id: trade.id }
    },
  },
  {
    name: 'liquidate',
    description:
      'liquidates an isolated trade (the one with the id, or the closest to liquidation) or the cross position',
    parameters: { id: ID, mode: MODE },
    run({ context }, values) {
      const { state } = context
      const at = exchangeTimeMs(context)
      if (values.textOrNull('mode') === 'cross') {
        if (!liquidateCross(state, at)) throw new KnobError('no cross position')
        return undefined
      }
      const near = tradesIn(state, 'running').sort(
        (a, b) => distanceToLiquidation(state, a) - distanceToLiquidation(state, b),
      )
      const trade = selectTrade(near, values.textOrNull('id'), 'running trade')
      closeTrade(state, at, trade, trade.liquidationUsd, 'liquidation')
      return { id: trade.id }
    },
  },
]
