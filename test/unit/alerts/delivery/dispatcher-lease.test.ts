import { describe, expect, test } from 'vitest'
import { openDispatcherRig } from '../../../support/dispatcher-rig.ts'
import { noticeOf, queuedNotice } from '../../../support/notices.ts'
import { busy, DELIVERED } from '../../../support/scripted-notifier.ts'

const MINUTE = 60_000

describe('a dispatcher whose host loses the lease', () => {
  test('starts no attempt without the lease, and goes on with what the outbox holds after it', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', { tookMs: 500, result: DELIVERED })
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']), queuedNotice(noticeOf('n-2'), ['ntfy']))
    await rig.clock.advance(100)
    rig.isHolder = false
    rig.dispatcher.wake()
    await rig.clock.advance(MINUTE)
    expect(rig.sent('ntfy')).toEqual(['n-1@0'])
    expect(await rig.ended()).toEqual({ 'n-1 ntfy': 'delivered' })
    // The other host has delivered this one.
    await rig.outbox.record({
      noticeId: 'n-2',
      channel: 'ntfy',
      startedAt: 0,
      tookMs: 0,
      state: 'delivered',
      nextAttemptAt: null,
      why: null,
    })
    await rig.commit(queuedNotice(noticeOf('n-3'), ['ntfy']))
    rig.isHolder = true
    rig.dispatcher.wake()
    await rig.clock.settle()
    expect(rig.sent('ntfy')).toEqual(['n-1@0', `n-3@${MINUTE + 100}`])
  })

  test('repeats nothing when the lease returns while an attempt is in flight', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', { tookMs: 500, result: DELIVERED })
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.advance(100)
    rig.isHolder = false
    rig.dispatcher.wake()
    await rig.clock.advance(100)
    rig.isHolder = true
    rig.dispatcher.wake()
    await rig.clock.advance(MINUTE)
    expect(rig.sent('ntfy')).toEqual(['n-1@0'])
  })

  test('keeps its backoff when the lease returns while an attempt is in flight', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', busy(), { tookMs: 500, result: busy() })
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.advance(1_100)
    for (const isHolder of [false, true]) {
      rig.isHolder = isHolder
      rig.dispatcher.wake()
      await rig.clock.settle()
    }
    await rig.clock.advance(MINUTE)
    expect(rig.sent('ntfy')).toEqual(['n-1@0', 'n-1@1000', 'n-1@3500'])
  })

  test('goes on without a call of its host when the lease was lost for a moment', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', { tookMs: 500, result: DELIVERED })
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']), queuedNotice(noticeOf('n-2'), ['ntfy']))
    await rig.clock.advance(400)
    rig.isHolder = false
    await rig.clock.advance(200)
    rig.isHolder = true
    await rig.clock.advance(2_000)
    expect(rig.taken('ntfy')).toEqual(['n-1', 'n-2'])
    expect(rig.clock.pendingTimers()).toBe(0)
  })
})
