import { describe, expect, test } from 'vitest'
import { endedAt } from '../../../support/alert-ends.ts'
import { defaultRule, longAt } from '../../../support/alert-rig.ts'
import { type HostRig, openHostRig } from '../../../support/host-rig.ts'
import { busy } from '../../../support/scripted-notifier.ts'

/** The distances of the default bands. */
const SAFE = 0.2
const WARN = 0.04
const CRITICAL = 0.02

const FULL =
  "alerts can't be stored and are delivered from memory: cannot use the database a.db: the disk is full"

/** `LEVEL: MESSAGE` of the alerts about delivery that a host shows. */
function problems({ host }: Awaited<ReturnType<HostRig['start']>>): readonly string[] {
  return host
    .view()
    .active.filter(({ kind }) => kind === 'delivery')
    .map(({ level, message }) => `${level}: ${message}`)
}

describe('a host', () => {
  test('stores a notice before it delivers it', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    rig.outbox.slow(500)
    await host.slide(WARN)
    await rig.clock.advance(400)
    expect([host.shown, host.sent('ntfy')]).toEqual([['firing warn'], []])
    await rig.clock.advance(2_000)
    expect(host.sent('ntfy')).toEqual(['firing warn'])
  })

  test('shows its alerts although every call of the outbox hangs', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    rig.outbox.slow(3_600_000)
    await host.slide(CRITICAL)
    expect(host.active()).toEqual(['critical firing'])
    expect(host.shown).toEqual(['firing critical'])
  })

  test('sends a notice to the channels of its rule only', async () => {
    const rig = openHostRig()
    const rules = [
      defaultRule('liquidation', { channels: ['mail'] }),
      defaultRule('position', { channels: [] }),
    ]
    const host = await rig.start('host', { rules })
    await host.slide(CRITICAL)
    await host.dispatch(endedAt(rig.clock.nowMs(), 'liquidation'))
    expect([host.sent('ntfy'), host.sent('mail')]).toEqual([[], ['firing critical', 'resolved critical']])
    expect(host.shown).toEqual(['firing critical', 'firing liquidated', 'resolved critical'])
  })

  test('delivers nothing while something else does, and stores what it knows', async () => {
    const rig = openHostRig()
    let relay: string | null = 'relay.home'
    const host = await rig.start('host', { deliversElsewhere: () => relay })
    await rig.live(3_000, WARN, host)
    expect([host.shown, host.sent('ntfy')]).toEqual([['firing warn'], []])
    expect(host.host.view().host).toEqual({ kind: 'other', by: 'relay', label: 'relay.home' })
    relay = null
    await rig.live(3_000, CRITICAL, host)
    expect(host.sent('ntfy')).toEqual(['worse critical'])
  })

  test('reports an urgent notice at once whose only channels can not be used', async () => {
    const undelivered = /^critical: no channel took this alert: isolated long .* 2\.00%/
    for (const [channels, expected] of [
      [['phone'], [expect.stringMatching(undelivered)]],
      [['phone', 'mail'], []],
      [null, []],
      [['gone'], []],
    ] as const) {
      const rig = openHostRig()
      const rules = [defaultRule('liquidation', { channels })]
      const host = await rig.start('host', { rules, unusable: () => ['phone'] })
      await host.slide(WARN)
      await rig.clock.advance(1_000)
      expect(problems(host)).toEqual([])
      await host.slide(CRITICAL)
      await rig.clock.advance(1_000)
      expect(problems(host)).toEqual(expected)
    }
  })

  test('counts its attempts by outcome', async () => {
    const rig = openHostRig()
    rig.notifier.script('ntfy', busy(), { kind: 'failed', why: 'HTTP 401' })
    const host = await rig.start('host')
    await rig.live(5_000, WARN, host)
    expect(host.host.view().counts).toEqual({ delivered: 1, failed: 1, retried: 1 })
  })

  test('is unhealthy before the first data, and 5 s after the last evaluation with fresh data', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    expect(host.host.isHealthy()).toBe(false)
    await host.slide(SAFE)
    expect(host.host.isHealthy()).toBe(true)
    // Data is stale after 30 s.
    await rig.clock.advance(30_000)
    expect(host.host.isHealthy()).toBe(true)
    await rig.clock.advance(6_000)
    expect(host.host.isHealthy()).toBe(false)
  })

  test('reports problems of its settings until they are corrected', async () => {
    const rig = openHostRig()
    const missing = 'channel bot: its secret is missing: AXISOR_CHANNEL_BOT_SECRET is not set'
    const host = await rig.start('host', { problems: [missing] })
    await rig.live(2_000, SAFE, host)
    expect(problems(host)).toEqual([`warn: ${missing}`])
    expect(host.sent('ntfy')).toEqual(['firing warn'])
    host.host.configure({ rules: [], heartbeat: null, problems: [] })
    await rig.live(2_000, SAFE, host)
    expect(problems(host)).toEqual([])
    expect(host.sent('ntfy')).toEqual(['firing warn', 'resolved warn'])
  })

  test('evaluates other rules once it is configured again', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(2_000, 0.15, host)
    expect(host.active()).toEqual([])
    const bands = { watch: 0.3, warn: 0.2, critical: 0.1 }
    const rule = defaultRule('liquidation', { name: 'early', bands })
    host.host.configure({ rules: [rule], heartbeat: null, problems: [] })
    await rig.live(2_000, 0.15, host)
    expect(host.active()).toEqual(['warn firing'])
  })

  test('ends when it is closed, with its last memory stored and no timer left', async () => {
    const rig = openHostRig()
    const host = await rig.start('host', { heartbeat: null })
    await rig.live(2_000, WARN, host)
    const closing = host.host.close()
    await rig.clock.settle()
    await closing
    await host.host.close()
    expect(rig.clock.pendingTimers()).toBe(0)
    expect(await rig.outbox.readLease(rig.clock.nowMs())).toBeNull()
    expect(await rig.outbox.engine()).toContain('"level":"warn"')
  })
})

