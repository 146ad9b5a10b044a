import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CROSS_ID } from '../../../../src/domain/position.ts'
import { sats, usd } from '../../../../src/domain/units.ts'
import { plSats } from '../../../../src/domain/valuation.ts'
import { selectPositions } from '../../../../src/store/selectors/positions.ts'
import { selectTotals } from '../../../../src/store/selectors/totals.ts'
import { selectWhatIf } from '../../../../src/store/selectors/what-if.ts'
import type { State } from '../../../../src/store/state.ts'
import { openStore } from '../../../../src/store/store.ts'
import {
  ACCOUNT,
  madeCross,
  madeOrder,
  madePosition,
  madeTicker,
  readAt,
  resetEvent,
  SHORT,
  statusEvent,
  T0,
} from '../../../support/samples.ts'

type Over = NonNullable<Parameters<typeof resetEvent>[1]>

function stateOf(over: Over = {}): State {
  const store = openStore()
  store.dispatch(resetEvent(T0, over))
  store.dispatch(statusEvent(T0))
  return store.state()
}

const NO_SPREAD = madeTicker({
  lastPriceUsd: usd(68_420),
  indexUsd: usd(68_420),
  buckets: [{ minSizeUsd: 0, maxSizeUsd: 500_000, bidUsd: usd(68_420), askUsd: usd(68_420) }],
})

const at = (state: State, priceUsd: number) =>
  selectWhatIf(state, T0, { kind: 'price', priceUsd: usd(priceUsd) }, 0.1)

const rowOf = (state: State, priceUsd: number, id: string) =>
  at(state, priceUsd)?.rows.find(({ row }) => row.position.id === id)

const LONG_ID = madePosition().id

describe("today's price", () => {
  test('gives the totals and the rows of the snapshot', () => {
    const state = stateOf()
    const view = at(state, state.lastPrice?.value ?? 0)
    expect(view?.totals).toEqual(selectTotals(state, T0))
    expect(view?.today).toEqual(selectTotals(state, T0))
    expect(view?.move).toBe(0)
    expect(view?.rows.map(({ row }) => row)).toEqual(
      selectPositions(state, T0).toSorted(
        (a, b) => (a.liquidationDistance ?? 0) - (b.liquidationDistance ?? 0),
      ),
    )
    expect(view?.liquidatedPlSats).toBe(0)
  })

  test('is the same as a move of 0', () => {
    const state = stateOf()
    const view = selectWhatIf(state, T0, { kind: 'move', fraction: 0 }, 0.1)
    expect(view).toEqual(at(state, state.lastPrice?.value ?? 0))
  })
})

test('the P&L at the entry is 0 without a spread', () => {
  const state = stateOf({ ticker: readAt(T0, NO_SPREAD) })
  expect(rowOf(state, 69_900, SHORT.id)?.plSats).toBe(0)
  expect(rowOf(state, 70_150, LONG_ID)?.plSats).toBe(0)
})

test('a price is a move of the last price, and the spread stays in proportion', () => {
  const state = stateOf()
  fc.assert(
    fc.property(fc.integer({ min: -60, max: 200 }), percent => {
      const view = selectWhatIf(state, T0, { kind: 'move', fraction: percent / 100 }, 0.1)
      const long = view?.rows.find(({ row }) => row.position.id === LONG_ID)
      expect(long?.row.markPriceUsd).toBeCloseTo(68_418 * (1 + percent / 100), 6)
      expect(view?.priceUsd).toBeCloseTo(68_420.5 * (1 + percent / 100), 6)
    }),
  )
})

