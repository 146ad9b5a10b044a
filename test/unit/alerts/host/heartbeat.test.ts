import { describe, expect, test } from 'vitest'
import type { AlertRule } from '../../../../src/domain/alerts/rule.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { openHostRig } from '../../../support/host-rig.ts'

const SAFE = 0.2

const HEARTBEAT = { url: new Secret('https://hc.example.org/1'), everyMs: 60_000 }

const NO_RULES: readonly AlertRule[] = []

describe('the heartbeat', () => {
  test('is sent once data is fresh and evaluated, then at its interval', async () => {
    const rig = openHostRig()
    const host = await rig.start('host', { heartbeat: HEARTBEAT })
    await rig.clock.advance(30_000)
    expect(rig.pings).toEqual([])
    await rig.live(125_000, SAFE, host)
    expect(rig.pings).toEqual(['host 31000', 'host 91000', 'host 151000'])
  })

  test('stops when data gets stale, and goes on within a second of fresh data', async () => {
    const rig = openHostRig()
    const host = await rig.start('host', { heartbeat: { ...HEARTBEAT, everyMs: 10_000 } })
    await rig.live(10_000, SAFE, host)
    const before = rig.pings.length
    expect(before).toBeGreaterThan(0)
    // Data counts as fresh for 30 s, and an evaluation of it for 5 s.
    await rig.clock.advance(36_000)
    const stopped = rig.pings.length
    await rig.clock.advance(600_000)
    expect(rig.pings).toHaveLength(stopped)
    await rig.live(1_500, SAFE, host)
    expect(rig.pings).toHaveLength(stopped + 1)
  })

  test('is sent by the host that delivers only', async () => {
    const rig = openHostRig()
    const heartbeat = { ...HEARTBEAT, everyMs: 10_000 }
    const [first, second] = [
      await rig.start('first', { heartbeat }),
      await rig.start('second', { heartbeat }),
    ]
    await rig.live(25_000, SAFE, first, second)
    expect(new Set(rig.pings.map(each => each.split(' ')[0]))).toEqual(new Set(['first']))
    first.kill()
    await rig.live(25_000, SAFE, second)
    expect(rig.pings.at(-1)).toMatch(/^second /)
  })

  test('that fails is shown until it succeeds', async () => {
    const rig = openHostRig()
    rig.pingResult = { kind: 'retry', why: 'HTTP 502', afterMs: null }
    const host = await rig.start('host', { heartbeat: { ...HEARTBEAT, everyMs: 10_000 } })
    await rig.live(3_000, SAFE, host)
    const messages = () => host.host.view().active.map(({ kind, level, message }) => [kind, level, message])
    expect(messages()).toEqual([['delivery', 'warn', 'the heartbeat failed: HTTP 502']])
    rig.pingResult = { kind: 'delivered' }
    await rig.live(11_000, SAFE, host)
    expect(messages()).toEqual([])
    expect(host.sent('ntfy')).toEqual(['firing warn', 'resolved warn'])
  })

  test('changes its interval and ends as configured', async () => {
    const rig = openHostRig()
    const host = await rig.start('host', { heartbeat: HEARTBEAT })
    await rig.live(5_000, SAFE, host)
    const settings = { rules: NO_RULES, problems: [] }
    host.host.configure({ ...settings, heartbeat: { ...HEARTBEAT } })
    await rig.live(5_000, SAFE, host)
    expect(rig.pings).toHaveLength(1)
    host.host.configure({ ...settings, heartbeat: { ...HEARTBEAT, everyMs: 10_000 } })
    await rig.live(25_000, SAFE, host)
    expect(rig.pings).toHaveLength(4)
    host.host.configure({ ...settings, heartbeat: null })
    await rig.live(25_000, SAFE, host)
    expect(rig.pings).toHaveLength(4)
  })

  test('ends with the host', async () => {
    const rig = openHostRig()
    const host = await rig.start('host', { heartbeat: HEARTBEAT })
    await rig.live(5_000, SAFE, host)
    const closing = host.host.close()
    await rig.clock.settle()
    await closing
    expect(rig.clock.pendingTimers()).toBe(0)
  })
})
