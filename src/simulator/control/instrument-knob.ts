import { newOrder } from '../account/cross.ts'
import { changedOrder } from '../account/cross-events.ts'
import { crossFigures } from '../account/cross-figures.ts'
import { newTrade } from '../account/isolated.ts'
import { openedTrade } from '../account/isolated-events.ts'
import { exchangeTimeMs, type SimulatorContext } from '../context.ts'
import { TOPIC } from '../protocol/topics.ts'
import { serializeCrossOrder, serializeTrade } from '../rest/serializers.ts'
import { type Knob, OPTIONAL_MS, untilOf } from './knob.ts'

/** What another instrument does to one route, and to one topic. */
interface Foreign {
  readonly route: string
  readonly topic: string
  /** A new row of the route, or null if the reply is one object. */
  readonly row: object | null
  /** A message of the topic; null if the exchange publishes that by itself. */
  readonly message: object | null
}

/** A price that no BTC/USD market has. */
const PRICE_USD = 2_500

const ORDER = { side: 'buy', quantityUsd: 1_000, leverage: 10, priceUsd: PRICE_USD, type: 'limit' } as const

type Label = Readonly<Record<string, unknown>>

/** Each place for a row of another instrument. The rows are not in the ledger, and no figure counts them. */
const PLACES: Readonly<Record<string, (context: SimulatorContext, label: Label) => Foreign>> = {
  running(context, label) {
    const at = exchangeTimeMs(context)
    const trade = { ...newTrade(context.state, at, ORDER), state: 'running', filledAt: at } as const
    return {
      route: '/v3/futures/isolated/trades/running',
      topic: TOPIC.isolatedTrades,
      row: { ...serializeTrade(context.state, trade), pl: 1_234, ...label },
      message: { event: 'filled', trade: { ...openedTrade(trade), ...label } },
    }
  },
  open(context, label) {
    const trade = newTrade(context.state, exchangeTimeMs(context), ORDER)
    return {
      route: '/v3/futures/isolated/trades/open',
      topic: TOPIC.isolatedTrades,
      row: { ...serializeTrade(context.state, trade), ...label },
      message: { event: 'open', trade: { ...openedTrade(trade), ...label } },
    }
  },
  crossOrders(context, label) {
    const { side, quantityUsd, priceUsd } = ORDER
    const order = newOrder(context.state, exchangeTimeMs(context), 'limit', side, quantityUsd, priceUsd)
    return {
      route: '/v3/futures/cross/orders/open',
      topic: TOPIC.crossOrders,
      row: { ...serializeCrossOrder(context.state, order), ...label },
      message: { event: 'new', order: { ...changedOrder(order), ...label } },
    }
  },
  crossPosition({ state }, label) {
    const position = { ...crossFigures(state), ...label, updatedAt: state.books.cross.updatedAt }
    return {
      route: '/v3/futures/cross/position',
      topic: TOPIC.crossPosition,
      row: null,
      message: { event: 'new', position },
    }
  },
  ticker: () => ({ route: '/v3/futures/ticker', topic: TOPIC.ticker, row: null, message: null }),
}

/** Adds rows of another instrument to replies and messages. */
export const INSTRUMENT_KNOB: Knob = {
  name: 'market',
  description:
    'adds a row of another instrument to a list, or makes the cross position or the ticker one, by a field (`pair` by default) with a value (`eth_usd`), and with `stream` in a message too; until the knob `row` is off, or for the given time',
  parameters: {
    where: { kind: 'choice', choices: Object.keys(PLACES) },
    field: { kind: 'choice', choices: ['pair', 'instrument', 'symbol', 'market'], optional: true },
    value: { kind: 'json', optional: true },
    stream: { kind: 'choice', choices: ['on', 'off'], optional: true },
    ms: OPTIONAL_MS,
  },
  run(knobContext, values) {
    const { context } = knobContext
    const { faults, state } = context
    const field = values.textOrNull('field') ?? 'pair'
    const value = values.json('value') ?? 'eth_usd'
    const label = { [field]: value }
    const foreign = PLACES[values.text('where')]?.(context, label)
    if (foreign === undefined) return undefined
    const { route, topic, row, message } = foreign
    const until = untilOf(knobContext, values)
    const marked = { row: 'all', field: [field], value, until }
    const change = row === null ? marked : { row: 'new', field: [], value: row, until }
    const isStreamed = values.textOrNull('stream') === 'on'
    const pushed = isStreamed && message === null ? [{ ...marked, place: topic }] : []
    faults.rows = [...faults.rows, { ...change, place: route }, ...pushed]
    if (isStreamed && message !== null) state.publish(topic, { pair: 'btc_usd', ...label, ...message })
    return row !== null && 'id' in row ? { id: row.id } : undefined
  },
}
