import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../../src/wire/lnm/frame.ts'
import { ALL_TOPICS, isPrivateTopic, topicsFor } from '../../../../src/wire/lnm/topics.ts'

const BTC = 'futures/inverse/btc_usd'

function push(topic: string, data: unknown): ReturnType<typeof decodeFrame> {
  return decodeFrame(JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { topic, data } }))
}

function changeOf(topic: string, data: unknown): { change: unknown; sourceAt: number | null } {
  const frame = push(topic, data)
  if (frame.kind !== 'news') throw new Error(JSON.stringify(frame))
  return { change: frame.change, sourceAt: frame.sourceAt }
}

function faultOf(text: string): string {
  const frame = decodeFrame(text)
  if (frame.kind !== 'fault') throw new Error(JSON.stringify(frame))
  return `${frame.fault.where}: ${frame.fault.message}`
}

describe('replies on the stream', () => {
  it('carry a result and perhaps a rate limit', () => {
    const text =
      '{"jsonrpc":"2.0","id":"abc","result":{"time":1},"usIn":1,"rateLimit":{"remaining":9,"limit":10}}'
    expect(decodeFrame(text)).toEqual({
      kind: 'reply',
      id: 'abc',
      result: { time: 1 },
      rateLimit: { remaining: 9, limit: 10 },
    })
    expect(decodeFrame('{"id":7,"result":"pong"}')).toEqual({
      kind: 'reply',
      id: '7',
      result: 'pong',
      rateLimit: null,
    })
  })

  it('are no worse for a rate limit that makes no sense', () => {
    expect(decodeFrame('{"id":"a","result":1,"rateLimit":"lots"}')).toMatchObject({
      kind: 'reply',
      rateLimit: null,
    })
  })

  it('may be errors, every member of which may be missing', () => {
    expect(decodeFrame('{"id":"a","error":{"code":-32602,"message":"no","data":{"code":"BAD"}}}')).toEqual({
      kind: 'refusal',
      id: 'a',
      refusal: { code: -32602, appCode: 'BAD', message: 'no' },
    })
    expect(decodeFrame('{"id":null,"error":"no"}')).toEqual({
      kind: 'refusal',
      id: null,
      refusal: { code: null, appCode: null, message: '' },
    })
  })
})

