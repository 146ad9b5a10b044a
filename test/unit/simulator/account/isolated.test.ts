import { describe, expect, it } from 'vitest'
import * as isolated from '../../../../src/simulator/account/isolated.ts'
import { profitSats, tradingFeeSats } from '../../../../src/simulator/formulas.ts'
import { AT, eventNames, LATER, must, openExchangeState } from '../../../support/simulator-state.ts'

const LONG = { side: 'buy', quantityUsd: 1_000, leverage: 10, priceUsd: 68_000, type: 'market' } as const

describe('an isolated trade', () => {
  it('locks margin and fee reserve and pays the opening fee from the reserve', () => {
    const { state, books } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, LONG))
    expect(trade).toMatchObject({
      marginSats: 147_059,
      maintenanceSats: 3_087,
      openingFeeSats: 1_470,
      state: 'running',
    })
    expect(books.balanceSats).toBe(10_000_000 - 147_059 - 3_087)
  })

  it('returns margin, profit and the remaining reserve on close', () => {
    const { state, books } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, LONG))
    isolated.closeTrade(state, LATER, trade, 69_000, 'closed')
    const profit = profitSats('buy', 1_000, 68_000, 69_000)
    const fees = tradingFeeSats(1_000, 68_000, 0) + tradingFeeSats(1_000, 69_000, 0)
    expect(trade).toMatchObject({ state: 'closed', plSats: profit, exitUsd: 69_000, closedAt: LATER })
    expect(books.balanceSats).toBe(10_000_000 + profit - fees)
  })

  it('is rejected if the balance does not cover margin and reserve', () => {
    const { state, books } = openExchangeState()
    books.balanceSats = 150_145
    expect(isolated.openTrade(state, AT, LONG)).toBeNull()
    books.balanceSats = 150_146
    expect(isolated.openTrade(state, AT, LONG)).not.toBeNull()
  })

  it('is liquidated at the size bucket price once the last price reaches the liquidation price, losing exactly its margin', () => {
    const { state, books, move, published } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, LONG))
    move(trade.liquidationUsd + 0.5)
    expect(state.market.bidUsd(1_000)).toBeLessThan(trade.liquidationUsd)
    expect(trade.state).toBe('running')
    move(trade.liquidationUsd - 500)
    expect(trade).toMatchObject({ state: 'closed', plSats: -147_059 })
    expect(trade.exitUsd).toBe(state.market.bidUsd(1_000))
    expect(books.balanceSats).toBeGreaterThanOrEqual(10_000_000 - 147_059 - 3_087)
    expect(published.at(-1)?.data).toEqual({
      pair: 'btc_usd',
      event: 'liquidation',
      trade: {
        id: trade.id,
        closedAt: LATER,
        closingFee: trade.closingFeeSats,
        exitPrice: trade.exitUsd,
        clientId: null,
      },
    })
  })

  it('loses its whole margin when liquidated at a liquidation price that was rounded up', () => {
    const { state } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, { ...LONG, quantityUsd: 10_000, priceUsd: 60_000 }))
    expect(trade.liquidationUsd).toBe(54_545.5)
    expect(profitSats('buy', 10_000, 60_000, 54_545.5)).toBeGreaterThan(-trade.marginSats)
    isolated.closeTrade(state, LATER, trade, trade.liquidationUsd, 'liquidation')
    expect(trade.plSats).toBe(-trade.marginSats)
  })

  it.each([
    ['buy', 'stoploss', 67_000],
    ['buy', 'takeprofit', 69_000],
    ['sell', 'stoploss', 69_000],
    ['sell', 'takeprofit', 67_000],
  ] as const)('as a %s executes its %s when the price reaches it', (side, event, usd) => {
    const { state, move, published } = openExchangeState()
    const stops =
      side === 'buy'
        ? { stopLossUsd: 67_100, takeProfitUsd: 68_900 }
        : { stopLossUsd: 68_900, takeProfitUsd: 67_100 }
    const trade = must(isolated.openTrade(state, AT, { ...LONG, side, ...stops }))
    move(68_100)
    expect(trade.state).toBe('running')
    move(usd)
    expect(trade.state).toBe('closed')
    expect(published.at(-1)?.data.event).toBe(event)
    expect(published.at(-1)?.data.trade).toMatchObject({
      id: trade.id,
      pl: trade.plSats,
      exitPrice: trade.exitUsd,
    })
  })

  it('as a limit order fills at its limit when the ask reaches it', () => {
    const { state, move, published } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, { ...LONG, type: 'limit', priceUsd: 67_500 }))
    expect(trade).toMatchObject({ state: 'open', openingFeeSats: 0, filledAt: null })
    move(67_501)
    expect(trade.state).toBe('open')
    move(67_400)
    expect(trade).toMatchObject({
      state: 'running',
      entryUsd: 67_500,
      filledAt: LATER,
      openingFeeSats: tradingFeeSats(1_000, 67_500, 0),
    })
    expect(eventNames(published)).toEqual(['isolated/trades open', 'isolated/trades filled'])
    expect(Object.keys(published[1]?.data.trade ?? {}).sort()).toEqual(
      [
        'id',
        'side',
        'type',
        'quantity',
        'margin',
        'leverage',
        'price',
        'openingFee',
        'createdAt',
        'clientId',
      ].sort(),
    )
  })

  it('returns all locked funds on cancel and publishes neither amounts nor prices', () => {
    const { state, books, published } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, { ...LONG, type: 'limit', priceUsd: 67_500 }))
    isolated.cancelTrade(state, LATER, trade)
    expect(books.balanceSats).toBe(10_000_000)
    expect(books.canceled).toEqual([trade])
    expect(published.at(-1)?.data.trade).toEqual({ id: trade.id, closedAt: LATER, clientId: null })
  })

  it('moves the liquidation price away when margin is added, without an event', () => {
    const { state, books, published } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, LONG))
    const before = trade.liquidationUsd
    const eventCount = published.length
    expect(isolated.addMargin(state, trade, 100_000)).toBe(true)
    expect(trade.liquidationUsd).toBeLessThan(before)
    expect(trade.leverage).toBeLessThan(10)
    expect(published.length).toBe(eventCount)
    expect(isolated.addMargin(state, trade, books.balanceSats + 1)).toBe(false)
  })

  it.each([
    ['price', { entryUsd: 68_000, priceUsd: expect.closeTo(69_991, -2) }],
    ['entryPrice', { entryUsd: expect.closeTo(69_991, -2), priceUsd: 68_000 }],
  ] as const)('takes cash from profit first, moving its %s without changing the total', (moves, prices) => {
    const { state, books, market } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, LONG))
    market.jumpTo(LATER, 70_000)
    const profit = profitSats('buy', 1_000, 68_000, market.bidUsd(1_000))
    const balance = books.balanceSats
    expect(isolated.cashIn(state, trade, profit + 1_000, moves)).toBe(true)
    expect(books.balanceSats).toBe(balance + profit + 1_000)
    expect(trade).toMatchObject({
      ...prices,
      entryMarginSats: 147_059,
      cashInPlSats: profit,
      cashInMarginSats: 1_000,
      marginSats: 146_059,
    })
    expect(Math.abs(profitSats('buy', 1_000, trade.basisUsd, market.bidUsd(1_000)))).toBeLessThanOrEqual(1)
    expect(isolated.cashIn(state, trade, trade.marginSats + 10)).toBe(false)
  })

  it.each([
    ['buy', [68_000, 70_000, 69_000, 69_500], 66_500],
    ['sell', [68_000, 66_000, 67_000, 66_500], 69_300],
  ] as const)('as a %s moves a trailing stop-loss with the price, and never back', (side, prices, level) => {
    const { state, move, published } = openExchangeState()
    const trade = must(isolated.openTrade(state, AT, { ...LONG, side }))
    trade.trailingDistance = 0.05
    for (const usd of prices) move(usd)
    expect(trade.stopLossUsd).toBeCloseTo(level, -2)
    expect(trade.state).toBe('running')
    move(side === 'buy' ? 66_400 : 69_400)
    expect(published.at(-1)?.data).toMatchObject({ event: 'stoploss', trade: { id: trade.id } })
  })
})
