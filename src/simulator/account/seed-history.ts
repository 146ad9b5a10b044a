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

/** An action before the start of the exchange. */
interface PastAction {
  readonly at: number
  readonly run: () => void
}

const DAY = 86_400_000

/** Age of the account at the start. */
const OPENED_AGO_MS = 31 * DAY

function walletActions(state: ExchangeState, scenario: Scenario, startAt: number): PastAction[] {
  const ago = (ms: number, action: (at: number) => void): PastAction => ({
    at: startAt - ms,
    run: () => action(startAt - ms),
  })
  const firstDepositSats = scenario.depositSats - 2_000_000
  return [
    ago(OPENED_AGO_MS, at => depositLightning(state, at, firstDepositSats, 'first deposit')),
    ago(OPENED_AGO_MS - DAY, at => depositOnChain(state, at, 1_500_000)),
    ...[1, 2, 3, 4, 5, 6].map(n =>
      ago(OPENED_AGO_MS - DAY - n * 600_000, () => mineBlock(state, 930_000 + n)),
    ),
    ago(20 * DAY, at => depositLightning(state, at, 500_000)),
    ago(14 * DAY, at => withdrawLightning(state, at, 120_000)),
    ago(9 * DAY, at => swapToUsd(state, at, 180_000, state.market.priceAt(at))),
    ago(3 * DAY, at => withdrawLightning(state, at, 45_000)),
    ago(2 * DAY, at => canceledWithdrawal(state, at)),
    ago(DAY, at => notify(state, at, 'maintenance', { message: 'No maintenance is planned' })),
  ]
}

/** A canceled on-chain withdrawal, so that the list is not empty. */
function canceledWithdrawal(state: ExchangeState, at: number): void {
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

/** A trade of the month before the start, from its opening to its end. */
function pastTradeActions(state: ExchangeState, random: SeededRandom, startAt: number): PastAction[] {
  const openedAt = startAt - Math.floor(random.between(0.2, 29) * DAY)
  const closedAt = Math.min(startAt - 600_000, openedAt + Math.floor(random.between(0.02, 0.9) * DAY))
  const side = random.pick(['buy', 'sell'] as const)
  const quantityUsd = random.integer(1, 12) * 100
  const leverage = random.integer(5, 40)
  const isCanceled = random.chance(0.15)
  const reason = random.pick(['closed', 'closed', 'stoploss', 'takeprofit'] as const)
  let end: ((at: number) => void) | null = null
  const open = () => {
    const priceUsd = state.market.priceAt(openedAt)
    // Canceled trades are limit orders that never filled; all others are market orders.
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
      else if (trade.state === 'running') closeTrade(state, at, trade, exitUsd, reason)
    }
  }
  return [
    { at: openedAt, run: open },
    { at: closedAt, run: () => end?.(closedAt) },
  ]
}

function placeOrder(state: ExchangeState, at: number, order: StartOrder): void {
  const { mode, side, quantityUsd, leverage, priceUsd } = order
  if (mode === 'cross') crossLimitOrder(state, at, side, quantityUsd, priceUsd)
  else openTrade(state, at, { side, quantityUsd, leverage, priceUsd, type: 'limit', pinned: true })
}

function scenarioActions(state: ExchangeState, scenario: Scenario, startAt: number): PastAction[] {
  const { cross } = scenario
  const trades = scenario.trades.map(({ agoMs, ...request }) => ({
    at: startAt - agoMs,
    run: () => openTrade(state, startAt - agoMs, { ...request, type: 'market', pinned: true }),
  }))
  const orders = scenario.orders.map(order => ({
    at: startAt - order.agoMs,
    run: () => placeOrder(state, startAt - order.agoMs, order),
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
  return [...trades, ...orders, { at, run: open }]
}

/**
 * Simulates the month before the start with the same rules as afterwards, funding included. Every number of the ledger can be
 * traced to a row of a history.
 */
export function simulateHistory(
  state: ExchangeState,
  seed: number,
  scenario: Scenario,
  startAt: number,
): void {
  const random = openSeededRandom(seed, 'past trades')
  const past = Array.from({ length: scenario.pastTrades }, () => pastTradeActions(state, random, startAt))
  const settlements = state.market.settlements.map(settlement => ({
    at: settlement.time,
    run: () => fundAll(state, settlement),
  }))
  const actions: PastAction[] = [
    ...walletActions(state, scenario, startAt),
    ...past.flat(),
    ...scenarioActions(state, scenario, startAt),
    ...settlements,
  ]
  for (const { run } of actions.sort((a, b) => a.at - b.at)) run()
}
