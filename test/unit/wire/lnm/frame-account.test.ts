import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../../src/wire/lnm/frame.ts'

const BTC = 'futures/inverse/btc_usd'

function push(topic: string, data: unknown): ReturnType<typeof decodeFrame> {
  return decodeFrame(JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { topic, data } }))
}

function changeOf(topic: string, data: unknown): { change: unknown; sourceAt: number | null } {
  const frame = push(topic, data)
  if (frame.kind !== 'notification') throw new Error(JSON.stringify(frame))
  return { change: frame.change, sourceAt: frame.sourceAt }
}

describe('isolated trades on the stream', () => {
  const trades = `${BTC}/isolated/trades`
  const opened = {
    id: 't',
    side: 'sell',
    type: 'limit',
    quantity: 25,
    margin: 900,
    leverage: 12.5,
    price: 64_000,
    openingFee: 0,
    createdAt: 7,
    clientId: '',
  }

  it('open as orders with an unknown reserved amount', () => {
    expect(changeOf(trades, { pair: 'btc_usd', event: 'open', trade: opened })).toMatchObject({
      change: {
        kind: 'order-opened',
        order: { id: 't', side: 'short', priceUsd: 64_000, reservedSats: null },
      },
      sourceAt: 7,
    })
  })

  it('fill with null for values that the message lacks', () => {
    const limit = changeOf(trades, { event: 'filled', trade: opened })
    expect(limit).toMatchObject({
      change: {
        kind: 'trade-filled',
        position: { marginSats: 900, liquidationPriceUsd: null, maintenanceMarginSats: null, openedAt: null },
      },
      sourceAt: null,
    })
    const market = changeOf(trades, { event: 'filled', trade: { ...opened, type: 'market' } })
    expect(market).toMatchObject({ change: { position: { openedAt: 7 } }, sourceAt: 7 })
  })

  it('end for five reasons; a liquidation has no P&L', () => {
    const trade = { id: 't', closedAt: 9, closingFee: 1, pl: -5, exitPrice: 2, clientId: null }
    const whys = ['closed', 'stoploss', 'takeprofit', 'canceled', 'liquidation'].map(event => {
      const { change } = changeOf(trades, { event, trade })
      return (change as { why: string }).why
    })
    expect(whys).toEqual(['closed', 'stop-loss', 'take-profit', 'canceled', 'liquidation'])
    expect(changeOf(trades, { event: 'liquidation', trade: { id: 't', closedAt: 9 } })).toEqual({
      change: {
        kind: 'trade-ended',
        id: 't',
        why: 'liquidation',
        plSats: null,
        exitPriceUsd: null,
        closingFeeSats: null,
        endedAt: 9,
      },
      sourceAt: 9,
    })
  })

  it('decode funding', () => {
    const trade = {
      id: 't',
      margin: 5,
      liquidationPrice: 60_000,
      fundingFee: -3,
      fundedAt: 8,
      clientId: null,
    }
    expect(changeOf(trades, { event: 'funding', trade })).toEqual({
      change: {
        kind: 'trade-funded',
        id: 't',
        marginSats: 5,
        liquidationPriceUsd: 60_000,
        feeSats: -3,
        fundedAt: 8,
      },
      sourceAt: 8,
    })
  })

  it('reject unknown events, including names of object properties', () => {
    for (const event of ['teleported', 'constructor', '__proto__']) {
      expect(push(trades, { event, trade: { id: 't' } })).toMatchObject({ kind: 'fault', topic: trades })
    }
  })
})

describe('cross account on the stream', () => {
  const position = {
    quantity: -5,
    leverage: 3,
    margin: 100,
    entryPrice: 2,
    liquidation: null,
    totalPl: 0,
    fundingFees: 1,
    tradingFees: 0,
    initialMargin: 0,
    maintenanceMargin: 2,
    runningMargin: 3,
    deltaPl: 0,
    updatedAt: 11,
  }

  it('is decoded completely, except its id', () => {
    expect(changeOf(`${BTC}/cross/position`, { pair: 'btc_usd', event: 'limit', position })).toMatchObject({
      change: {
        kind: 'cross-position',
        event: 'limit',
        cross: {
          marginSats: 100,
          updatedAt: 11,
          position: { id: 'cross', side: 'short', quantityUsd: 5, liquidationPriceUsd: null },
        },
      },
      sourceAt: 11,
    })
  })

  it('has orders that open, fill, are liquidated or canceled', () => {
    const topic = `${BTC}/cross/orders`
    const order = {
      id: 'o',
      side: 'buy',
      type: 'limit',
      quantity: 5,
      price: 2,
      tradingFee: 0,
      clientId: null,
      createdAt: 1,
    }
    expect(changeOf(topic, { event: 'new', order }).change).toMatchObject({ kind: 'cross-order-opened' })
    const ends = [
      { event: 'new', order: { ...order, type: 'market', filledAt: 2 } },
      { event: 'limit', order: { ...order, filledAt: 3 } },
      { event: 'new', order: { ...order, type: 'liquidation', filledAt: 4 } },
      { event: 'canceled', order: { id: 'o', side: 'buy', quantity: 5, price: 2, canceledAt: 5 } },
    ].map(data => changeOf(topic, data).change)
    expect(ends).toMatchObject([
      { kind: 'cross-order-ended', why: 'filled', endedAt: 2 },
      { kind: 'cross-order-ended', why: 'filled', endedAt: 3 },
      { kind: 'cross-order-ended', why: 'liquidation', endedAt: 4 },
      { kind: 'cross-order-ended', why: 'canceled', endedAt: 5 },
    ])
  })
})

describe('wallet on the stream', () => {
  it('decodes deposits and withdrawals', () => {
    const data = {
      currency: 'btc',
      network: 'lightning',
      id: 'w',
      amount: 1000,
      balance: 251_000,
      status: 'confirmed',
    }
    expect(changeOf('wallet/deposit', data).change).toEqual({
      kind: 'wallet',
      direction: 'deposit',
      id: 'w',
      amountSats: 1000,
      balanceSats: 251_000,
      status: 'confirmed',
    })
    expect(changeOf('wallet/withdrawal', { ...data, balance: undefined, fee: 1 }).change).toMatchObject({
      direction: 'withdrawal',
      balanceSats: null,
    })
  })
})
