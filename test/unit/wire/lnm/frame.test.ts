import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../../src/wire/lnm/frame.ts'
import {
  ACCOUNT_TOPICS,
  ALL_TOPICS,
  isPrivateTopic,
  MARKET_TOPICS,
  permissionOf,
} from '../../../../src/wire/lnm/topics.ts'

const BTC = 'futures/inverse/btc_usd'

function push(topic: string, data: unknown): ReturnType<typeof decodeFrame> {
  return decodeFrame(JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { topic, data } }))
}

function changeOf(topic: string, data: unknown): { change: unknown; sourceAt: number | null } {
  const frame = push(topic, data)
  if (frame.kind !== 'notification') throw new Error(JSON.stringify(frame))
  return { change: frame.change, sourceAt: frame.sourceAt }
}

function faultOf(text: string): string {
  const frame = decodeFrame(text)
  if (frame.kind !== 'fault') throw new Error(JSON.stringify(frame))
  return `${frame.fault.where}: ${frame.fault.message}`
}

describe('replies on the stream', () => {
  it('have a result and an optional rate limit', () => {
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

  it('ignore an invalid rate limit', () => {
    expect(decodeFrame('{"id":"a","result":1,"rateLimit":"lots"}')).toMatchObject({
      kind: 'reply',
      rateLimit: null,
    })
  })

  it('accept errors with any member missing', () => {
    expect(decodeFrame('{"id":"a","error":{"code":-32602,"message":"no","data":{"code":"BAD"}}}')).toEqual({
      kind: 'error',
      id: 'a',
      refusal: { code: -32602, appCode: 'BAD', message: 'no' },
    })
    expect(decodeFrame('{"id":null,"error":"no"}')).toEqual({
      kind: 'error',
      id: null,
      refusal: { code: null, appCode: null, message: '' },
    })
  })
})

describe('market on the stream', () => {
  it('decodes prices with the exchange time', () => {
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

  it('decodes a missing side of a bucket as null', () => {
    const buckets = [{ minSize: 0, maxSize: 100, askPrice: 3 }]
    expect(changeOf(`${BTC}/buckets`, { time: 5, buckets })).toEqual({
      change: { kind: 'buckets', buckets: [{ minSizeUsd: 0, maxSizeUsd: 100, bidUsd: null, askUsd: 3 }] },
      sourceAt: 5,
    })
  })

  it('accepts unknown funding', () => {
    expect(changeOf(`${BTC}/funding`, { pair: 'btc_usd', current: { rate: null, time: null } })).toEqual({
      change: { kind: 'funding', funding: { rate: null, at: null } },
      sourceAt: null,
    })
  })

  it('does not use the opening time of a candle as the time of the message', () => {
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

  it('decodes an announcement without a title as withdrawn', () => {
    expect(changeOf('announcements', { id: 'a', title: 'T', message: 'm', link: null }).change).toMatchObject(
      { title: 'T', message: 'm', link: null },
    )
    expect(changeOf('announcements', { id: 'a' }).change).toEqual({
      kind: 'announcement',
      id: 'a',
      title: null,
      message: null,
      link: null,
    })
  })
})

describe('invalid frames', () => {
  it('are faults that name what is wrong', () => {
    expect(faultOf('{"half":')).toBe('stream: is not valid JSON')
    expect(faultOf('[]')).toBe('stream: the top-level value is not an object')
    expect(faultOf('{}')).toBe('stream: neither a reply nor a notification')
    expect(faultOf('{"method":"subscription","params":{"topic":"futures/secret","data":{}}}')).toBe(
      'stream: message on an unknown topic',
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
      fc.property(frames, text =>
        ['reply', 'error', 'notification', 'fault'].includes(decodeFrame(text).kind),
      ),
      { numRuns: 500 },
    )
  })

  it('are faults on each of the 26 topics', () => {
    expect(ALL_TOPICS).toHaveLength(26)
    for (const topic of ALL_TOPICS) expect(push(topic, {})).toMatchObject({ kind: 'fault', topic })
  })
})

describe('subscribed topics', () => {
  it('are public for the market and private for the account', () => {
    expect(MARKET_TOPICS.filter(isPrivateTopic)).toEqual([])
    expect(MARKET_TOPICS).toContain(`${BTC}/ticker`)
    expect(ACCOUNT_TOPICS.every(isPrivateTopic)).toBe(true)
    expect(ACCOUNT_TOPICS).toHaveLength(5)
    expect(permissionOf(`${BTC}/cross/orders`)).toBe('futures:cross:read')
    expect(permissionOf(`${BTC}/ticker`)).toBeNull()
  })

  it('all exist', () => {
    for (const topic of [...MARKET_TOPICS, ...ACCOUNT_TOPICS]) expect(ALL_TOPICS).toContain(topic)
  })
})
