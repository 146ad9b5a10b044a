import { describe, expect, test } from 'vitest'
import { usd } from '../../../src/domain/units.ts'
import { changeEvent, T0 } from '../../support/samples.ts'
import { opened } from './opened-dashboard.ts'

const bytesOf = (writes: readonly string[]): number => Buffer.byteLength(writes.join(''))

/** The bid, ask and last price of a market that moves. */
function prices(at: number, move: number) {
  const last = usd(68_420.5 + move)
  const bucket = {
    minSizeUsd: 0,
    maxSizeUsd: 10_000_000,
    bidUsd: usd(68_418 + move),
    askUsd: usd(68_423 + move),
  }
  return [
    changeEvent(at, { kind: 'last-price', lastPriceUsd: last }),
    changeEvent(at, { kind: 'index', indexUsd: usd(68_412 + move) }),
    changeEvent(at, { kind: 'buckets', buckets: [bucket] }),
  ]
}

/** Shorter than the time after which positions are stale. */
const SPAN_MS = 20_000

/** Bytes per second at 80×24 with updates at an interval that move the price by half a dollar up to 20. */
async function bytesPerSecond(pace: 'full' | 'low', everyMs: number, step: number): Promise<number> {
  const { clock, store, writes } = opened({ pace })
  for (const event of prices(clock.nowMs(), 0)) store.dispatch(event)
  await clock.advance(2_000)
  const before = bytesOf(writes)
  for (let at = 0; at < SPAN_MS; at += everyMs) {
    for (const event of prices(clock.nowMs(), step * (((at / everyMs) * 17) % 41))) store.dispatch(event)
    await clock.advance(everyMs)
  }
  return ((bytesOf(writes) - before) / SPAN_MS) * 1_000
}

describe('the low pace', () => {
  test('writes at most 60 bytes a second while prices arrive unchanged', async () => {
    const idle = await bytesPerSecond('low', 1_000, 0)
    expect(idle).toBeLessThanOrEqual(60)
  })

  test('writes at most 600 bytes a second at 100 updates a second', async () => {
    const low = await bytesPerSecond('low', 10, 0.5)
    const full = await bytesPerSecond('full', 10, 0.5)
    expect(low).toBeLessThanOrEqual(600)
    expect(full).toBeGreaterThan(low)
  })

  test('writes nothing at all while nothing changes, and turns quiet and stale on time', async () => {
    const { clock, writes, seen } = opened({ pace: 'low' })
    await clock.advance(3_000)
    const before = writes.length
    await clock.advance(1_500)
    expect(writes).toHaveLength(before)
    expect(seen().text().split('\n')[0]).toContain('● LIVE  ws direct')
    expect(seen().text().split('\n')[0]).not.toMatch(/age|rtt|\d\d:\d\d:\d\d/)
    await clock.advance(500)
    expect(seen().text()).toContain('◐ quiet 5.')
    await clock.advance(24_700)
    expect(seen().text()).toContain('✗')
    expect(seen().text()).toContain('STALE 30s')
  })

  test('answers a key at once', async () => {
    const { press, seen } = opened({ pace: 'low' })
    await press('?')
    expect(seen().text()).toContain('axisor only reads')
  })
})

test('the pace over SSH draws at most two frames a second', async () => {
  const { clock, store, writes } = opened({ pace: 'remote' })
  await clock.advance(2_000)
  const before = writes.length
  for (let at = 0; at < 5_000; at += 50) {
    for (const event of prices(clock.nowMs(), at / 100)) store.dispatch(event)
    await clock.advance(50)
  }
  expect(writes.length - before).toBeLessThanOrEqual(11)
})

describe('the title of the terminal', () => {
  const titles = (writes: readonly string[]) =>
    [...writes.join('').matchAll(/\x1b\]2;([^\x07]*)\x07/g)].map(([, text]) => text)

  test('has the worst risk and the state, and is written only when it changes', async () => {
    const { clock, writes, press, dashboard } = opened()
    await clock.advance(20_000)
    expect(titles(writes)).toEqual(['CRIT 7f3a LONG - LIVE - axisor main'])
    await clock.advance(T0 + 60_000 - clock.nowMs())
    expect(titles(writes).at(-1)).toBe('CRIT 7f3a LONG - RISK UNKNOWN - STALE - axisor main')
    await press('q')
    expect(await dashboard.done).toBe('quit')
    dashboard.close()
    expect(writes.join('')).toMatch(/\x1b\[22;2t[\s\S]*\x1b\[23;2t/)
  })
})
