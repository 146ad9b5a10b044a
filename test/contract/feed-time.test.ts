import { describe, expect } from 'vitest'
import { TOPICS } from '../../src/wire/lnm/topics.ts'

const MINUTE = 60_000

import { law, oldestMs } from './timed-law.ts'

describe('feed over time', () => {
  law('keeps account data below 30 s of age while live, through all failures', async ({ rig, live }) => {
    const watch = await live({ policy: { candlesAndHistory: true } })
    const failures = [
      { do: 'drop' },
      { do: 'open', side: 'buy', quantity: 200, leverage: 5 },
      { do: 'garbage' },
      { do: 'slow', ms: 1_500 },
      { do: 'slow', ms: 0 },
      { do: 'mute', ms: 25_000 },
      { do: 'funding' },
      { do: 'status', code: 503, ms: 6_000 },
      { do: 'duplicate' },
      { do: 'skew', ms: 60_000 },
    ]
    for (const failure of failures) {
      rig.knob(failure)
      for (let second = 0; second < 60; second += 1) {
        await rig.clock.advance(1_000)
        if (watch.isLive)
          expect(oldestMs(watch, rig.clock.nowMs()), JSON.stringify(failure)).toBeLessThan(30_000)
      }
    }
    expect(watch.isLive).toBe(true)
  })

  law('subscribes again to silent prices, then replaces the socket', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'tick', ms: 3_600_000 })
    await rig.clock.advance(20_000)
    expect(watch.status.pricesSilentSince).toBeLessThanOrEqual(rig.clock.nowMs() - 15_000)
    expect(watch.status.reconnects).toBe(0)
    await rig.until(watch, () => watch.status.reconnects === 1 && watch.isLive)
    expect(watch.status.lastError?.message).toMatch(/sent no current prices for 30 s/)
    expect(watch.status.pricesSilentSince).not.toBeNull()
    rig.knob({ do: 'tick', ms: 250 })
    await rig.clock.advance(1_000)
    expect(watch.status.pricesSilentSince).toBeNull()
  })

  law('keeps a silent market fresh with snapshots', async ({ rig, live }) => {
    rig.knob({ do: 'tick', ms: 3_600_000 })
    const watch = await live()
    for (let second = 0; second < 300; second += 1) {
      await rig.clock.advance(1_000)
      expect(oldestMs(watch, rig.clock.nowMs())).toBeLessThan(30_000)
    }
  })

  law('reconnects after retrying for 8 hours', async ({ rig, live }) => {
    const watch = await live()
    const before = rig.dialed.length
    rig.knob({ do: 'down', ms: 8 * 60 * MINUTE })
    await rig.clock.advance(8 * 60 * MINUTE)
    const dials = rig.dialed.length - before
    // Delays are at most 30 s, and 15 s on average.
    expect(dials).toBeGreaterThan((8 * 3_600) / 31)
    expect(dials).toBeLessThan((8 * 3_600) / 10)
    await rig.clock.advance(35_000)
    expect(watch.isLive).toBe(true)
    expect(watch.status).toMatchObject({ reconnects: 1 })
  })

  law('retries within a second after the first loss', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(2 * MINUTE)
    rig.knob({ do: 'drop' })
    const before = rig.dialed.length
    await rig.clock.advance(1_100)
    expect(rig.dialed.length).toBe(before + 1)
    expect(watch.statuses.find(status => status.link === 'waiting')?.attempt).toBe(1)
  })

  law('counts attempts until a minute was stable', async ({ rig, live }) => {
    const watch = await live()
    for (const round of [1, 2, 3]) {
      rig.knob({ do: 'drop' })
      await rig.clock.advance(20)
      await rig.until(watch, () => watch.isLive)
      expect(watch.status.attempt).toBe(round)
    }
    await rig.clock.advance(62_000)
    expect(watch.status.attempt).toBe(0)
  })

  law('polls HTTP while the socket is down, but not after it is back', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'mute', ms: 2 * MINUTE })
    await rig.clock.advance(2 * MINUTE)
    const overHttp = watch.snapshots.length
    expect(overHttp).toBeGreaterThan(15)
    const times = watch.events.flatMap(event => (event.type === 'reset' ? [event.at] : []))
    expect(Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)))).toBeLessThan(30_000)
    await rig.until(watch, () => watch.isLive)
    await rig.clock.advance(1_000)
    const requestCount = rig.requests.length
    await rig.clock.advance(8_000)
    expect(rig.requests.length - requestCount).toBeLessThanOrEqual(6)
    expect(watch.status.transport).toBe('stream')
  })

  law('emits a snapshot over HTTP if the handshake hangs', async ({ rig, watched }) => {
    rig.knob({ do: 'mute', ms: 10 * MINUTE })
    const watch = watched()
    await rig.until(watch, () => watch.snapshots.length > 0)
    expect(watch.status).toMatchObject({ transport: 'http', link: 'preparing' })
    expect(rig.clock.nowMs() - (watch.events[0]?.at ?? 0)).toBeLessThan(3_500)
  })

  law('stays live after failed refreshes, reports faults and retries sooner', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'status', code: 503, ms: 20_000 })
    await rig.clock.advance(20_000)
    expect(watch.isLive).toBe(true)
    expect(watch.status.reconnects).toBe(0)
    expect(watch.faults).toBeGreaterThanOrEqual(2)
    const snapshots = watch.snapshots.length
    await rig.clock.advance(7_000)
    expect(watch.snapshots.length).toBeGreaterThan(snapshots)
  })

  law(
    'stays live and probes every 30 s while the exchange asks to wait for an hour',
    async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'limit', requests: 'signed', perSecond: 0.001, burst: 1, retryAfter: 3_600 })
      await rig.until(watch, () => (watch.status.limitedUntil?.signed ?? null) !== null)
      const limitedAt = rig.clock.nowMs()
      // The time of the next probe, not the hour.
      expect(watch.status.limitedUntil?.signed).toBeGreaterThan(limitedAt + 25_000)
      expect(watch.status.limitedUntil?.signed).toBeLessThanOrEqual(limitedAt + 30_000)
      const requestCount = rig.requests.length
      await rig.clock.advance(25_000)
      expect(
        rig.requests.slice(requestCount).filter(({ target }) => target !== '/v3/futures/ticker'),
      ).toEqual([])
      await rig.clock.advance(10_000)
      expect(rig.requests.length).toBe(requestCount + 1)
      const snapshots = watch.snapshots.length
      rig.knob({ do: 'limit' })
      await rig.clock.advance(40_000)
      expect(watch.snapshots.length).toBeGreaterThan(snapshots)
      expect(watch.status).toMatchObject({
        link: 'live',
        reconnects: 0,
        limitedUntil: { signed: null, public: null },
      })
    },
  )

  law('keeps the limits that the exchange reports, with candles and history', async ({ rig, live }) => {
    rig.knob({ do: 'limit', requests: 'signed', perSecond: 2, burst: 5, headers: 'on' })
    rig.knob({ do: 'limit', requests: 'public', perSecond: 1, burst: 2, headers: 'on' })
    const watch = await live({ policy: { candlesAndHistory: true, refreshEveryMs: 5_000 } })
    await rig.clock.advance(3 * MINUTE)
    expect(watch.snapshots.length).toBeGreaterThan(30)
    expect(watch.changes.some(change => change.kind === 'history')).toBe(true)
    expect(watch.changes.some(change => change.kind === 'candles')).toBe(true)
  })

  law('names an unreadable field and keeps the last snapshot', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'omit', field: 'balance', ms: 15_000 })
    watch.resync()
    await rig.until(watch, () => watch.faults > 0)
    const fault = watch.events.find(event => event.type === 'fault')
    expect(fault).toMatchObject({ fault: { message: 'GET /v3/account: balance is missing' } })
    expect(watch.state()).toMatchObject({
      account: { value: { balanceSats: expect.any(Number) } },
      parts: { account: { error: { kind: 'unreadable' } } },
    })
    expect(watch.isLive).toBe(true)
  })

  law('goes live without the rows that it cannot read, and names the field', async ({ rig, watched }) => {
    rig.knob({ do: 'omit', field: 'liquidation', ms: MINUTE })
    const watch = watched()
    await rig.until(watch, () => watch.isLive)
    const { isolatedPositions } = watch.state().parts
    expect(isolatedPositions.error).toBeNull()
    expect(isolatedPositions.unreadable.length).toBeGreaterThan(0)
    for (const row of isolatedPositions.unreadable)
      expect(row).toMatchObject({ field: 'liquidation', problem: 'is missing' })
    await rig.clock.advance(2 * MINUTE)
    expect(watch.state().parts.isolatedPositions.unreadable).toEqual([])
  })

  law('refreshes once for messages that arrive together', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(4_000)
    const requestCount = rig.requests.filter(request => request.target === '/v3/account').length
    for (let n = 0; n < 5; n += 1) rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(1_000)
    expect(rig.requests.filter(request => request.target === '/v3/account')).toHaveLength(requestCount + 1)
    expect(watch.snapshots.at(-1)?.isolated?.value.length).toBeGreaterThanOrEqual(5)
  })

  law('derives the unit of synthetic dollars without delaying the first snapshot', async ({ rig, live }) => {
    const watch = await live()
    expect(watch.snapshots[0]?.account?.value).toMatchObject({ syntheticUsdUnit: null })
    await rig.until(watch, () => watch.snapshots.at(-1)?.account?.value.syntheticUsdUnit === 'dollars')
  })

  law('refreshes without delay while the exchange does not answer to past swaps', async ({ rig, live }) => {
    const swaps = (): number =>
      rig.requests.filter(({ target }) => target.startsWith('/v3/synthetic-usd/swaps')).length
    rig.knob({ do: 'route', route: '/synthetic-usd/swaps', answer: 'silence' })
    const watch = await live()
    await rig.until(watch, () => swaps() === 1)
    await rig.clock.advance(20_000)
    await rig.until(watch, () => swaps() === 2)
    rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(3_000)
    const opened = watch.snapshots.at(-1)?.isolated?.value.filter(({ quantityUsd }) => quantityUsd === 100)
    expect(opened).toHaveLength(1)
  })

  law('tries a key again that is refused over HTTP while the socket is down', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'mute', ms: 10 * MINUTE })
    await rig.until(watch, () => watch.status.transport === 'http')
    rig.knob({ do: 'revoke' })
    await rig.until(watch, () => watch.status.refusal !== null)
    rig.knob({ do: 'restore' })
    await rig.until(watch, () => watch.status.refusal === null)
    expect(watch.status.transport).toBe('http')
    expect(oldestMs(watch, rig.clock.nowMs())).toBeLessThan(10_000)
  })

  law('measures the clock again if it was set just before authentication', async ({ rig, watched }) => {
    const watch = watched()
    while (watch.status.rttMs === null) await rig.clock.advance(1)
    rig.knob({ do: 'skew', ms: 300_000 })
    await rig.until(watch, () => watch.isLive)
    expect(watch.status.attempt).toBe(0)
    expect(Math.abs((watch.status.clockOffsetMs ?? 0) - 300_000)).toBeLessThan(50)
  })

  law('refreshes again after a message during a refresh', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(5_000)
    rig.knob({ do: 'holdSnapshot', ms: 500 })
    watch.resync()
    await rig.clock.advance(100)
    const { id } = rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(1_700)
    expect(watch.hasTrade(id)).toBe(true)
  })

  law('refreshes after an unreadable account message', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(4_000)
    rig.knob({ do: 'row', topic: TOPICS.isolatedTrades, field: 'side', action: 'drop', ms: 1_000 })
    const { id } = rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(2_500)
    expect(watch.faults).toBeGreaterThan(0)
    expect(watch.receivedFill(id)).toBe(false)
    expect(watch.hasTrade(id)).toBe(true)
  })

  law('recovers from a sleep of the machine', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.jump(3 * 60 * MINUTE)
    await rig.clock.advance(30_000)
    expect(watch.isLive).toBe(true)
    expect(oldestMs(watch, rig.clock.nowMs())).toBeLessThan(11_000)
  })

  law('reads candles (oldest first) and history (newest first) after the snapshot', async ({ rig, live }) => {
    const watch = await live({ policy: { candlesAndHistory: true } })
    await rig.clock.advance(15_000)
    const ranges = watch.changes.flatMap(change => (change.kind === 'candles' ? [change.range] : []))
    expect(ranges.sort()).toEqual(['1h', '1m'])
    for (const change of watch.changes) {
      if (change.kind === 'candles') {
        const times = change.candles.map(candle => candle.openedAt)
        expect(times).toEqual(times.toSorted((a, b) => a - b))
        expect(new Set(times).size).toBe(times.length)
      }
      if (change.kind === 'history') {
        const times = change.history.closed?.map(trade => trade.closedAt) ?? []
        expect(times).toEqual(times.toSorted((a, b) => b - a))
        expect(change.history.fundingFees).not.toBeNull()
        expect(change.history.crossFills).not.toBeNull()
      }
    }
    await rig.clock.advance(65_000)
    expect(watch.changes.filter(change => change.kind === 'history').length).toBeGreaterThanOrEqual(2)
  })
})
