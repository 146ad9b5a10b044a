import { describe, expect, it } from 'vitest'
import * as cross from '../../../../src/simulator/account/cross.ts'
import { crossFigures } from '../../../../src/simulator/account/cross-figures.ts'
import { profitSats, tradingFeeSats } from '../../../../src/simulator/formulas.ts'
import { TOPIC } from '../../../../src/simulator/protocol/topics.ts'
import { AT, eventNames, LATER, must, openExchangeState } from '../../../support/simulator-state.ts'

describe('the cross position', () => {
  function withPosition(side: 'buy' | 'sell' = 'buy') {
    const opened = openExchangeState()
    cross.transferToCross(opened.state, AT, 5_000_000)
    must(cross.crossMarketOrder(opened.state, AT, side, 10_000, 68_000))
    return opened
  }

  it('deducts the fee from the margin and publishes order and position', () => {
    const { books, published } = withPosition()
    expect(books.cross).toMatchObject({
      quantityUsd: 10_000,
      entryUsd: 68_000,
      tradingFeeSats: 14_705,
      marginSats: 4_985_295,
    })
    expect(eventNames(published)).toEqual([
      'cross/position deposit',
      'cross/orders new',
      'cross/position new',
    ])
    expect(published[1]?.data.order).toMatchObject({ type: 'market', tradingFee: 14_705, filledAt: AT })
  })

  it('averages the entry price when the position grows', () => {
    const { state, books } = withPosition()
    cross.crossMarketOrder(state, LATER, 'buy', 3_000, 70_000)
    expect(books.cross.quantityUsd).toBe(13_000)
    expect(books.cross.entryUsd).toBeCloseTo(13_000 / (10_000 / 68_000 + 3_000 / 70_000), 6)
  })

  it('adds realized profit to the margin and keeps the entry price', () => {
    const { state, books } = withPosition()
    const before = books.cross.marginSats
    cross.crossMarketOrder(state, LATER, 'sell', 4_000, 70_000)
    const profit = profitSats('buy', 4_000, 68_000, 70_000)
    expect(books.cross).toMatchObject({ quantityUsd: 6_000, entryUsd: 68_000, totalPlSats: profit })
    expect(books.cross.marginSats).toBe(before + profit - tradingFeeSats(4_000, 70_000, 0))
  })

  it.each([
    ['buy', 'sell', 65_000],
    ['sell', 'buy', 71_000],
  ] as const)('carries the loss of a partial close of a %s into the entry price', (side, opposite, price) => {
    const { state, books } = withPosition(side)
    cross.crossMarketOrder(state, LATER, opposite, 4_000, price)
    expect(books.cross.totalPlSats).toBe(0)
    expect(profitSats(side, 6_000, books.cross.entryUsd ?? 0, price)).toBe(
      profitSats(side, 10_000, 68_000, price),
    )
  })

  it('reverses when a larger opposite order executes', () => {
    const { state, books } = withPosition()
    cross.crossMarketOrder(state, LATER, 'sell', 15_000, 67_000)
    expect(books.cross).toMatchObject({ quantityUsd: -5_000, entryUsd: 67_000 })
    expect(books.cross.totalPlSats).toBe(profitSats('buy', 10_000, 68_000, 67_000))
  })

  it('has neither entry nor liquidation price once fully closed', () => {
    const { state } = withPosition()
    cross.crossMarketOrder(state, LATER, 'sell', 10_000, 67_000)
    expect(crossFigures(state)).toMatchObject({
      quantity: 0,
      entryPrice: null,
      liquidation: null,
      runningMargin: 0,
      maintenanceMargin: 0,
      deltaPl: 0,
    })
  })

  it('cancels open orders before a liquidation at the regular fee', () => {
    const { state, books, published, move } = withPosition()
    cross.crossLimitOrder(state, AT, 'buy', 1_000, 50_000)
    const level = crossFigures(state).liquidation ?? 0
    move(level + 200)
    expect(books.cross.quantityUsd).toBe(10_000)
    move(level - 100)
    expect(books.cross.quantityUsd).toBe(0)
    expect(books.crossOpen.size).toBe(0)
    expect(books.crossFilled.at(-1)).toMatchObject({ type: 'liquidation', side: 'sell', quantityUsd: 10_000 })
    expect(books.cross.marginSats).toBeGreaterThanOrEqual(0)
    expect(eventNames(published).slice(-4)).toEqual([
      'cross/orders canceled',
      'cross/position cancel',
      'cross/orders new',
      'cross/position liquidation',
    ])
  })

  it('never loses more than the margin after a price gap', () => {
    const { books, move } = withPosition()
    move(20_000)
    expect(books.cross).toMatchObject({ quantityUsd: 0, marginSats: 0 })
  })

  it('fills a limit order at its price and publishes a canceled one without a fee', () => {
    const { state, books, published, move } = withPosition()
    const order = must(cross.crossLimitOrder(state, AT, 'sell', 2_000, 69_000))
    expect(crossFigures(state).initialMargin).toBeGreaterThan(0)
    move(69_100)
    expect(order).toMatchObject({ filledAt: LATER, priceUsd: 69_000 })
    expect(books.cross.quantityUsd).toBe(8_000)
    expect(eventNames(published).slice(-2)).toEqual(['cross/orders limit', 'cross/position limit'])
    const other = must(cross.crossLimitOrder(state, LATER, 'sell', 2_000, 75_000))
    cross.cancelCrossOrder(state, LATER, other)
    expect(published.at(-2)?.data.order).toEqual({
      id: other.id,
      side: 'sell',
      type: 'limit',
      quantity: 2_000,
      price: 75_000,
      clientId: null,
      createdAt: LATER,
      canceledAt: LATER,
    })
  })

  it('rejects orders and transfers that the margin does not cover', () => {
    const { state, books } = withPosition()
    expect(cross.crossMarketOrder(state, LATER, 'buy', 500_000)).toBeNull()
    expect(cross.transferToCross(state, LATER, -4_900_000)).toBe(false)
    expect(cross.transferToCross(state, LATER, books.balanceSats + 1)).toBe(false)
    expect(cross.transferToCross(state, LATER, -1_000_000)).toBe(true)
    expect(books.transfers.map(({ amountSats }) => amountSats)).toEqual([5_000_000, -1_000_000])
  })

  it('publishes the complete position without id in every event', () => {
    const { published } = withPosition()
    const positions = published
      .filter(({ topic }) => topic === TOPIC.crossPosition)
      .map(({ data }) => data.position)
    for (const position of positions) {
      expect(Object.keys(position).sort()).toEqual(
        [
          'quantity',
          'leverage',
          'margin',
          'entryPrice',
          'liquidation',
          'totalPl',
          'fundingFees',
          'tradingFees',
          'initialMargin',
          'maintenanceMargin',
          'runningMargin',
          'deltaPl',
          'updatedAt',
        ].sort(),
      )
    }
  })
})
