import { describe, expect } from 'vitest'

const MINUTE = 60_000

import { law, oldestMs } from './timed-law.ts'

describe('a feed over time', () => {
  law('never lets the account grow 30 s old while it is live, whatever happens', async ({ rig, live }) => {
    const watch = await live({ policy: { candlesAndHistory: true } })
    const troubles = [
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
    for (const trouble of troubles) {
      rig.knob(trouble)
      for (let second = 0; second < 60; second += 1) {
        await rig.clock.advance(1_000)
        if (watch.isLive)
          expect(oldestMs(watch, rig.clock.nowMs()), JSON.stringify(trouble)).toBeLessThan(30_000)
      }
    }
    expect(watch.isLive).toBe(true)
  })

  law('keeps a quiet market fresh by reading again', async ({ rig, live }) => {
    rig.knob({ do: 'tick', ms: 3_600_000 })
    const watch = await live()
    await rig.clock.advance(5 * MINUTE)
    expect(watch.isLive).toBe(true)
    expect(watch.status.reconnects).toBe(0)
    expect(oldestMs(watch, rig.clock.nowMs())).toBeLessThan(11_000)
  })

  law('comes back after a night of refusals, having tried all along', async ({ rig, live }) => {
    const watch = await live()
    const before = rig.dialed.length
    rig.knob({ do: 'down', ms: 8 * 60 * MINUTE })
    await rig.clock.advance(8 * 60 * MINUTE)
    const dials = rig.dialed.length - before
    // At most 30 s apart, and with dice that are fair about 15 s.
    expect(dials).toBeGreaterThan((8 * 3_600) / 31)
    expect(dials).toBeLessThan((8 * 3_600) / 10)
    await rig.clock.advance(35_000)
    expect(watch.isLive).toBe(true)
    expect(watch.status).toMatchObject({ reconnects: 1 })
  })

  law('tries again within a second of the first loss', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(2 * MINUTE)
    rig.knob({ do: 'drop' })
    const before = rig.dialed.length
    await rig.clock.advance(1_100)
    expect(rig.dialed.length).toBe(before + 1)
    expect(watch.statuses.find(status => status.link === 'waiting')?.attempt).toBe(1)
  })

  law('counts tries until a minute was steady', async ({ rig, live }) => {
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

  law(
    'reads over HTTP every few seconds while the socket is away, and not once it is back',
    async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'mute', ms: 2 * MINUTE })
      await rig.clock.advance(2 * MINUTE)
      const overHttp = watch.snapshots.length
      expect(overHttp).toBeGreaterThan(15)
      const times = watch.events.flatMap(event => (event.type === 'reset' ? [event.at] : []))
      expect(Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)))).toBeLessThan(30_000)
      await rig.until(watch, () => watch.isLive)
      await rig.clock.advance(1_000)
      const asked = rig.requests.length
      await rig.clock.advance(8_000)
      expect(rig.requests.length - asked).toBeLessThanOrEqual(6)
      expect(watch.status.transport).toBe('stream')
    },
  )

  law('shows the picture over HTTP when the socket never comes', async ({ rig, watched }) => {
    rig.knob({ do: 'mute', ms: 10 * MINUTE })
    const watch = watched()
    await rig.until(watch, () => watch.snapshots.length > 0)
    expect(watch.status).toMatchObject({ transport: 'http', link: 'preparing' })
    expect(rig.clock.nowMs() - (watch.events[0]?.at ?? 0)).toBeLessThan(3_500)
  })

  law(
    'keeps a live link when reading again fails, says so, and tries again sooner',
    async ({ rig, live }) => {
      const watch = await live()
      rig.knob({ do: 'status', code: 503, ms: 20_000 })
      await rig.clock.advance(20_000)
      expect(watch.isLive).toBe(true)
      expect(watch.status.reconnects).toBe(0)
      expect(watch.faults).toBeGreaterThanOrEqual(2)
      const snapshots = watch.snapshots.length
      await rig.clock.advance(7_000)
      expect(watch.snapshots.length).toBeGreaterThan(snapshots)
    },
  )

  law('names the field that it could not read, and keeps what it knew', async ({ rig, live }) => {
    const watch = await live()
    const snapshots = watch.snapshots.length
    rig.knob({ do: 'omit', field: 'balance', ms: 15_000 })
    watch.resync()
    await rig.until(watch, () => watch.faults > 0)
    const fault = watch.events.find(event => event.type === 'fault')
    expect(fault).toMatchObject({ fault: { message: 'GET /v3/account: balance is missing' } })
    expect(watch.snapshots).toHaveLength(snapshots)
    expect(watch.isLive).toBe(true)
  })

  law(
    'does not come live without a readable picture, and says which field is to blame',
    async ({ rig, watched }) => {
      rig.knob({ do: 'omit', field: 'liquidation', ms: MINUTE })
      const watch = watched()
      await rig.until(watch, () => watch.status.lastError !== null)
      expect(watch.status.lastError).toMatchObject({ code: 'unreadable', retryable: true })
      expect(watch.status.lastError?.message).toMatch(/^GET \/v3\/futures\/.*liquidation is missing$/)
      expect(watch.snapshots).toHaveLength(0)
      await rig.clock.advance(2 * MINUTE)
      expect(watch.isLive).toBe(true)
    },
  )

  law('reads the picture once for events that come together', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(4_000)
    const asked = rig.requests.filter(request => request.target === '/v3/account').length
    for (let n = 0; n < 5; n += 1) rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(1_000)
    expect(rig.requests.filter(request => request.target === '/v3/account')).toHaveLength(asked + 1)
    expect(watch.snapshots.at(-1)?.isolated?.value.length).toBeGreaterThanOrEqual(5)
  })

  law(
    'learns the unit of synthetic dollars from past swaps, without holding the first picture back',
    async ({ rig, live }) => {
      const watch = await live()
      expect(watch.snapshots[0]?.account?.value).toMatchObject({ syntheticUsdUnit: null })
      await rig.until(watch, () => watch.snapshots.at(-1)?.account?.value.syntheticUsdUnit === 'dollars')
      // Two feeds at once would share the limit of unsigned requests.
      watch.stop()
      await rig.clock.advance(3_000)
      const patient = await live({ policy: { waitForUnit: true } })
      expect(patient.snapshots[0]?.account?.value.syntheticUsdUnit).toBe('dollars')
    },
  )

  law('stops when the key is refused over HTTP, although the socket is away', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'mute', ms: 10 * MINUTE })
    await rig.until(watch, () => watch.status.transport === 'http')
    rig.knob({ do: 'revoke' })
    await rig.until(watch, () => watch.status.link === 'stopped')
    expect(watch.status.lastError?.code).toBe('key-refused')
  })

  law(
    'measures the time again when the clock moved just before the key was shown',
    async ({ rig, watched }) => {
      const watch = watched()
      while (watch.status.rttMs === null) await rig.clock.advance(1)
      rig.knob({ do: 'skew', ms: 300_000 })
      await rig.until(watch, () => watch.isLive)
      expect(watch.status).toMatchObject({ clockOffsetMs: 300_000, attempt: 0 })
    },
  )

  law('reads once more when something happened while it read', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(5_000)
    rig.knob({ do: 'holdSnapshot', ms: 500 })
    watch.resync()
    await rig.clock.advance(100)
    const { id } = rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(1_700)
    expect(watch.holds(id)).toBe(true)
  })

  law('reads again when a message about the account could not be read', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(4_000)
    rig.knob({ do: 'partial', ms: 1_000 })
    const { id } = rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(2_500)
    expect(watch.faults).toBeGreaterThan(0)
    expect(watch.heardFill(id)).toBe(false)
    expect(watch.holds(id)).toBe(true)
  })

  law('stops when reading again shows that the key is refused', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'status', code: 401, ms: MINUTE })
    watch.resync()
    await rig.clock.advance(6_000)
    expect(watch.status).toMatchObject({ link: 'stopped', lastError: { code: 'key-refused' } })
  })

  law('survives a sleep of the machine', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.jump(3 * 60 * MINUTE)
    await rig.clock.advance(30_000)
    expect(watch.isLive).toBe(true)
    expect(oldestMs(watch, rig.clock.nowMs())).toBeLessThan(11_000)
  })

  law('reads candles and history behind the picture, oldest and newest first', async ({ rig, live }) => {
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
