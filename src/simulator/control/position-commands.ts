import { addMargin, cashIn } from '../account/isolated.ts'
import { trailStop } from '../account/triggers.ts'
import type { Trade } from '../exchange-books.ts'
import { toTick } from '../formulas.ts'
import type { ExchangeState } from '../state.ts'
import { type Knob, KnobError, type KnobParameter, type KnobValues } from './knob.ts'
import { selectTrade, tradesIn } from './trade-commands.ts'

const ID: KnobParameter = { kind: 'text', optional: true }
const STOP: KnobParameter = { kind: 'number', min: 0, max: 10_000_000, optional: true }
const SATS: KnobParameter = { kind: 'integer', min: 1, max: 1_000_000_000, optional: true }

/** @throws KnobError if there is none */
function runningTrade(state: ExchangeState, values: KnobValues): Trade {
  return selectTrade(tradesIn(state, 'running'), values.textOrNull('id'), 'running trade')
}

/** Knobs that change a running isolated trade without an event on the stream. */
export const POSITION_KNOBS: readonly Knob[] = [
  {
    name: 'addMargin',
    description: 'adds margin to a running isolated trade; the stream sends no event',
    parameters: { id: ID, sats: SATS },
    run({ context }, values) {
      const trade = runningTrade(context.state, values)
      if (!addMargin(context.state, trade, values.numberOr('sats', 10_000))) {
        throw new KnobError('insufficient balance')
      }
      return { id: trade.id }
    },
  },
  {
    name: 'cashIn',
    description:
      'takes cash out of a running isolated trade, first from its profit, which moves `price` (or `entryPrice`, as LN Markets does not); the stream sends no event',
    parameters: {
      id: ID,
      sats: SATS,
      moves: { kind: 'choice', choices: ['price', 'entryPrice'], optional: true },
    },
    run({ context }, values) {
      const trade = runningTrade(context.state, values)
      const moves = values.textOrNull('moves') === 'entryPrice' ? 'entryPrice' : 'price'
      if (!cashIn(context.state, trade, values.numberOr('sats', 10_000), moves)) {
        throw new KnobError('insufficient profit and margin in this trade')
      }
      return { id: trade.id }
    },
  },
  {
    name: 'stops',
    description:
      'sets stop-loss and take-profit of a running isolated trade (0: removed); the stream sends no event',
    parameters: { id: ID, stoploss: STOP, takeprofit: STOP },
    run({ context }, values) {
      const trade = runningTrade(context.state, values)
      if (values.json('stoploss') !== undefined) {
        trade.stopLossUsd = toTick(values.number('stoploss'))
        trade.trailingDistance = 0
        trade.isStopHidden = false
      }
      trade.takeProfitUsd = toTick(values.numberOr('takeprofit', trade.takeProfitUsd))
      return { id: trade.id }
    },
  },
  {
    name: 'trailing',
    description:
      'gives a running isolated trade a trailing stop-loss at a distance (0.1 by default: 10% of the price; 0: removed), whose level replies report as 0, or as it is (`current`); the stream sends no event',
    parameters: {
      id: ID,
      distance: { kind: 'number', min: 0, max: 10, optional: true },
      level: { kind: 'choice', choices: ['zero', 'current'], optional: true },
    },
    run({ context }, values) {
      const { state } = context
      const trade = runningTrade(state, values)
      trade.trailingDistance = values.numberOr('distance', 0.1)
      trade.stopLossUsd = 0
      trade.isStopHidden = trade.trailingDistance > 0 && values.textOrNull('level') !== 'current'
      if (trade.trailingDistance > 0) trailStop(trade, state.market.lastUsd())
      return { id: trade.id, level: trade.stopLossUsd }
    },
  },
  {
    name: 'maintenance',
    description:
      'sets whether `maintenanceMargin` of filled isolated trades is reported net of the opening fee (default), or as the full reserve',
    parameters: { report: { kind: 'choice', choices: ['net', 'gross'] } },
    run({ context }, values) {
      context.state.conventions.maintenanceMargin = values.text('report') === 'gross' ? 'gross' : 'net'
      return undefined
    },
  },
]