describe('the market on the stream', () => {
  it('speaks of prices with the time of the exchange', () => {
    const funding = { rate: 0.0001, time: 9 }
    expect(changeOf(`${BTC}/ticker`, { time: 5, lastPrice: 2, index: null, funding })).toEqual({
      change: { kind: 'ticker', lastPriceUsd: 2, indexUsd: null, funding: { rate: 0.0001, at: 9 } },
      sourceAt: 5,
    })
    expect(changeOf(`${BTC}/lastPrice`, { time: 5, lastPrice: 2 })).toEqual({
      change: { kind: 'last-price', lastPriceUsd: 2 },
      sourceAt: 5,
    })
    expect(changeOf(`${BTC}/index`, { time: 5, index: 2 })).toEqual({
      change: { kind: 'index', indexUsd: 2 },
      sourceAt: 5,
    })
  })

  it('leaves a missing side of a bucket empty', () => {
    const buckets = [{ minSize: 0, maxSize: 100, askPrice: 3 }]
    expect(changeOf(`${BTC}/buckets`, { time: 5, buckets })).toEqual({
      change: { kind: 'buckets', buckets: [{ minSizeUsd: 0, maxSizeUsd: 100, bidUsd: null, askUsd: 3 }] },
      sourceAt: 5,
    })
  })

  it('may not know the funding', () => {
    expect(changeOf(`${BTC}/funding`, { pair: 'btc_usd', current: { rate: null, time: null } })).toEqual({
      change: { kind: 'funding', funding: { rate: null, at: null } },
      sourceAt: null,
    })
  })

  it('does not take the opening time of a candle for the time of the message', () => {
    expect(
      changeOf(`${BTC}/ohlc/3months`, { time: 60, open: 1, high: 4, low: 1, close: 2, volume: 0 }),
    ).toEqual({
      change: {
        kind: 'candle',
        range: '3months',
        candle: { openedAt: 60, openUsd: 1, highUsd: 4, lowUsd: 1, closeUsd: 2, volumeUsd: 0 },
      },
      sourceAt: null,
    })
  })

  it('announces, and takes back what has no title', () => {
    expect(changeOf('announcements', { id: 'a', title: 'T', message: 'm', link: null }).change).toMatchObject(
      { title: 'T' },
    )
    expect(changeOf('announcements', { id: 'a' }).change).toEqual({
      kind: 'announcement',
      id: 'a',
      title: null,
    })
  })
})

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

  it('open as orders, whose reserve is not known yet', () => {
    expect(changeOf(trades, { pair: 'btc_usd', event: 'open', trade: opened })).toMatchObject({
      change: {
        kind: 'order-opened',
        order: { id: 't', side: 'short', priceUsd: 64_000, reservedSats: null },
      },
      sourceAt: 7,
    })
  })

  it('fill with nulls for what the message does not say', () => {
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

  it('end in five ways, and a liquidation does not say what was lost', () => {
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

  it('are funded', () => {
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

  it('do nothing that we have never heard of, not even to an object', () => {
    for (const event of ['teleported', 'constructor', '__proto__']) {
      expect(push(trades, { event, trade: { id: 't' } })).toMatchObject({ kind: 'fault', topic: trades })
    }
  })
})

describe('the cross account on the stream', () => {
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

  it('comes whole, but for its id', () => {
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

  it('has orders that wait, fill at once, fill later, are liquidated or canceled', () => {
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

describe('the wallet on the stream', () => {
  it('takes in and gives out', () => {
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

describe('frames that are not what they should be', () => {
  it('are faults that name what is wrong', () => {
    expect(faultOf('{"half":')).toBe('stream: is not JSON')
    expect(faultOf('[]')).toBe('stream: the whole is not an object')
    expect(faultOf('{}')).toBe('stream: neither a reply nor a message on a topic')
    expect(faultOf('{"method":"subscription","params":{"topic":"futures/secret","data":{}}}')).toBe(
      'stream: a message on an unknown topic',
    )
    expect(faultOf(`{"method":"subscription","params":{"topic":"${BTC}/index","data":{"time":1}}}`)).toBe(
      `stream ${BTC}/index: index is missing`,
    )
    expect(faultOf(`{"method":"subscription","params":{"topic":"${BTC}/ohlc/7m","data":{}}}`)).toContain(
      'unknown topic',
    )
  })

  it('never make the decoder throw', () => {
    const topics = fc.constantFrom(...ALL_TOPICS, 'x')
    const frames = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .tuple(topics, fc.jsonValue())
        .map(([topic, data]) => JSON.stringify({ method: 'subscription', params: { topic, data } })),
    )
    fc.assert(
      fc.property(frames, text => ['reply', 'refusal', 'news', 'fault'].includes(decodeFrame(text).kind)),
      { numRuns: 500 },
    )
  })

  it('are known on all 26 topics: whatever the topic lacks is named', () => {
    expect(ALL_TOPICS).toHaveLength(26)
    for (const topic of ALL_TOPICS) expect(push(topic, {})).toMatchObject({ kind: 'fault', topic })
  })
})

describe('what is subscribed to', () => {
  it('depends on what the key may read', () => {
    expect(topicsFor([]).filter(isPrivateTopic)).toEqual([])
    expect(topicsFor(['futures:cross:read', 'account:read']).filter(isPrivateTopic)).toEqual([
      `${BTC}/cross/orders`,
      `${BTC}/cross/position`,
    ])
    expect(topicsFor([])).toContain(`${BTC}/ticker`)
  })

  it('is always a topic that exists', () => {
    const permissions = [
      'futures:isolated:read',
      'futures:cross:read',
      'account:deposits:read',
      'account:withdrawals:read',
    ]
    for (const topic of topicsFor(permissions)) expect(ALL_TOPICS).toContain(topic)
  })
})
