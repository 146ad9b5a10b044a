import type { CrossOrder, Trade } from './books.ts'
import { exchangeNow } from './core.ts'
import { crossMarketOrder, fillCrossOrder, liquidateCross, transferToCross } from './cross.ts'
import { crossHolding } from './cross-figures.ts'
import { closingUsd, type Desk, executionUsd } from './desk.ts'
import { addMargin, closeTrade, fillTrade, openTrade } from './isolated.ts'
import { type Knob, KnobError, type KnobParameter } from './knob.ts'
import { toTick } from './maths.ts'
import { TOPIC } from './topics.ts'
import { depositLightning } from './wallet.ts'

const ID: KnobParameter = { kind: 'text', optional: true }
const SIDE: KnobParameter = { kind: 'word', words: ['buy', 'sell'], optional: true }
const MODE: KnobParameter = { kind: 'word', words: ['isolated', 'cross'], optional: true }
const QUANTITY: KnobParameter = { kind: 'whole', least: 1, most: 500_000, optional: true }
const SATS: KnobParameter = { kind: 'whole', least: 1, most: 1_000_000_000, optional: true }

function trades(desk: Desk, state: Trade['state']): Trade[] {
  return [...desk.books.trades.values()].filter(trade => trade.state === state)
}

/** The trade of that id, or the one that a knob means when none is given. */
function chosen(candidates: readonly Trade[], id: string | null, what: string): Trade {
  const trade = id === null ? candidates[0] : candidates.find(candidate => candidate.id === id)
  if (trade === undefined)
    throw new KnobError(id === null ? `there is no ${what}` : `no ${what} has the id ${id}`)
  return trade
}

function distanceToLiquidation(desk: Desk, trade: Trade): number {
  return Math.abs(closingUsd(desk, trade.side, trade.quantityUsd) - trade.liquidationUsd)
}

function fillOldest(desk: Desk, at: number, id: string | null, mode: string | null): string {
  const isolated = mode === 'cross' ? [] : trades(desk, 'open')
  const cross = mode === 'isolated' ? [] : [...desk.books.crossOpen.values()]
  const waiting: (Trade | CrossOrder)[] = [...isolated, ...cross]
  const order = waiting
    .filter(candidate => id === null || candidate.id === id)
    .sort((a, b) => a.createdAt - b.createdAt)[0]
  if (order === undefined) throw new KnobError('there is no such open order')
  if ('state' in order) fillTrade(desk, at, order)
  else fillCrossOrder(desk, at, order)
  return order.id
}

function placeTrade(
  desk: Desk,
  at: number,
  side: 'buy' | 'sell',
  quantityUsd: number,
  leverage: number,
  limitUsd: number | null,
): string {
  const priceUsd = limitUsd ?? executionUsd(desk, side, quantityUsd)
  const type = limitUsd === null ? 'market' : 'limit'
  const trade = openTrade(desk, at, { side, quantityUsd, leverage, priceUsd, type, kept: true })
  if (trade === null) throw new KnobError('the balance is too small for this trade')
  return trade.id
}

