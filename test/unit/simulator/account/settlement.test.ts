import { describe, expect, it } from 'vitest'
import * as cross from '../../../../src/simulator/account/cross.ts'
import * as isolated from '../../../../src/simulator/account/isolated.ts'
import { fundAll } from '../../../../src/simulator/account/settlement.ts'
import { AT, LATER, must, openExchangeState } from '../../../support/simulator-state.ts'

const LONG = { side: 'buy', quantityUsd: 1_000, leverage: 10, priceUsd: 68_000, type: 'market' } as const

describe('funding settlement', () => {
  const settlement = { id: 'f', time: LATER, fundingRate: 0.0001, fixingPrice: 60_000 }

  it('deducts the fee of a long from its margin and moves leverage and liquidation price', () => {
    const { state, books, published } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, { ...LONG, quantityUsd: 10_000 }))
    const before = { ...trade }
    const balance = books.balanceSats
    fundAll(state, settlement)
    expect(trade.marginSats).toBe(before.marginSats - 1_667)
    expect(trade.fundingSats).toBe(1_667)
    expect(trade.leverage).toBeGreaterThan(before.leverage)
    expect(trade.liquidationUsd).toBeGreaterThan(before.liquidationUsd)
    expect(books.balanceSats).toBe(balance)
    expect(published.at(-1)?.data.trade).toEqual({
      id: trade.id,
      margin: trade.marginSats,
      liquidationPrice: trade.liquidationUsd,
      fundingFee: 1_667,
      fundedAt: LATER,
      clientId: null,
    })
  })

  it('credits the receipt of a short to the balance and keeps its margin', () => {
    const { state, books } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, { ...LONG, side: 'sell', quantityUsd: 10_000 }))
    const { marginSats } = trade
    const balance = books.balanceSats
    fundAll(state, settlement)
    expect(books.balanceSats).toBe(balance + 1_667)
    expect(trade).toMatchObject({ marginSats, fundingSats: -1_667 })
  })

  it('skips open orders and trades filled at or after the settlement', () => {
    const { state, books } = openExchangeState()
    isolated.openTrade(state, AT, { ...LONG, type: 'limit', priceUsd: 60_000 })
    isolated.openTrade(state, LATER, LONG)
    fundAll(state, settlement)
    expect(books.isolatedFunding).toEqual([])
  })

  it('deducts the fee of the cross position from the cross margin', () => {
    const { state, books, published } = openExchangeState()
    cross.transferToCross(state, AT, 5_000_000)
    cross.crossMarketOrder(state, AT, 'buy', 10_000, 68_000)
    const { marginSats } = books.cross
    fundAll(state, settlement)
    expect(books.cross).toMatchObject({
      marginSats: marginSats - 1_667,
      fundingFeeSats: 1_667,
      updatedAt: LATER,
    })
    expect(books.crossFunding).toEqual([{ settlementId: 'f', time: LATER, feeSats: 1_667, tradeId: null }])
    expect(published.at(-1)?.data.event).toBe('funding')
  })
})
