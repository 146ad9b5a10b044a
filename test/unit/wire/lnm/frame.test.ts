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
  if (frame.kind !== 'notification') throw new Error(JSON.stringify(frame))
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
      fc.property(frames, text =>
        ['reply', 'error', 'notification', 'fault'].includes(decodeFrame(text).kind),
      ),
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