describe('liquidation', () => {
  test('is at the liquidation price, and not half a dollar before it', () => {
    const state = stateOf()
    expect(rowOf(state, 66_809.5, LONG_ID)?.liquidatedAs).toBe(1)
    expect(rowOf(state, 66_810, LONG_ID)?.liquidatedAs).toBeNull()
    expect(rowOf(state, 77_666.5, SHORT.id)?.liquidatedAs).toBe(1)
    expect(rowOf(state, 77_666, SHORT.id)?.liquidatedAs).toBeNull()
  })

  test("comes in the order of the way from today's price", () => {
    const view = at(stateOf(), 50_000)
    expect(view?.rows.map(({ row, liquidatedAs }) => [row.position.id, liquidatedAs])).toEqual([
      [LONG_ID, 1],
      [CROSS_ID, 2],
      [SHORT.id, null],
    ])
    expect(view?.totals.positionCount).toBe(1)
  })

  test('costs an isolated trade its margin, and the rest of its reserve returns', () => {
    const state = stateOf({
      isolated: readAt(T0, [madePosition({ maintenanceMarginSats: sats(15_000) })]),
      cross: readAt(T0, madeCross({ position: null, marginSats: sats(1_000) })),
      ticker: readAt(T0, NO_SPREAD),
    })
    const view = at(state, 60_000)
    // The closing fee is floor(10,000·1e8·0.001/66,809.5) = 14,967.
    expect(view?.liquidatedPlSats).toBe(-712_758)
    expect(view?.freeSats).toBe(ACCOUNT.balanceSats + 33)
    expect(view?.totals.equitySats).toBe(ACCOUNT.balanceSats + 33 + 1_000 + 781_955)
    expect(view?.rows[0]?.marginLeftSats).toBe(0)
  })

  test('closes the cross position at its price and leaves the rest of the margin', () => {
    const state = stateOf({ isolated: readAt(T0, []), ticker: readAt(T0, NO_SPREAD) })
    const loss = plSats('long', 25_000, usd(67_300), usd(54_174.5))
    const view = at(state, 40_000)
    expect(view?.liquidatedPlSats).toBe(loss)
    // Less the fee floor(25,000·1e8·0.001/54,174.5).
    expect(view?.totals.marginSats).toBe(9_000_000 + Math.max(loss - 46_147, -9_000_000))
  })

  test('of a position that is beyond it today comes first', () => {
    const beyond = madePosition({ id: 'b', liquidationPriceUsd: usd(68_500) })
    const near = madePosition({ id: 'n', liquidationPriceUsd: usd(68_419) })
    const view = at(stateOf({ isolated: readAt(T0, [near, beyond]) }), 68_419)
    expect(view?.rows.filter(row => row.liquidatedAs !== null).map(({ row }) => row.position.id)).toEqual([
      'b',
      'n',
    ])
  })

  test('never lowers the equity of the rest: it falls with the price of a long only account', () => {
    const state = stateOf({ isolated: readAt(T0, [madePosition()]), ticker: readAt(T0, NO_SPREAD) })
    let before = Infinity
    for (let price = 68_000; price > 30_000; price -= 500) {
      const equity = at(state, price)?.totals.equitySats ?? Number.NaN
      // Half a tick of a liquidation price, and the fee reserve.
      expect(equity).toBeLessThanOrEqual(before + 20_000)
      before = equity
    }
  })
})

describe('a stop on the way', () => {
  test('is named if it is reached, and before the liquidation', () => {
    const state = stateOf()
    expect(rowOf(state, 78_000, SHORT.id)).toMatchObject({ liquidatedAs: 1, reachedLevel: 'stop-loss' })
    expect(rowOf(state, 65_000, SHORT.id)).toMatchObject({ liquidatedAs: null, reachedLevel: 'take-profit' })
    expect(rowOf(state, 70_000, SHORT.id)).toMatchObject({ liquidatedAs: null, reachedLevel: null })
  })

  test('is not named if it lies beyond the liquidation', () => {
    const position = madePosition({ stopLossUsd: usd(66_000) })
    const state = stateOf({ isolated: readAt(T0, [position]) })
    expect(rowOf(state, 60_000, position.id)?.reachedLevel).toBeNull()
  })
})

describe('what is unknown', () => {
  test.each([
    ['entry', madePosition({ entryPriceUsd: null }), 'its entry price is not known'],
    [
      'liquidation price',
      madePosition({ liquidationPriceUsd: null }),
      'the exchange reports no liquidation price',
    ],
    ['market', madePosition({ otherMarket: 'eth_usd' }), 'it is of another market'],
  ])('is null with the reason, for a position without a known %s', (_what, position, reason) => {
    const row = rowOf(stateOf({ isolated: readAt(T0, [position]) }), 60_000, position.id)
    expect(row?.unknownReason).toBe(reason)
    expect(row?.addedMargin.sats).toBeNull()
    expect(row?.addedMargin.unknownReason).toBe(reason)
  })

  test('makes the equity unknown with its reason, and the other rows stay', () => {
    const other = madePosition({ id: 'other', otherMarket: 'eth_usd' })
    const view = at(stateOf({ isolated: readAt(T0, [other, madePosition()]) }), 60_000)
    expect(view?.totals.equitySats).toBeNull()
    expect(view?.totals.equityUnknownReason).toBe('a position of another market is not valued')
    expect(view?.rows.find(({ row }) => row.position.id === LONG_ID)?.liquidatedAs).toBe(1)
  })

  test('is everything without a price', () => {
    expect(at(stateOf({ ticker: null }), 60_000)).toBeNull()
  })

  test('is a price out of bounds', () => {
    expect(at(stateOf(), 2_000_000_000)).toBeNull()
    expect(selectWhatIf(stateOf(), T0, { kind: 'move', fraction: -1 }, 0.1)).toBeNull()
  })
})

test('counts the orders that would fill on the way', () => {
  const state = stateOf({
    isolatedOrders: readAt(T0, [
      madeOrder({ id: 'buy' }),
      madeOrder({ id: 'sell', side: 'short', priceUsd: usd(70_000) }),
      madeOrder({ id: 'other', otherMarket: 'eth_usd' }),
    ]),
  })
  expect(at(state, 66_501)?.ordersOnWay).toBe(0)
  expect(at(state, 66_500)?.ordersOnWay).toBe(1)
  expect(at(state, 70_000)?.ordersOnWay).toBe(1)
  expect(at(stateOf({ crossOrders: null }), 60_000)?.ordersOnWay).toBeNull()
})
