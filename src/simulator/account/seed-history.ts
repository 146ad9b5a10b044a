import { addRow } from '../exchange-books.ts'
import type { Scenario, StartOrder } from '../scenarios/scenario.ts'
import { openSeededRandom, type SeededRandom } from '../seeded-random.ts'
import type { ExchangeState } from '../state.ts'
import { crossLimitOrder, crossMarketOrder, setCrossLeverage, transferToCross } from './cross.ts'
import { cancelTrade, closeTrade, openTrade } from './isolated.ts'
import { fundAll } from './settlement.ts'
import {
  depositLightning,
  depositOnChain,
  mineBlock,
  notify,
  swapToUsd,
  withdrawLightning,
} from './wallet.ts'

/** One thing that happened before the exchange opened. */
interface PastAct {
  readonly at: number
  readonly act: () => void
}

const DAY = 86_400_000

/** How long before the start the account was opened. */
const OPENED_AGO_MS = 31 * DAY

function walletActs(state: ExchangeState, scenario: Scenario, startAt: number): PastAct[] {
  const ago = (ms: number, act: (at: number) => void): PastAct => ({
    at: startAt - ms,
    act: () => act(startAt - ms),
  })
  const rest = scenario.depositSats - 2_000_000
  return [
    ago(OPENED_AGO_MS, at => depositLightning(state, at, rest, 'first deposit')),
    ago(OPENED_AGO_MS - DAY, at => depositOnChain(state, at, 1_500_000)),
    ...[1, 2, 3, 4, 5, 6].map(n =>
      ago(OPENED_AGO_MS - DAY - n * 600_000, () => mineBlock(state, 930_000 + n)),
    ),
    ago(20 * DAY, at => depositLightning(state, at, 500_000)),
    ago(14 * DAY, at => withdrawLightning(state, at, 120_000)),
    ago(9 * DAY, at => swapToUsd(state, at, 180_000, state.market.priceAt(at))),
    ago(3 * DAY, at => withdrawLightning(state, at, 45_000)),
    ago(2 * DAY, at => refusedWithdrawal(state, at)),
    ago(DAY, at => notify(state, at, 'maintenance', { message: 'No maintenance is planned' })),
  ]
}

/** An on-chain withdrawal that came to nothing, so that the list is not empty. */
function refusedWithdrawal(state: ExchangeState, at: number): void {
  addRow(state.books.chainWithdrawals, {
    id: state.ids.uuid(),
    createdAt: at,
    amountSats: 250_000,
    feeSats: null,
    address: `tb1q${state.ids.hex(19)}`,
    txId: null,
    status: 'canceled',
  })
}

/** A trade of the month before, from its opening to its end. */
function pastTradeActs(state: ExchangeState, random: SeededRandom, startAt: number): PastAct[] {
  const openedAt = startAt - Math.floor(random.between(0.2, 29) * DAY)
  const closedAt = Math.min(startAt - 600_000, openedAt + Math.floor(random.between(0.02, 0.9) * DAY))
  const side = random.pick(['buy', 'sell'] as const)
  const quantityUsd = random.whole(1, 12) * 100
  const leverage = random.whole(5, 40)
  const isCanceled = random.random(0.15)
  const why = random.pick(['closed', 'closed', 'stoploss', 'takeprofit'] as const)
  let end: ((at: number) => void) | null = null
  const open = () => {
    const priceUsd = state.market.priceAt(openedAt)
    // What was canceled was a limit order that never filled; the rest were market orders.
    const trade = openTrade(state, openedAt, {
      side,
      quantityUsd,
      leverage,
      priceUsd,
      type: isCanceled ? 'limit' : 'market',
    })
    if (trade === null) return
    end = at => {
      const exitUsd = state.market.priceAt(at)
      if (isCanceled) cancelTrade(state, at, trade)
      else if (trade.state === 'running') closeTrade(state, at, trade, exitUsd, why)
    }
  }
  return [
    { at: openedAt, act: open },
    { at: closedAt, act: () => end?.(closedAt) },
  ]
}

function placeOrder(state: ExchangeState, at: number, order: StartOrder): void {
  const { mode, side, quantityUsd, leverage, priceUsd } = order
  if (mode === 'cross') crossLimitOrder(state, at, side, quantityUsd, priceUsd)
  else openTrade(state, at, { side, quantityUsd, leverage, priceUsd, type: 'limit', kept: true })
}

function scenarioActs(state: ExchangeState, scenario: Scenario, startAt: number): PastAct[] {
  const { cross } = scenario
  const trades = scenario.trades.map(({ agoMs, ...request }) => ({
    at: startAt - agoMs,
    act: () => openTrade(state, startAt - agoMs, { ...request, type: 'market', kept: true }),
  }))
  const orders = scenario.orders.map(order => ({
    at: startAt - order.agoMs,
    act: () => placeOrder(state, startAt - order.agoMs, order),
  }))
  if (cross === null) return [...trades, ...orders]
  const at = startAt - cross.agoMs
  const open = () => {
    transferToCross(state, at, cross.depositSats)
    setCrossLeverage(state, at, cross.leverage)
    const side = cross.quantityUsd > 0 ? 'buy' : 'sell'
    if (cross.quantityUsd !== 0)
      crossMarketOrder(state, at, side, Math.abs(cross.quantityUsd), cross.priceUsd)
  }
  return [...trades, ...orders, { at, act: open }]
}

/**
 * Lives through the month before the start with the same rules as the time after it, funding included, so that every number
 * of the books can be traced to a row of some history.
 */
export function simulateHistory(
  state: ExchangeState,
  seed: number,
  scenario: Scenario,
  startAt: number,
): void {
  const random = openSeededRandom(seed, 'past trades')
  const past = Array.from({ length: scenario.pastTrades }, () => pastTradeActs(state, random, startAt))
  const settlements = state.market.settlements.map(settlement => ({
    at: settlement.time,
    act: () => fundAll(state, settlement),
  }))
  const acts: PastAct[] = [
    ...walletActs(state, scenario, startAt),
    ...past.flat(),
    ...scenarioActs(state, scenario, startAt),
    ...settlements,
  ]
  for (const { act } of acts.sort((a, b) => a.at - b.at)) act()
}
