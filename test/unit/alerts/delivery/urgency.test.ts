import { describe, expect, test } from 'vitest'
import { openDispatcherRig } from '../../../support/dispatcher-rig.ts'
import { noticeOf, queuedNotice } from '../../../support/notices.ts'
import { busy } from '../../../support/scripted-notifier.ts'

const MINUTE = 60_000

describe('a queue of a channel', () => {
  test('sends an urgent notice a minute after a service requested an hour, and the others after the hour', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', busy(3_600_000), busy(3_600_000))
    await rig.commit(
      queuedNotice(noticeOf('info', { level: 'info', event: 'event' }), ['ntfy']),
      queuedNotice(noticeOf('warn', { level: 'warn' }), ['ntfy']),
    )
    await rig.clock.advance(10_000)
    await rig.commit(queuedNotice(noticeOf('critical'), ['ntfy']))
    await rig.clock.advance(2 * MINUTE)
    // The service refuses the urgent one once more.
    expect(rig.sent('ntfy')).toEqual(['info@0', 'critical@60000', 'critical@120000'])
    await rig.commit(queuedNotice(noticeOf('liquidated', { level: 'liquidated' }), ['ntfy']))
    await rig.clock.settle()
    expect(rig.sent('ntfy').at(-1)).toBe('liquidated@130000')
    await rig.clock.advance(60 * MINUTE)
    expect(rig.sent('ntfy').slice(-2)).toEqual(['info@3660000', 'warn@3660000'])
  })

  test('sends the most urgent alert first, and the notices of each alert in order', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', busy(5_000))
    await rig.commit(
      queuedNotice(noticeOf('info', { level: 'info', event: 'event' }), ['ntfy']),
      queuedNotice(noticeOf('x-1', { alertId: 'x', level: 'watch' }), ['ntfy']),
      queuedNotice(noticeOf('y-1', { alertId: 'y', event: 'resolved' }), ['ntfy']),
      queuedNotice(noticeOf('z-1', { alertId: 'z' }), ['ntfy']),
      queuedNotice(noticeOf('x-2', { alertId: 'x', level: 'liquidated', event: 'worse' }), ['ntfy']),
      queuedNotice(noticeOf('z-2', { alertId: 'z', event: 'resolved' }), ['ntfy']),
    )
    await rig.clock.advance(MINUTE)
    expect(rig.taken('ntfy')).toEqual(['x-1', 'x-2', 'z-1', 'info', 'y-1', 'z-2'])
  })

  test('retries at once for an urgent notice behind a mild one', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', ...Array.from({ length: 7 }, () => busy()))
    const mild = noticeOf('n-1', { level: 'watch' })
    await rig.commit(queuedNotice(mild, ['ntfy']))
    await rig.clock.advance(70_000)
    await rig.commit(queuedNotice(noticeOf('n-2', { at: rig.clock.nowMs() }), ['ntfy']))
    await rig.clock.settle()
    expect(rig.sent('ntfy').at(-1)).toBe('n-2@70000')
  })

  test('retries at once for an urgent notice behind a mild one of its alert', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', ...Array.from({ length: 7 }, () => busy()))
    const [mild, worse] = [
      noticeOf('n-1', { alertId: 'x', level: 'watch' }),
      noticeOf('n-2', { alertId: 'x', event: 'worse' }),
    ]
    await rig.commit(queuedNotice(mild, ['ntfy']))
    await rig.clock.advance(70_000)
    await rig.commit(queuedNotice(worse, ['ntfy']))
    await rig.clock.settle()
    expect(rig.sent('ntfy').slice(-2)).toEqual(['n-1@70000', 'n-2@70000'])
  })

  test('makes the last attempt of a mild notice while an urgent one waits for the service', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', busy(50_000), busy(50_000))
    const info = noticeOf('info', { level: 'info', event: 'event' })
    await rig.commit(queuedNotice(info, ['ntfy'], info.at + 30_000))
    await rig.clock.advance(1_000)
    await rig.commit(queuedNotice(noticeOf('critical'), ['ntfy']))
    await rig.clock.advance(2 * MINUTE)
    expect(rig.sent('ntfy')).toEqual(['info@0', 'info@29000', 'critical@79000'])
  })
})
