import type { Trade } from '../exchange-books.ts'
import { toTick } from '../formulas.ts'
import { TOPIC } from '../protocol/topics.ts'
import type { SeededChance } from '../seeded-random.ts'
import { closingUsd, type Desk, executionUsd } from '../state.ts'
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
const MOST_TRADES = 4
const MOST_ORDERS = 3
const BLOCK_MS = 600_000

/** What the simulated trader does, so that there is something to watch. */
export interface Activity {
  step(at: number, ms: number): void
}

type Act = (desk: Desk, chance: SeededChance, at: number) => void

function own(desk: Desk, state: Trade['state']): Trade[] {
  return [...desk.books.trades.values()].filter(trade => !trade.kept && trade.state === state)
}

const openMarketTrade: Act = (desk, chance, at) => {
  if (own(desk, 'running').length >= MOST_TRADES) return closeOwnTrade(desk, chance, at)
  const side = chance.pick(['buy', 'sell'] as const)
  const quantityUsd = chance.whole(2, 15) * 100
  const leverage = chance.whole(10, 60)
  const priceUsd = executionUsd(desk, side, quantityUsd)
  const reach = chance.between(0.004, 0.012) * (side === 'buy' ? 1 : -1)
  const stops = chance.happens(0.6)
    ? { stopLossUsd: toTick(priceUsd * (1 - reach)), takeProfitUsd: toTick(priceUsd * (1 + reach)) }
    : {}
  openTrade(desk, at, { side, quantityUsd, leverage, priceUsd, type: 'market', ...stops })
}

const placeLimitTrade: Act = (desk, chance, at) => {
  if (own(desk, 'open').length >= MOST_ORDERS) return cancelOwnOrder(desk, chance, at)
  const side = chance.pick(['buy', 'sell'] as const)
  const quantityUsd = chance.whole(2, 10) * 100
  const away = chance.between(0.0003, 0.002) * (side === 'buy' ? -1 : 1)
  const priceUsd = toTick(executionUsd(desk, side, quantityUsd) * (1 + away))
  openTrade(desk, at, { side, quantityUsd, leverage: chance.whole(5, 30), priceUsd, type: 'limit' })
}

const closeOwnTrade: Act = (desk, chance, at) => {
  const trades = own(desk, 'running')
  if (trades.length === 0) return
  const trade = chance.pick(trades)
  closeTrade(desk, at, trade, closingUsd(desk, trade.side, trade.quantityUsd), 'closed')
}

const cancelOwnOrder: Act = (desk, chance, at) => {
  const trades = own(desk, 'open')
  if (trades.length > 0) cancelTrade(desk, at, chance.pick(trades))
}

const addToOwnTrade: Act = (desk, chance, at) => {
  const trades = own(desk, 'running')
  if (trades.length > 0) addMargin(desk, chance.pick(trades), chance.whole(1, 20) * 500)
  else openMarketTrade(desk, chance, at)
}

const tradeCross: Act = (desk, chance, at) => {
  // Leaning against a large position keeps it from growing without end.
  const { quantityUsd } = desk.books.cross
  const side = chance.happens(0.5 - quantityUsd / 100_000) ? 'buy' : 'sell'
  crossMarketOrder(desk, at, side, chance.whole(1, 8) * 250)
}

const placeCrossOrder: Act = (desk, chance, at) => {
  const open = [...desk.books.crossOpen.values()]
  if (open.length >= MOST_ORDERS) return cancelCrossOrder(desk, at, chance.pick(open))
  const side = chance.pick(['buy', 'sell'] as const)
  const quantityUsd = chance.whole(1, 6) * 250
  const away = chance.between(0.0003, 0.002) * (side === 'buy' ? -1 : 1)
  crossLimitOrder(desk, at, side, quantityUsd, toTick(executionUsd(desk, side, quantityUsd) * (1 + away)))
}

const changeLeverage: Act = (desk, chance, at) => {
  setCrossLeverage(desk, at, chance.pick([4, 5, 6, 8]))
}

const moveMargin: Act = (desk, chance, at) => {
  transferToCross(desk, at, chance.whole(-20, 20) * 5_000 + 2_500)
}

/** Above this the simulated trader takes money out instead of putting more in. */
const RICH_SATS = 4_000_000

const deposit: Act = (desk, chance, at) => {
  if (desk.books.balanceSats > RICH_SATS) {
    withdrawLightning(desk, at, chance.whole(200, 900) * 1_000)
    return
  }
  if (chance.happens(0.3)) depositOnChain(desk, at, chance.whole(50, 300) * 1_000)
  else depositLightning(desk, at, chance.whole(10, 120) * 1_000)
}

const withdraw: Act = (desk, chance, at) => {
  withdrawLightning(desk, at, chance.whole(5, 40) * 1_000)
}

const announce: Act = (desk, chance) => {
  const id = desk.ids.uuid()
  const title = chance.pick(['Scheduled maintenance', 'New leaderboard season', 'Funding rate notice'])
  desk.publish(TOPIC.announcements, { id, title, message: `${title} on the simulated exchange.`, link: null })
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

function chooseAct(chance: SeededChance): Act {
  let rest = chance.between(0, WEIGHT)
  for (const [act, weight] of ACTS) {
    rest -= weight
    if (rest < 0) return act
  }
  return openMarketTrade
}

/** `meanMs` null: nobody acts, but blocks are still mined. */
export function openActivity(desk: Desk, chance: SeededChance, meanMs: number | null): Activity {
  let nextBlockAt: number | null = null
  let blockHeight = 940_000
  return {
    step(at, ms) {
      nextBlockAt ??= at + BLOCK_MS
      if (at >= nextBlockAt) {
        nextBlockAt = at + BLOCK_MS
        mineBlock(desk, ++blockHeight)
      }
      if (meanMs !== null && chance.happens(ms / meanMs)) chooseAct(chance)(desk, chance, at)
    },
  }
}
