import { describe, expect, test } from 'vitest'
import { DEFAULT_RULES } from '../../../../src/domain/alerts/rule.ts'
import { endedAt } from '../../../support/alert-ends.ts'
import { flatAt } from '../../../support/alert-rig.ts'
import { type HostProcess, type HostRig, openHostRig } from '../../../support/host-rig.ts'
import { refused } from '../../../support/scripted-notifier.ts'

const SAFE = 0.2
const CRITICAL = 0.02
const MINUTE = 60_000

function setAll(rig: HostRig, behavior: Parameters<HostRig['notifier']['always']>[1]): void {
  for (const channel of ['ntfy', 'mail']) rig.notifier.always(channel, behavior)
}

/** A host whose only channel for positions has refused the end of the sample long. Mail takes all other notices. */
async function refusedEvent(rig: HostRig): Promise<HostProcess> {
  rig.notifier.always('ntfy', refused())
  const rules = DEFAULT_RULES.map(rule => ({
    ...rule,
    channels: [rule.name === 'position' ? 'ntfy' : 'mail'],
  }))
  const host = await rig.start('first', { rules })
  await rig.clock.advance(2_000)
  await host.slide(SAFE)
  await host.dispatch(endedAt(rig.clock.nowMs(), 'stop-loss'))
  await rig.clock.advance(2_000)
  return host
}

/** Mail takes two notices: data is old, and fresh again. */
async function otherNotices(rig: HostRig, host: HostProcess): Promise<void> {
  await rig.clock.advance(MINUTE)
  await host.dispatch(flatAt(rig.clock.nowMs()))
  await rig.clock.advance(2_000)
}

const takenEvents = (rig: HostRig): number =>
  rig.notifier.taken.filter(({ noticeId }) => noticeId.startsWith('position')).length

describe('a single event that is not sent again at once', () => {
  test('is sent by the same host ten minutes after the last attempt', async () => {
    const rig = openHostRig()
    const host = await refusedEvent(rig)
    const tries = (): number => rig.notifier.sent.filter(({ channel }) => channel === 'ntfy').length
    for (let n = 0; n < 4; n++) await otherNotices(rig, host)
    expect(tries()).toBe(4)
    rig.notifier.always('ntfy', null)
    for (let n = 0; n < 5; n++) await otherNotices(rig, host)
    expect(tries()).toBe(4)
    for (let n = 0; n < 6; n++) await otherNotices(rig, host)
    expect([tries(), takenEvents(rig)]).toEqual([5, 1])
  })

  test('is sent by the same host once its rule is no longer muted', async () => {
    const rig = openHostRig()
    const host = await refusedEvent(rig)
    const until = rig.clock.nowMs() + 5 * MINUTE
    await rig.outbox.request({ kind: 'snooze', rule: 'position', until, by: 'axisor alerts' })
    await rig.clock.advance(1_000)
    rig.notifier.always('ntfy', null)
    for (let n = 0; n < 3; n++) await otherNotices(rig, host)
    expect(takenEvents(rig)).toBe(0)
    for (let n = 0; n < 3; n++) await otherNotices(rig, host)
    expect(takenEvents(rig)).toBe(1)
  })

  test('is sent once the outbox can be read again', async () => {
    const rig = openHostRig()
    const host = await refusedEvent(rig)
    rig.notifier.always('ntfy', null)
    rig.outbox.fail('all')
    await otherNotices(rig, host)
    expect(takenEvents(rig)).toBe(0)
    rig.outbox.fail('nothing')
    await otherNotices(rig, host)
    expect(takenEvents(rig)).toBe(1)
  })
})

test('the end of an alert is not sent again while the alert fires again', async () => {
  const rig = openHostRig()
  setAll(rig, refused())
  const first = await rig.start('first')
  await rig.live(2_000, CRITICAL, first)
  await rig.live(2_000, SAFE, first)
  first.kill()
  setAll(rig, null)
  await rig.clock.jump(MINUTE)
  const second = await rig.start('second')
  await rig.live(5_000, CRITICAL, second)
  expect(second.sent('ntfy')).toEqual(['firing critical'])
  await rig.live(5_000, SAFE, second)
  expect(second.sent('ntfy')).toEqual(['firing critical', 'resolved critical', 'resolved critical'])
})
