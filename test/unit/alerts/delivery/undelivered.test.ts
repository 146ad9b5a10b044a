import { describe, expect, test } from 'vitest'
import { openDispatcherRig } from '../../../support/dispatcher-rig.ts'
import { noticeOf, queuedNotice } from '../../../support/notices.ts'
import { busy, DELIVERED, refused } from '../../../support/scripted-notifier.ts'

const MINUTE = 60_000

describe('an urgent notice', () => {
  test('is reported once if no channel has taken it within a minute', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    rig.notifier.always('ntfy', busy())
    rig.notifier.always('mail', 'hang')
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy', 'mail']))
    await rig.clock.advance(MINUTE - 1)
    expect(rig.undelivered).toEqual([])
    await rig.clock.advance(1)
    expect(rig.undelivered).toEqual(['n-1'])
    rig.dispatcher.wake()
    await rig.clock.advance(10 * MINUTE)
    expect(rig.undelivered).toEqual(['n-1'])
  })

  test('is not reported if one channel has taken it', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    rig.notifier.always('ntfy', busy())
    rig.notifier.script('mail', { tookMs: 9_000, result: DELIVERED })
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy', 'mail']))
    await rig.clock.advance(10 * MINUTE)
    expect(rig.undelivered).toEqual([])
  })

  test('is not reported if an earlier process has delivered it to one channel', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    rig.notifier.always('ntfy', busy())
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy', 'mail']))
    await rig.clock.settle()
    await rig.crash()
    rig.dispatcher.wake()
    await rig.clock.advance(10 * MINUTE)
    expect(rig.undelivered).toEqual([])
  })

  test('is reported at once when no channel is left', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', refused())
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy', 'gone']))
    await rig.clock.settle()
    expect(rig.undelivered).toEqual(['n-1'])
    await rig.clock.advance(2 * MINUTE)
    expect(rig.undelivered).toEqual(['n-1'])
  })

  test('is reported by the host that delivers only', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.always('ntfy', busy())
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.settle()
    rig.isHolder = false
    await rig.clock.advance(2 * MINUTE)
    expect(rig.undelivered).toEqual([])
    rig.isHolder = true
    rig.dispatcher.wake()
    await rig.clock.settle()
    expect(rig.undelivered).toEqual(['n-1'])
  })
})

test.each([
  ['warn', 'firing'],
  ['critical', 'resolved'],
  ['critical', 'test'],
] as const)('a notice with level %s and event %s is never reported as undelivered', async (level, event) => {
  const rig = openDispatcherRig(['ntfy'])
  rig.notifier.always('ntfy', busy())
  await rig.commit(queuedNotice(noticeOf('n-1', { level, event }), ['ntfy']))
  await rig.clock.advance(5 * MINUTE)
  expect(rig.undelivered).toEqual([])
})
