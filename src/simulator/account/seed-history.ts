import { addRow } from '../exchange-books.ts'
import type { Scenario, StartOrder } from '../scenarios/scenario.ts'
import { openSeededChance, type SeededChance } from '../seeded-random.ts'
import type { Desk } from '../state.ts'
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

function walletActs(desk: Desk, scenario: Scenario, startAt: number): PastAct[] {
  const ago = (ms: number, act: (at: number) => void): PastAct => ({
    at: startAt - ms,
    act: () => act(startAt - ms),
  })
  const rest = scenario.depositSats - 2_000_000
  return [
    ago(OPENED_AGO_MS, at => depositLightning(desk, at, rest, 'first deposit')),
    ago(OPENED_AGO_MS - DAY, at => depositOnChain(desk, at, 1_500_000)),
    ...[1, 2, 3, 4, 5, 6].map(n =>
      ago(OPENED_AGO_MS - DAY - n * 600_000, () => mineBlock(desk, 930_000 + n)),
    ),
    ago(20 * DAY, at => depositLightning(desk, at, 500_000)),
    ago(14 * DAY, at => withdrawLightning(desk, at, 120_000)),
    ago(9 * DAY, at => swapToUsd(desk, at, 180_000, desk.market.priceAt(at))),
    ago(3 * DAY, at => withdrawLightning(desk, at, 45_000)),
    ago(2 * DAY, at => refusedWithdrawal(desk, at)),
    ago(DAY, at => notify(desk, at, 'maintenance', { message: 'No maintenance is planned' })),
  ]
}

/** An on-chain withdrawal that came to nothing, so that the list is not empty. */
function refusedWithdrawal(desk: Desk, at: number): void {
  addRow(desk.books.chainWithdrawals, {
    id: desk.ids.uuid(),
    createdAt: at,
    amountSats: 250_000,
    feeSats: null,
    address: `tb1q${desk.ids.hex(19)}`,
    txId: null,
    status: 'canceled',
  })
}

/** A trade of the month before, from its opening to its end. */
function pastTradeActs(desk: Desk, chance: SeededChance, startAt: number): PastAct[] {
  const openedAt = startAt - Math.floor(chance.between(0.2, 29) * DAY)
  const closedAt = Math.min(startAt - 600_000, openedAt + Math.floor(chance.between(0.02, 0.9) * DAY))
  const side = chance.pick(['buy', 'sell'] as const)
  const quantityUsd = chance.whole(1, 12) * 100
  const leverage = chance.whole(5, 40)
  const isCanceled = chance.happens(0.15)
  const why = chance.pick(['closed', 'closed', 'stoploss', 'takeprofit'] as const)
  let end: ((at: number) => void) | null = null
  const open = () => {
    const priceUsd = desk.market.priceAt(openedAt)
    // What was canceled was a limit order that never filled; the rest were market orders.
    const trade = openTrade(desk, openedAt, {
      side,
      quantityUsd,
      leverage,
      priceUsd,
      type: isCanceled ? 'limit' : 'market',
    })
    if (trade === null) return
    end = at => {
      const exitUsd = desk.market.priceAt(at)
      if (isCanceled) cancelTrade(desk, at, trade)
      else if (trade.state === 'running') closeTrade(desk, at, trade, exitUsd, why)
    }
  }
  return [
    { at: openedAt, act: open },
    { at: closedAt, act: () => end?.(closedAt) },
  ]
}

function placeOrder(desk: Desk, at: number, order: StartOrder): void {
  const { mode, side, quantityUsd, leverage, priceUsd } = order
  if (mode === 'cross') crossLimitOrder(desk, at, side, quantityUsd, priceUsd)
  else openTrade(desk, at, { side, quantityUsd, leverage, priceUsd, type: 'limit', kept: true })
}

function scenarioActs(desk: Desk, scenario: Scenario, startAt: number): PastAct[] {
  const { cross } = scenario
  const trades = scenario.trades.map(({ agoMs, ...wish }) => ({
    at: startAt - agoMs,
    act: () => openTrade(desk, startAt - agoMs, { ...wish, type: 'market', kept: true }),
  }))
  const orders = scenario.orders.map(order => ({
    at: startAt - order.agoMs,
    act: () => placeOrder(desk, startAt - order.agoMs, order),
  }))
  if (cross === null) return [...trades, ...orders]
  const at = startAt - cross.agoMs
  const open = () => {
    transferToCross(desk, at, cross.depositSats)
    setCrossLeverage(desk, at, cross.leverage)
    const side = cross.quantityUsd > 0 ? 'buy' : 'sell'
    if (cross.quantityUsd !== 0) crossMarketOrder(desk, at, side, Math.abs(cross.quantityUsd), cross.priceUsd)
  }
  return [...trades, ...orders, { at, act: open }]
}

/**
 * Lives through the month before the start with the same rules as the time after it, funding included, so that every number
 * of the books can be traced to a row of some history.
 */
export function livePast(desk: Desk, seed: number, scenario: Scenario, startAt: number): void {
  const chance = openSeededChance(seed, 'past trades')
  const past = Array.from({ length: scenario.pastTrades }, () => pastTradeActs(desk, chance, startAt))
  const settlements = desk.market.settlements.map(settlement => ({
    at: settlement.time,
    act: () => fundAll(desk, settlement),
  }))
  const acts: PastAct[] = [
    ...walletActs(desk, scenario, startAt),
    ...past.flat(),
    ...scenarioActs(desk, scenario, startAt),
    ...settlements,
  ]
  for (const { act } of acts.sort((a, b) => a.at - b.at)) act()
}