describe('on a full disk', () => {
  test('a host delivers from memory, shows the problem, and stores each notice once later', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(2_000, SAFE, host)
    rig.outbox.fail('write')
    await rig.live(3_000, WARN, host)
    expect(host.sent('mail')).toEqual(['firing warn', 'firing critical'])
    expect(problems(host)).toEqual([`critical: ${FULL}`])
    expect(await rig.outbox.log(9)).toEqual([])
    rig.outbox.fail('nothing')
    await rig.live(12_000, WARN, host)
    expect(problems(host)).toEqual([])
    expect(host.sent('mail')).toEqual(['firing warn', 'firing critical', 'resolved critical'])
    const log = await rig.outbox.log(99)
    const stored = log.map(({ notice, channel, state }) => `${notice.id} ${channel} ${state}`)
    expect(stored).toHaveLength(6)
    expect(new Set(stored).size).toBe(6)
    expect(stored.every(each => each.endsWith('delivered'))).toBe(true)
    expect(await rig.outbox.pending()).toEqual([])
  })

  test('a host starts without an outbox that can be read', async () => {
    const rig = openHostRig()
    rig.outbox.fail('all')
    const host = await rig.start('host')
    await rig.live(3_000, WARN, host)
    expect(host.sent('ntfy')).toEqual(['firing critical', 'firing warn'])
    expect(problems(host)).toEqual([`critical: ${FULL}`])
  })
})

