import { crossMarketOrder, fillCrossOrder, liquidateCross } from '../account/cross.ts'
import { addMargin, cashIn, closeTrade, fillTrade, openTrade } from '../account/isolated.ts'
import { exchangeNow } from '../context.ts'
import type { CrossOrder, Trade } from '../exchange-books.ts'
import { toTick } from '../formulas.ts'
import { closingUsd, type ExchangeState, executionUsd } from '../state.ts'
import { type Knob, KnobError, type KnobParameter } from './knob.ts'

const ID: KnobParameter = { kind: 'text', optional: true }
const SIDE: KnobParameter = { kind: 'choice', words: ['buy', 'sell'], optional: true }
const MODE: KnobParameter = { kind: 'choice', words: ['isolated', 'cross'], optional: true }
const QUANTITY: KnobParameter = { kind: 'whole', least: 1, most: 500_000, optional: true }
const STOP: KnobParameter = { kind: 'number', least: 0, most: 10_000_000, optional: true }
const SATS: KnobParameter = { kind: 'whole', least: 1, most: 1_000_000_000, optional: true }

function trades(desk: ExchangeState, state: Trade['state']): Trade[] {
  return [...desk.books.trades.values()].filter(trade => trade.state === state)
}

/** The trade of that id, or the one that a knob means when none is given. */
function chosen(candidates: readonly Trade[], id: string | null, what: string): Trade {
  const trade = id === null ? candidates[0] : candidates.find(candidate => candidate.id === id)
  if (trade === undefined)
    throw new KnobError(id === null ? `there is no ${what}` : `no ${what} has the id ${id}`)
  return trade
}

function distanceToLiquidation(state: ExchangeState, trade: Trade): number {
  return Math.abs(closingUsd(state, trade.side, trade.quantityUsd) - trade.liquidationUsd)
}

function fillOldest(state: ExchangeState, at: number, id: string | null, mode: string | null): string {
  const isolated = mode === 'cross' ? [] : trades(state, 'open')
  const cross = mode === 'isolated' ? [] : [...state.books.crossOpen.values()]
  const waiting: (Trade | CrossOrder)[] = [...isolated, ...cross]
  const order = waiting
    .filter(candidate => id === null || candidate.id === id)
    .sort((a, b) => a.createdAt - b.createdAt)[0]
  if (order === undefined) throw new KnobError('there is no such open order')
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
  const trade = openTrade(state, at, { side, quantityUsd, leverage, priceUsd, type, kept: true })
  if (trade === null) throw new KnobError('the balance is too small for this trade')
  return trade.id
}

/** Knobs that do something to a trade, an order or the cross position. */
export const TRADE_KNOBS: readonly Knob[] = [
  {
    name: 'open',
    description: 'opens an isolated trade (or a cross one); with a price, as a limit order',
    parameters: {
      mode: MODE,
      side: SIDE,
      quantity: QUANTITY,
      leverage: { kind: 'number', least: 1, most: 100, optional: true },
      price: { kind: 'number', least: 100, most: 10_000_000, optional: true },
    },
    run({ context: core }, values) {
      const side = values.textOrNull('side') === 'sell' ? 'sell' : 'buy'
      const quantity = values.numberOr('quantity', 1_000)
      const price = values.numberOr('price', 0)
      const at = exchangeNow(core)
      if (values.textOrNull('mode') !== 'cross') {
        const limitUsd = price === 0 ? null : toTick(price)
        return { id: placeTrade(core.state, at, side, quantity, values.numberOr('leverage', 10), limitUsd) }
      }
      const order = crossMarketOrder(core.state, at, side, quantity)
      if (order === null) throw new KnobError('the cross margin is too small for this order')
      return { id: order.id }
    },
  },
  {
    name: 'fill',
    description: 'an open limit order (the oldest, or the one with the id) is filled at its price',
    parameters: { id: ID, mode: MODE },
    run({ context: core }, values) {
      return {
        id: fillOldest(core.state, exchangeNow(core), values.textOrNull('id'), values.textOrNull('mode')),
      }
    },
  },
  {
    name: 'close',
    description: 'a running isolated trade (the oldest, or the one with the id) is closed at the market',
    parameters: { id: ID },
    run({ context: core }, values) {
      const { state } = core
      const trade = chosen(trades(state, 'running'), values.textOrNull('id'), 'running trade')
      closeTrade(state, exchangeNow(core), trade, closingUsd(state, trade.side, trade.quantityUsd), 'closed')
      return { id: trade.id }
    },
  },
  {
    name: 'liquidate',
    description:
      'the isolated trade that is closest to it (or the one with the id), or the cross position, is liquidated',
    parameters: { id: ID, mode: MODE },
    run({ context: core }, values) {
      const { state } = core
      const at = exchangeNow(core)
      if (values.textOrNull('mode') === 'cross') {
        if (!liquidateCross(state, at)) throw new KnobError('there is no cross position')
        return undefined
      }
      const near = trades(state, 'running').sort(
        (a, b) => distanceToLiquidation(state, a) - distanceToLiquidation(state, b),
      )
      const trade = chosen(near, values.textOrNull('id'), 'running trade')
      closeTrade(state, at, trade, trade.liquidationUsd, 'liquidation')
      return { id: trade.id }
    },
  },
  {
    name: 'addMargin',
    description: 'margin is added to a running isolated trade; the stream has no event for it',
    parameters: { id: ID, sats: SATS },
    run({ context: core }, values) {
      const trade = chosen(trades(core.state, 'running'), values.textOrNull('id'), 'running trade')
      if (!addMargin(core.state, trade, values.numberOr('sats', 10_000))) {
        throw new KnobError('the balance is too small')
      }
      return { id: trade.id }
    },
  },
  {
    name: 'cashIn',
    description: 'cash is taken out of a running isolated trade; the stream has no event for it',
    parameters: { id: ID, sats: SATS },
    run({ context: core }, values) {
      const trade = chosen(trades(core.state, 'running'), values.textOrNull('id'), 'running trade')
      if (!cashIn(core.state, trade, values.numberOr('sats', 10_000))) {
        throw new KnobError('there is not so much to take')
      }
      return { id: trade.id }
    },
  },
  {
    name: 'stops',
    description:
      'stop-loss and take-profit of a running isolated trade are set (0: taken away); no event either',
    parameters: { id: ID, stoploss: STOP, takeprofit: STOP },
    run({ context: core }, values) {
      const trade = chosen(trades(core.state, 'running'), values.textOrNull('id'), 'running trade')
      trade.stopLossUsd = toTick(values.numberOr('stoploss', trade.stopLossUsd))
      trade.takeProfitUsd = toTick(values.numberOr('takeprofit', trade.takeProfitUsd))
      return { id: trade.id }
    },
  },
]
