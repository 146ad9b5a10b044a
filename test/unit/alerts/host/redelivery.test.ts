import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DeliveringHostDeps } from '../../../../src/alerts/host/delivering-host-deps.ts'
import { endedAt } from '../../../support/alert-ends.ts'
import { defaultRule, flatAt } from '../../../support/alert-rig.ts'
import { type HostProcess, type HostRig, openHostRig } from '../../../support/host-rig.ts'
import { type Behavior, busy, channelsOf, refused } from '../../../support/scripted-notifier.ts'

const SAFE = 0.2
const CHANNELS = ['ntfy', 'mail']
const HOUR = 3_600_000

function setAll(rig: HostRig, behavior: Parameters<HostRig['notifier']['always']>[1]): void {
  for (const channel of CHANNELS) rig.notifier.always(channel, behavior)
}

/** Starts a host and ends the sample long, while the channels behave as set. */
async function stoppedOut(rig: HostRig, over: Partial<DeliveringHostDeps> = {}): Promise<HostProcess> {
  const host = await rig.start('first', over)
  // What an earlier host left is sent by then.
  await rig.clock.advance(2_000)
  await host.slide(SAFE)
  await host.dispatch(endedAt(rig.clock.nowMs(), 'stop-loss'))
  await rig.clock.advance(2_000)
  return host
}

/** Kills a host, waits, and starts another one, whose account has no position. */
async function restarted(
  rig: HostRig,
  host: HostProcess,
  afterMs: number,
  over: Partial<DeliveringHostDeps> = {},
): Promise<HostProcess> {
  host.kill()
  await rig.clock.jump(afterMs)
  const again = await rig.start('again', over)
  await again.dispatch(flatAt(rig.clock.nowMs()))
  await rig.clock.advance(5_000)
  return again
}

/** Ids of the notices about the end of the position that a channel has taken. */
const takenBy = (rig: HostRig, channel: string) =>
  rig.notifier.taken
    .filter(each => each.channel === channel && each.noticeId.startsWith('position'))
    .map(({ noticeId }) => noticeId)

/** Outcomes of the deliveries to a channel, newest first: `STATE WHY`. */
const logOf = async (rig: HostRig, channel: string) =>
  (await rig.outbox.log(500))
    .filter(each => each.channel === channel && each.state !== 'pending')
    .map(({ state, why }) => (why === null ? state : `${state} ${why}`))

describe('a single event that every channel refused', () => {
  test('is sent by the next host with the time of the event, and by none after it', async () => {
    const rig = openHostRig()
    setAll(rig, refused())
    const first = await stoppedOut(rig)
    const [event] = await rig.outbox.untaken(0)
    setAll(rig, null)
    const second = await restarted(rig, first, HOUR)
    expect(second.sent('ntfy').filter(what => what.startsWith('event'))).toEqual(['event warn'])
    const [id = ''] = takenBy(rig, 'ntfy')
    expect(takenBy(rig, 'mail')).toEqual([id])
    const sent = (await rig.outbox.log(9)).find(({ noticeId }) => noticeId === id)
    expect(sent?.notice).toEqual({ ...event?.notice, id })
    const third = await restarted(rig, second, HOUR)
    await restarted(rig, third, HOUR)
    expect(takenBy(rig, 'ntfy')).toEqual([id])
  })

  test('is not sent again if one channel has taken it', async () => {
    const rig = openHostRig()
    rig.notifier.always('ntfy', refused())
    const first = await stoppedOut(rig)
    setAll(rig, null)
    await restarted(rig, first, HOUR)
    expect([takenBy(rig, 'ntfy').length, takenBy(rig, 'mail').length]).toEqual([0, 1])
  })

  test('is sent again once a channel takes another notice', async () => {
    const rig = openHostRig()
    for (const channel of CHANNELS) rig.notifier.script(channel, refused())
    const host = await stoppedOut(rig)
    expect(takenBy(rig, 'ntfy')).toEqual([])
    await rig.clock.advance(65_000)
    expect(host.sent('ntfy')).toContain('firing warn')
    expect([takenBy(rig, 'ntfy').length, takenBy(rig, 'mail').length]).toEqual([1, 1])
  })

  test('is sent again when the channels have changed', async () => {
    const rig = openHostRig()
    setAll(rig, refused())
    let channels = channelsOf('ntfy')
    const host = await stoppedOut(rig, { channels: () => channels })
    channels = channelsOf('slack')
    host.host.configure({ rules: [defaultRule('position')], heartbeat: null, problems: [] })
    await rig.clock.advance(2_000)
    expect(takenBy(rig, 'slack')).toHaveLength(1)
  })

  test('is given up after a day', async () => {
    const rig = openHostRig()
    setAll(rig, refused())
    const first = await stoppedOut(rig)
    setAll(rig, null)
    await restarted(rig, first, 25 * HOUR)
    expect(takenBy(rig, 'ntfy')).toEqual([])
  })

  test('is not sent if its rule is gone, muted or for no channel now', async () => {
    for (const rules of [[], [defaultRule('position', { channels: [] })], null]) {
      const rig = openHostRig()
      setAll(rig, refused())
      const first = await stoppedOut(rig)
      setAll(rig, null)
      const until = rig.clock.nowMs() + 10 * HOUR
      const snooze = { kind: 'snooze', rule: 'position', until, by: 'axisor alerts' } as const
      if (rules === null) await rig.outbox.request(snooze)
      await rig.clock.advance(1_000)
      await restarted(rig, first, HOUR, rules === null ? {} : { rules })
      expect(takenBy(rig, 'ntfy')).toEqual([])
    }
  })

  test('is tried by a host that is started again and again at most three times, and then every 10 minutes', async () => {
    const rig = openHostRig()
    setAll(rig, refused())
    let host = await stoppedOut(rig)
    for (let n = 0; n < 8; n++) host = await restarted(rig, host, 10_000)
    const attempts = async () => (await logOf(rig, 'ntfy')).filter(each => each.includes('401')).length
    expect(await attempts()).toBe(4)
    host = await restarted(rig, host, 600_000)
    expect(await attempts()).toBe(5)
    setAll(rig, null)
    await restarted(rig, host, 600_000)
    expect(takenBy(rig, 'ntfy')).toHaveLength(1)
  })

  test('of an urgent level stays a problem over a restart until a channel takes it', async () => {
    const rig = openHostRig()
    setAll(rig, refused())
    const rules = [defaultRule('position', { level: 'critical' })]
    const first = await stoppedOut(rig, { rules })
    expect(first.active()).toEqual(['critical firing'])
    const second = await restarted(rig, first, HOUR, { rules })
    expect(second.active()).toContain('critical firing')
    expect(second.shown).not.toContain('resolved critical')
    setAll(rig, null)
    const third = await restarted(rig, second, HOUR, { rules })
    expect(third.active()).not.toContain('critical firing')
    expect(third.sent('ntfy').slice(-2)).toEqual(['event critical', 'resolved critical'])
  })
})