describe('a critical alert that no channel takes', () => {
  const dead = { kind: 'retry', why: 'HTTP 503', afterMs: null } as const

  test('is reported after 60 s, and no longer once a channel takes it', async () => {
    const rig = openHostRig()
    for (const channel of ['ntfy', 'mail']) rig.notifier.always(channel, dead)
    const host = await rig.start('host')
    await rig.live(59_000, CRITICAL, host)
    expect(problems(host)).toEqual([])
    await rig.live(3_000, CRITICAL, host)
    const message = host.host.view().active.find(({ kind }) => kind === 'liquidation')?.message
    expect(problems(host)).toEqual([`critical: no channel took this alert: ${message}`])
    expect(host.shown).toEqual(['firing critical', 'firing critical'])
    rig.notifier.always('mail', null)
    await rig.live(65_000, CRITICAL, host)
    expect(problems(host)).toEqual([])
    expect(host.shown).toContain('resolved critical')
  })

  test('is no longer reported once it is acknowledged', async () => {
    const rig = openHostRig()
    for (const channel of ['ntfy', 'mail']) rig.notifier.always(channel, dead)
    const host = await rig.start('host')
    await rig.live(63_000, CRITICAL, host)
    expect(problems(host)).toHaveLength(1)
    const alert = host.host.view().active.find(({ kind }) => kind === 'liquidation')
    host.host.acknowledge(alert?.id ?? '')
    await rig.live(2_000, CRITICAL, host)
    expect(problems(host)).toEqual([])
  })

  test('is not reported if it was acknowledged before', async () => {
    const rig = openHostRig()
    for (const channel of ['ntfy', 'mail']) rig.notifier.always(channel, dead)
    const host = await rig.start('host')
    await rig.live(5_000, CRITICAL, host)
    host.host.acknowledge(null)
    await rig.live(70_000, CRITICAL, host)
    expect(problems(host)).toEqual([])
    expect(host.shown).toEqual(['firing critical'])
  })

  test('is reported until it is acknowledged if it is about an event', async () => {
    const rig = openHostRig()
    for (const channel of ['ntfy', 'mail']) rig.notifier.always(channel, dead)
    const rule = defaultRule('position', { level: 'critical' })
    const host = await rig.start('host', { rules: [rule] })
    await host.slide(SAFE)
    await host.dispatch(endedAt(rig.clock.nowMs(), 'stop-loss'))
    await rig.clock.advance(65_000)
    expect(problems(host)).toHaveLength(1)
    await rig.clock.advance(60_000)
    expect(problems(host)).toHaveLength(1)
    host.host.acknowledge(null)
    await rig.clock.advance(3_000)
    expect(problems(host)).toEqual([])
  })
})

describe('a request of another process', () => {
  test('acknowledges within 1 s', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(3_000, CRITICAL, host)
    const [alert] = host.host.view().active
    await rig.outbox.request({ kind: 'acknowledge', alertId: alert?.id ?? '', by: 'axisor alerts' })
    await rig.clock.advance(1_000)
    expect(host.active()).toEqual(['critical acknowledged'])
    expect(await rig.outbox.requests()).toEqual([])
    await rig.live(130_000, CRITICAL, host)
    expect(host.sent('ntfy')).toEqual(['firing critical'])
  })

  test('snoozes until its time of the wall clock', async () => {
    const rig = openHostRig()
    rig.clock.setBack(3_600_000)
    const host = await rig.start('host')
    await rig.live(2_000, SAFE, host)
    const until = rig.clock.toWall(rig.clock.nowMs()) + 10_000
    await rig.outbox.request({ kind: 'snooze', rule: 'liquidation', until, by: 'axisor alerts' })
    await rig.clock.advance(1_000)
    await rig.live(8_000, WARN, host)
    expect([host.sent('ntfy'), host.active()]).toEqual([[], ['warn firing']])
    await rig.live(3_000, WARN, host)
    expect(host.sent('ntfy')).toEqual(['firing warn'])
  })

  test('survives a crash before the state that contains it is stored', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(3_000, CRITICAL, first)
    const [alert] = first.host.view().active
    await rig.outbox.request({ kind: 'acknowledge', alertId: alert?.id ?? '', by: 'axisor alerts' })
    rig.outbox.fail('write')
    await rig.clock.advance(1_000)
    expect(first.active()).toContain('critical acknowledged')
    first.kill()
    rig.outbox.fail('nothing')
    await rig.clock.advance(8_000)
    const second = await rig.start('second')
    await second.dispatch(longAt(rig.clock.nowMs(), CRITICAL))
    await rig.live(1_000, CRITICAL, second)
    expect(second.active()).toEqual(['critical acknowledged'])
    expect(await rig.outbox.requests()).toEqual([])
  })

  test('waits for the next host if none runs', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(3_000, CRITICAL, first)
    const closing = first.host.close()
    await rig.clock.settle()
    await closing
    await rig.outbox.request({ kind: 'acknowledge', alertId: null, by: 'axisor alerts' })
    const second = await rig.start('second')
    await rig.live(130_000, CRITICAL, second)
    expect(second.active()).toEqual(['critical acknowledged'])
    expect(second.sent('ntfy')).toEqual([])
  })
})
