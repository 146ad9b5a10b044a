import type { Trade, TradeState } from '../exchange-books.ts'
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

/** Maximum number of isolated trades and of open orders that the simulated trader has at a time. */
const MAX_TRADES = 4
const MAX_ORDERS = 3
const BLOCK_MS = 600_000

/** The simulated trader, which keeps the account active. */
export interface Activity {
  /** Advances by `ms` to the time `at`: mines blocks and may trade. */
  step(at: number, ms: number): void
}

type Action = (state: ExchangeState, random: SeededRandom, at: number) => void

function ownTrades(state: ExchangeState, tradeState: TradeState): Trade[] {
  return [...state.books.trades.values()].filter(trade => !trade.pinned && trade.state === tradeState)
}

const openMarketTrade: Action = (state, random, at) => {
  if (ownTrades(state, 'running').length >= MAX_TRADES) return closeOwnTrade(state, random, at)
  const side = random.pick(['buy', 'sell'] as const)
  const quantityUsd = random.integer(2, 15) * 100
  const leverage = random.integer(10, 60)
  const priceUsd = executionUsd(state, side, quantityUsd)
  const reach = random.between(0.004, 0.012) * (side === 'buy' ? 1 : -1)
  const stops = random.chance(0.6)
    ? { stopLossUsd: toTick(priceUsd * (1 - reach)), takeProfitUsd: toTick(priceUsd * (1 + reach)) }
    : {}
  openTrade(state, at, { side, quantityUsd, leverage, priceUsd, type: 'market', ...stops })
}

const placeLimitTrade: Action = (state, random, at) => {
  if (ownTrades(state, 'open').length >= MAX_ORDERS) return cancelOwnOrder(state, random, at)
  const side = random.pick(['buy', 'sell'] as const)
  const quantityUsd = random.integer(2, 10) * 100
  const away = random.between(0.0003, 0.002) * (side === 'buy' ? -1 : 1)
  const priceUsd = toTick(executionUsd(state, side, quantityUsd) * (1 + away))
  openTrade(state, at, { side, quantityUsd, leverage: random.integer(5, 30), priceUsd, type: 'limit' })
}

const closeOwnTrade: Action = (state, random, at) => {
  const trades = ownTrades(state, 'running')
  if (trades.length === 0) return
  const trade = random.pick(trades)
  closeTrade(state, at, trade, closingUsd(state, trade.side, trade.quantityUsd), 'closed')
}

const cancelOwnOrder: Action = (state, random, at) => {
  const trades = ownTrades(state, 'open')
  if (trades.length > 0) cancelTrade(state, at, random.pick(trades))
}

const addToOwnTrade: Action = (state, random, at) => {
  const trades = ownTrades(state, 'running')
  if (trades.length > 0) addMargin(state, random.pick(trades), random.integer(1, 20) * 500)
  else openMarketTrade(state, random, at)
}

const tradeCross: Action = (state, random, at) => {
  // A bias against the current position keeps it from growing without bound.
  const { quantityUsd } = state.books.cross
  const side = random.chance(0.5 - quantityUsd / 100_000) ? 'buy' : 'sell'
  crossMarketOrder(state, at, side, random.integer(1, 8) * 250)
}

const placeCrossOrder: Action = (state, random, at) => {
  const open = [...state.books.crossOpen.values()]
  if (open.length >= MAX_ORDERS) return cancelCrossOrder(state, at, random.pick(open))
  const side = random.pick(['buy', 'sell'] as const)
  const quantityUsd = random.integer(1, 6) * 250
  const away = random.between(0.0003, 0.002) * (side === 'buy' ? -1 : 1)
  crossLimitOrder(state, at, side, quantityUsd, toTick(executionUsd(state, side, quantityUsd) * (1 + away)))
}

const changeLeverage: Action = (state, random, at) => {
  setCrossLeverage(state, at, random.pick([4, 5, 6, 8]))
}

const moveMargin: Action = (state, random, at) => {
  transferToCross(state, at, random.integer(-20, 20) * 5_000 + 2_500)
}

/** Above this balance the simulated trader withdraws instead of depositing. */
const WITHDRAW_ABOVE_SATS = 4_000_000

const deposit: Action = (state, random, at) => {
  if (state.books.balanceSats > WITHDRAW_ABOVE_SATS) {
    withdrawLightning(state, at, random.integer(200, 900) * 1_000)
    return
  }
  if (random.chance(0.3)) depositOnChain(state, at, random.integer(50, 300) * 1_000)
  else depositLightning(state, at, random.integer(10, 120) * 1_000)
}

const withdraw: Action = (state, random, at) => {
  withdrawLightning(state, at, random.integer(5, 40) * 1_000)
}

const announce: Action = (state, random) => {
  const id = state.ids.uuid()
  const title = random.pick(['Scheduled maintenance', 'New leaderboard season', 'Funding rate notice'])
  state.publish(TOPIC.announcements, {
    id,
    title,
    message: `${title} on the simulated exchange.`,
    link: null,
  })
}

/** Actions with their relative frequencies. */
const ACTIONS: readonly (readonly [Action, number])[] = [
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

const TOTAL_WEIGHT = ACTIONS.reduce((sum, [, weight]) => sum + weight, 0)

function chooseAction(random: SeededRandom): Action {
  let remaining = random.between(0, TOTAL_WEIGHT)
  for (const [action, weight] of ACTIONS) {
    remaining -= weight
    if (remaining < 0) return action
  }
  return openMarketTrade
}

/** `meanMs` is the mean time between actions. If it is null, blocks are mined but no action is taken. */
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
      if (meanMs !== null && random.chance(ms / meanMs)) chooseAction(random)(state, random, at)
    },
  }
}