/** Knobs that make something happen in the market. */
export const MARKET_KNOBS: readonly Knob[] = [
  {
    name: 'tick',
    description: 'the price moves every so many milliseconds',
    parameters: { ms: { kind: 'whole', least: 1, most: 3_600_000 } },
    run({ ticking }, values) {
      ticking.setTickMs(values.number('ms'))
      return undefined
    },
  },
  {
    name: 'price',
    description: 'the price jumps, and what must happen at that price happens',
    parameters: { usd: { kind: 'number', least: 100, most: 10_000_000 } },
    run({ core, ticking }, values) {
      const usd = toTick(values.number('usd'))
      core.desk.market.jumpTo(exchangeNow(core), usd)
      ticking.refresh()
      return { lastPrice: usd }
    },
  },
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
    run({ core }, values) {
      const side = values.textOrNull('side') === 'sell' ? 'sell' : 'buy'
      const quantity = values.numberOr('quantity', 1_000)
      const price = values.numberOr('price', 0)
      const at = exchangeNow(core)
      if (values.textOrNull('mode') !== 'cross') {
        const limitUsd = price === 0 ? null : toTick(price)
        return { id: placeTrade(core.desk, at, side, quantity, values.numberOr('leverage', 10), limitUsd) }
      }
      const order = crossMarketOrder(core.desk, at, side, quantity)
      if (order === null) throw new KnobError('the cross margin is too small for this order')
      return { id: order.id }
    },
  },
  {
    name: 'fill',
    description: 'an open limit order (the oldest, or the one with the id) is filled at its price',
    parameters: { id: ID, mode: MODE },
    run({ core }, values) {
      return {
        id: fillOldest(core.desk, exchangeNow(core), values.textOrNull('id'), values.textOrNull('mode')),
      }
    },
  },
  {
    name: 'close',
    description: 'a running isolated trade (the oldest, or the one with the id) is closed at the market',
    parameters: { id: ID },
    run({ core }, values) {
      const { desk } = core
      const trade = chosen(trades(desk, 'running'), values.textOrNull('id'), 'running trade')
      closeTrade(desk, exchangeNow(core), trade, closingUsd(desk, trade.side, trade.quantityUsd), 'closed')
      return { id: trade.id }
    },
  },
  {
    name: 'liquidate',
    description:
      'the isolated trade that is closest to it (or the one with the id), or the cross position, is liquidated',
    parameters: { id: ID, mode: MODE },
    run({ core }, values) {
      const { desk } = core
      const at = exchangeNow(core)
      if (values.textOrNull('mode') === 'cross') {
        if (!liquidateCross(desk, at)) throw new KnobError('there is no cross position')
        return undefined
      }
      const near = trades(desk, 'running').sort(
        (a, b) => distanceToLiquidation(desk, a) - distanceToLiquidation(desk, b),
      )
      const trade = chosen(near, values.textOrNull('id'), 'running trade')
      closeTrade(desk, at, trade, trade.liquidationUsd, 'liquidation')
      return { id: trade.id }
    },
  },
  {
    name: 'funding',
    description: 'funding is settled now, out of turn',
    parameters: {},
    run({ ticking }) {
      ticking.settle()
      return undefined
    },
  },
  {
    name: 'deposit',
    description: 'a lightning deposit arrives',
    parameters: { sats: SATS },
    run({ core }, values) {
      depositLightning(core.desk, exchangeNow(core), values.numberOr('sats', 50_000))
      return undefined
    },
  },
  {
    name: 'addMargin',
    description: 'margin is added to a running isolated trade; the stream has no event for it',
    parameters: { id: ID, sats: SATS },
    run({ core }, values) {
      const trade = chosen(trades(core.desk, 'running'), values.textOrNull('id'), 'running trade')
      if (!addMargin(core.desk, trade, values.numberOr('sats', 10_000))) {
        throw new KnobError('the balance is too small')
      }
      return { id: trade.id }
    },
  },
  {
    name: 'transfer',
    description: 'sats move from the balance into the cross margin (negative: back)',
    parameters: { sats: { kind: 'whole', least: -1_000_000_000, most: 1_000_000_000 } },
    run({ core }, values) {
      if (!transferToCross(core.desk, exchangeNow(core), values.number('sats'))) {
        throw new KnobError('so many sats cannot be moved')
      }
      return { crossIsFlat: crossHolding(core.desk.books.cross) === null }
    },
  },
  {
    name: 'announce',
    description: 'an announcement appears, or the one with the id is taken back',
    parameters: { title: { kind: 'text', optional: true }, id: ID },
    run({ core }, values) {
      const removed = values.textOrNull('id')
      const id = removed ?? core.desk.ids.uuid()
      const title = values.textOrNull('title') ?? 'Announcement'
      const added = { id, title, message: `${title} on the simulated exchange.`, link: null }
      core.desk.publish(TOPIC.announcements, removed === null ? added : { id })
      return { id }
    },
  },
]