test('the end of an alert that every channel refused is sent by the next host', async () => {
  const rig = openHostRig()
  setAll(rig, refused())
  const first = await rig.start('first')
  await rig.live(2_000, 0.02, first)
  await rig.live(2_000, SAFE, first)
  setAll(rig, null)
  const second = await rig.start('second')
  first.kill()
  await rig.clock.advance(12_000)
  await rig.live(2_000, SAFE, second)
  expect(second.sent('ntfy').filter(what => what === 'resolved critical')).toHaveLength(1)
  const end = rig.notifier.taken.find(({ noticeId }) => noticeId.startsWith('liquidation'))
  expect(end?.text).toBe('unannounced')
})

test('what fires is sent before events and ends that are sent again', async () => {
  const rig = openHostRig()
  setAll(rig, refused())
  const first = await rig.start('first')
  await rig.live(2_000, 0.02, first)
  await first.dispatch(endedAt(rig.clock.nowMs(), 'liquidation'))
  await rig.clock.advance(2_000)
  setAll(rig, null)
  const second = await restarted(rig, first, 10_000)
  const kinds = second.sent('ntfy')
  expect(kinds.indexOf('firing liquidated')).toBe(0)
  expect(kinds).toContain('resolved critical')
})

describe('a single event without a channel that can be used', () => {
  test('is recorded as failed, and sent by a host with the channel', async () => {
    const rig = openHostRig()
    const without = { channels: () => [], unusable: () => ['phone'] }
    const first = await stoppedOut(rig, without)
    expect(await logOf(rig, 'phone')).toEqual(["failed the channel phone can't be used now"])
    const second = await restarted(rig, first, 10_000, without)
    expect(await logOf(rig, 'phone')).toHaveLength(1)
    await restarted(rig, second, 10_000, { channels: () => channelsOf('phone') })
    expect(takenBy(rig, 'phone')).toHaveLength(1)
  })
})

describe('events that wait for a service', () => {
  test('are delivered after an outage of many hours, also by another host', async () => {
    const rig = openHostRig()
    setAll(rig, busy())
    const first = await stoppedOut(rig)
    const second = await restarted(rig, first, 10 * HOUR)
    setAll(rig, null)
    await rig.clock.jump(10 * HOUR)
    await rig.clock.advance(60_000)
    expect(takenBy(rig, 'ntfy')).toHaveLength(1)
    expect(second.sent('ntfy')).toContain('event warn')
  })
})

test('whatever the channels do and however often the host is killed, an event is taken under one id', async () => {
  const behavior = fc.constantFrom<Behavior | null>(refused(), busy(), 'hang', 'bug', null, {
    tookMs: 900,
    result: { kind: 'delivered' },
  })
  const step = fc.record({ ntfy: behavior, mail: behavior, livesMs: fc.nat(30_000), deadMs: fc.nat(900_000) })
  await fc.assert(
    fc.asyncProperty(behavior, behavior, fc.array(step, { maxLength: 8 }), async (ntfy, mail, steps) => {
      const rig = openHostRig()
      rig.notifier.always('ntfy', ntfy)
      rig.notifier.always('mail', mail)
      let host = await stoppedOut(rig)
      for (const { livesMs, deadMs, ...next } of steps) {
        for (const channel of ['ntfy', 'mail'] as const) rig.notifier.always(channel, next[channel])
        host = await restarted(rig, host, deadMs)
        await rig.clock.advance(livesMs)
      }
      setAll(rig, null)
      await restarted(rig, host, 700_000)
      await rig.clock.advance(90_000)
      expect(new Set(CHANNELS.flatMap(channel => takenBy(rig, channel))).size).toBe(1)
      for (const channel of CHANNELS)
        expect(takenBy(rig, channel).length).toBeLessThanOrEqual(1 + steps.length + 1)
    }),
    { numRuns: 60 },
  )
})
