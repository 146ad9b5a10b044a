import type { Trade } from '../exchange-books.ts'
import { toTick } from '../formulas.ts'
import { TOPIC } from '../protocol/topics.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { closingUsd, type ExchangeState, executionUsd } from '../state.ts'
import {
  cancelCrossOrder,
  crossLimitOrder,
  crossMarketOrder,
  setCrossLeverage,
  transferToCross,
} from './cross.ts'
import { addMargin, cancelTrade, closeTrade, openTrade } from './isolated.ts'
import { depositLightning, depositOnChain, mineBlock, withdrawLightning } from './wallet.ts'

/** The simulated trader may have so many isolated trades and orders of its own at a time. */
const MAX_TRADES = 4
const MAX_ORDERS = 3
const BLOCK_MS = 600_000

/** What the simulated trader does, so that there is something to watch. */
export interface Activity {
  step(at: number, ms: number): void
}

type Act = (state: ExchangeState, random: SeededRandom, at: number) => void

function own(desk: ExchangeState, state: Trade['state']): Trade[] {
  return [...desk.books.trades.values()].filter(trade => !trade.kept && trade.state === state)
}

const openMarketTrade: Act = (state, random, at) => {
  if (own(state, 'running').length >= MAX_TRADES) return closeOwnTrade(state, random, at)
  const side = random.pick(['buy', 'sell'] as const)
  const quantityUsd = random.whole(2, 15) * 100
  const leverage = random.whole(10, 60)
  const priceUsd = executionUsd(state, side, quantityUsd)
  const reach = random.between(0.004, 0.012) * (side === 'buy' ? 1 : -1)
  const stops = random.random(0.6)
    ? { stopLossUsd: toTick(priceUsd * (1 - reach)), takeProfitUsd: toTick(priceUsd * (1 + reach)) }
    : {}
  openTrade(state, at, { side, quantityUsd, leverage, priceUsd, type: 'market', ...stops })
}

const placeLimitTrade: Act = (state, random, at) => {
  if (own(state, 'open').length >= MAX_ORDERS) return cancelOwnOrder(state, random, at)
  const side = random.pick(['buy', 'sell'] as const)
  const quantityUsd = random.whole(2, 10) * 100
  const away = random.between(0.0003, 0.002) * (side === 'buy' ? -1 : 1)
  const priceUsd = toTick(executionUsd(state, side, quantityUsd) * (1 + away))
  openTrade(state, at, { side, quantityUsd, leverage: random.whole(5, 30), priceUsd, type: 'limit' })
}

const closeOwnTrade: Act = (state, random, at) => {
  const trades = own(state, 'running')
  if (trades.length === 0) return
  const trade = random.pick(trades)
  closeTrade(state, at, trade, closingUsd(state, trade.side, trade.quantityUsd), 'closed')
}

const cancelOwnOrder: Act = (state, random, at) => {
  const trades = own(state, 'open')
  if (trades.length > 0) cancelTrade(state, at, random.pick(trades))
}

const addToOwnTrade: Act = (state, random, at) => {
  const trades = own(state, 'running')
  if (trades.length > 0) addMargin(state, random.pick(trades), random.whole(1, 20) * 500)
  else openMarketTrade(state, random, at)
}

const tradeCross: Act = (state, random, at) => {
  // Leaning against a large position keeps it from growing without end.
  const { quantityUsd } = state.books.cross
  const side = random.random(0.5 - quantityUsd / 100_000) ? 'buy' : 'sell'
  crossMarketOrder(state, at, side, random.whole(1, 8) * 250)
}

const placeCrossOrder: Act = (state, random, at) => {
  const open = [...state.books.crossOpen.values()]
  if (open.length >= MAX_ORDERS) return cancelCrossOrder(state, at, random.pick(open))
  const side = random.pick(['buy', 'sell'] as const)
  const quantityUsd = random.whole(1, 6) * 250
  const away = random.between(0.0003, 0.002) * (side === 'buy' ? -1 : 1)
  crossLimitOrder(state, at, side, quantityUsd, toTick(executionUsd(state, side, quantityUsd) * (1 + away)))
}

const changeLeverage: Act = (state, random, at) => {
  setCrossLeverage(state, at, random.pick([4, 5, 6, 8]))
}

const moveMargin: Act = (state, random, at) => {
  transferToCross(state, at, random.whole(-20, 20) * 5_000 + 2_500)
}

/** Above this the simulated trader takes money out instead of putting more in. */
const RICH_SATS = 4_000_000

const deposit: Act = (state, random, at) => {
  if (state.books.balanceSats > RICH_SATS) {
    withdrawLightning(state, at, random.whole(200, 900) * 1_000)
    return
  }
  if (random.random(0.3)) depositOnChain(state, at, random.whole(50, 300) * 1_000)
  else depositLightning(state, at, random.whole(10, 120) * 1_000)
}

const withdraw: Act = (state, random, at) => {
  withdrawLightning(state, at, random.whole(5, 40) * 1_000)
}

const announce: Act = (state, random) => {
  const id = state.ids.uuid()
  const title = random.pick(['Scheduled maintenance', 'New leaderboard season', 'Funding rate notice'])
  state.publish(TOPIC.announcements, {
    id,
    title,
    message: `${title} on the simulated exchange.`,
    link: null,
  })
}

/** Acts and how often each is chosen, out of the sum of all. */
const ACTS: readonly (readonly [Act, number])[] = [
  [openMarketTrade, 24],
  [placeLimitTrade, 18],
  [closeOwnTrade, 10],
  [tradeCross, 14],
  [placeCrossOrder, 12],
  [cancelOwnOrder, 4],
  [addToOwnTrade, 4],
  [moveMargin, 4],
  [changeLeverage, 2],
  [deposit, 4],
  [withdraw, 2],
  [announce, 2],
]

const WEIGHT = ACTS.reduce((sum, [, weight]) => sum + weight, 0)

function chooseAct(random: SeededRandom): Act {
  let rest = random.between(0, WEIGHT)
  for (const [act, weight] of ACTS) {
    rest -= weight
    if (rest < 0) return act
  }
  return openMarketTrade
}

/** `meanMs` null: nobody acts, but blocks are still mined. */
export function openActivity(state: ExchangeState, random: SeededRandom, meanMs: number | null): Activity {
  let nextBlockAt: number | null = null
  let blockHeight = 940_000
  return {
    step(at, ms) {
      nextBlockAt ??= at + BLOCK_MS
      if (at >= nextBlockAt) {
        nextBlockAt = at + BLOCK_MS
        mineBlock(state, ++blockHeight)
      }
      if (meanMs !== null && random.random(ms / meanMs)) chooseAct(random)(state, random, at)
    },
  }
}
