import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../../src/wire/lnm/frame.ts'
import { SharedFrames } from '../../../../src/wire/lnm/shared-frames.ts'

const BTC = 'futures/inverse/btc_usd'

function push(topic: string, data: unknown): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    method: 'subscription',
    params: { topic: `${BTC}/${topic}`, data },
  })
}

/** A new string with the same characters, as from another connection. */
function copyOf(text: string): string {
  return Buffer.from(text).toString()
}

const indexFrame = (index: number) => push('index', { time: 1_700_000_000_000, index })

describe('frames of many connections', () => {
  it('decodes equal public frames once, as the decoder of one connection does', () => {
    const frames = new SharedFrames()
    for (const text of [indexFrame(60_000), push('index', { index: 'high' }), push('funding', {})]) {
      const first = frames.decode(text)
      expect(first).toEqual(decodeFrame(text))
      expect(frames.decode(copyOf(text))).toBe(first)
    }
  })

  it('decodes frames that differ in one character on their own', () => {
    const frames = new SharedFrames()
    frames.decode(indexFrame(60_000))
    expect(frames.decode(indexFrame(60_001))).toMatchObject({ change: { indexUsd: 60_001 } })
  })

  it('keeps no frame of an account, no reply, and no frame without a known topic', () => {
    const frames = new SharedFrames()
    const texts = [
      push('isolated/trades', { event: 'x' }),
      '{"id":"1","result":{"time":1}}',
      '{"id":"1","error":{"code":1}}',
      push('unknown', {}),
      'no JSON',
    ]
    for (const text of texts) expect(frames.decode(text)).toEqual(decodeFrame(text))
    expect(frames.size).toBe(0)
  })

  it('keeps the latest frames, and no long one', () => {
    const frames = new SharedFrames()
    frames.decode(indexFrame(60_000) + ' '.repeat(20_000))
    expect(frames.size).toBe(0)
    for (let i = 0; i < 10_000; i += 1) frames.decode(indexFrame(50_000 + i))
    expect(frames.size).toBeLessThanOrEqual(256)
    const last = frames.decode(indexFrame(59_999))
    expect(frames.decode(copyOf(indexFrame(59_999)))).toBe(last)
    expect(frames.size).toBeLessThanOrEqual(256)
  })
})
