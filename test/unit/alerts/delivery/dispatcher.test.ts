import { describe, expect, test } from 'vitest'
import { openDispatcherRig } from '../../../support/dispatcher-rig.ts'
import { noticeOf, queuedNotice } from '../../../support/notices.ts'
import { busy, channelsOf, DELIVERED, refused } from '../../../support/scripted-notifier.ts'

const MINUTE = 60_000

describe('a dispatcher', () => {
  test('sends a committed notice without a timer and records it', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy', 'mail']))
    await rig.clock.settle()
    expect([rig.sent('ntfy'), rig.sent('mail')]).toEqual([['n-1@0'], ['n-1@0']])
    expect(await rig.ended()).toEqual({ 'n-1 ntfy': 'delivered', 'n-1 mail': 'delivered' })
    expect(rig.outcomes.map(({ state, why, tookMs }) => [state, why, tookMs])).toEqual([
      ['delivered', null, 0],
      ['delivered', null, 0],
    ])
    await rig.clock.advance(2 * MINUTE)
    expect(rig.undelivered).toEqual([])
    expect(rig.clock.pendingTimers()).toBe(0)
  })

  test('sends the notices of a channel in order, each after the last is recorded', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.always('ntfy', { tookMs: 100, result: DELIVERED })
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']), queuedNotice(noticeOf('n-2'), ['ntfy']))
    await rig.clock.advance(50)
    await rig.commit(queuedNotice(noticeOf('n-3'), ['ntfy']))
    await rig.clock.advance(1_000)
    expect(rig.sent('ntfy')).toEqual(['n-1@0', 'n-2@100', 'n-3@200'])
  })

  test('starts no attempt before the last one is recorded', async () => {
    const rig = openDispatcherRig(['ntfy'])
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']), queuedNotice(noticeOf('n-2'), ['ntfy']))
    rig.outbox.slow(300)
    await rig.clock.advance(1_000)
    expect(rig.sent('ntfy')).toEqual(['n-1@0', 'n-2@300'])
  })

  test('ignores what the outbox held before an attempt was recorded', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', { tookMs: 50, result: DELIVERED })
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.settle()
    rig.outbox.slow(40)
    await rig.clock.advance(30)
    rig.dispatcher.wake()
    await rig.clock.advance(30)
    rig.dispatcher.wake()
    await rig.clock.advance(1_000)
    expect(rig.sent('ntfy')).toEqual(['n-1@0'])
  })

  test('delays no channel by another that hangs', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    rig.notifier.always('ntfy', 'hang')
    for (const id of ['n-1', 'n-2', 'n-3']) {
      await rig.commit(queuedNotice(noticeOf(id), ['ntfy', 'mail']))
      await rig.clock.advance(10)
    }
    expect(rig.sent('mail')).toEqual(['n-1@0', 'n-2@10', 'n-3@20'])
    expect(rig.sent('ntfy')).toEqual(['n-1@0'])
  })

  test('gives up an attempt that hangs, and retries', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', 'hang')
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.advance(MINUTE)
    expect(rig.sent('ntfy')).toEqual(['n-1@0', 'n-1@13000'])
    expect(rig.outcomes.map(({ state, why }) => [state, why])).toEqual([
      ['pending', 'no result within the time limit'],
      ['delivered', null],
    ])
  })

  test('survives a bug of a channel as a failed attempt', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', 'bug')
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.advance(MINUTE)
    expect(rig.outcomes.map(({ why }) => why)).toEqual(['internal error (TypeError)', null])
  })

  test('doubles the delay of retries up to a minute', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', ...Array.from({ length: 9 }, () => busy(null, 'HTTP 503')))
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.advance(10 * MINUTE)
    const times = [0, 1, 3, 7, 15, 31, 63, 123, 183, 243].map(seconds => `n-1@${seconds * 1_000}`)
    expect(rig.sent('ntfy')).toEqual(times)
    const [last] = await rig.outbox.log(1)
    expect(last).toMatchObject({ state: 'delivered', number: 10 })
  })

  test('waits as long as the service requests, also with the next notice', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', busy(90_000), busy(61_000))
    const info = noticeOf('n-1', { level: 'info', event: 'event' })
    await rig.commit(queuedNotice(info, ['ntfy'], info.at + 30_000))
    await rig.commit(queuedNotice(noticeOf('n-2', { level: 'warn' }), ['ntfy']))
    await rig.clock.advance(5 * MINUTE)
    // The first one is tried once more before its deadline.
    expect(rig.sent('ntfy')).toEqual(['n-1@0', 'n-1@29000', 'n-2@90000'])
  })

  test('ends a delivery at its deadline and goes on with the next', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.always('ntfy', busy())
    const info = noticeOf('n-1', { level: 'info', event: 'event' })
    const warn = noticeOf('n-2', { level: 'warn' })
    await rig.commit(queuedNotice(info, ['ntfy'], info.at + 10_000), queuedNotice(warn, ['ntfy']))
    await rig.clock.advance(9_500)
    expect(await rig.ended()).toEqual({ 'n-1 ntfy': 'expired' })
    expect(rig.sent('ntfy').slice(0, 6)).toEqual([
      'n-1@0',
      'n-1@1000',
      'n-1@3000',
      'n-1@7000',
      'n-1@9000',
      'n-2@9000',
    ])
    rig.notifier.always('ntfy', null)
    await rig.clock.advance(2 * MINUTE)
    expect(rig.taken('ntfy')).toEqual(['n-2'])
  })

  test('attempts nothing after the deadline', async () => {
    const rig = openDispatcherRig(['ntfy'])
    const late = noticeOf('n-1', { level: 'info' })
    await rig.commit(queuedNotice(late, ['ntfy'], late.at - 1))
    await rig.clock.settle()
    expect(rig.sent('ntfy')).toEqual([])
    expect(rig.outcomes).toMatchObject([{ state: 'expired', why: 'the deadline has passed', tookMs: 0 }])
  })

  test('records a permanent failure and goes on at once', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', refused())
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']), queuedNotice(noticeOf('n-2'), ['ntfy']))
    await rig.clock.settle()
    expect(await rig.ended()).toEqual({ 'n-1 ntfy': 'failed', 'n-2 ntfy': 'delivered' })
    expect(rig.outcomes[0]?.why).toBe('HTTP 401 invalid token')
  })

  test('fails deliveries of a channel that was removed', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    rig.notifier.script('ntfy', busy())
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy', 'mail']))
    await rig.clock.settle()
    rig.channels = channelsOf('mail')
    await rig.clock.advance(2_000)
    expect(await rig.ended()).toEqual({ 'n-1 ntfy': 'failed', 'n-1 mail': 'delivered' })
    expect(rig.outcomes.at(-1)?.why).toBe('the channel ntfy was removed')
  })

  test('skips an update that a newer one replaces while its channel fails', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.always('ntfy', busy())
    const of = (id: string, event: 'firing' | 'worse' | 'repeat' | 'resolved', alertId = 'a-1') =>
      queuedNotice(noticeOf(id, { alertId, event }), ['ntfy'])
    await rig.commit(of('n-1', 'firing'), of('n-2', 'worse'), of('x-1', 'worse', 'a-2'), of('n-3', 'repeat'))
    await rig.clock.settle()
    expect(rig.outcomes.map(({ noticeId, why }) => [noticeId, why])).toEqual([
      ['n-1', 'HTTP 429'],
      ['n-2', 'replaced by a newer notice'],
    ])
    await rig.commit(of('n-4', 'resolved'))
    await rig.clock.settle()
    rig.notifier.always('ntfy', null)
    await rig.clock.advance(MINUTE)
    expect(rig.taken('ntfy')).toEqual(['n-1', 'x-1', 'n-4'])
  })

  test('waits at its end for attempts in flight, up to a limit', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    rig.notifier.script('ntfy', { tookMs: 500, result: DELIVERED })
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']), queuedNotice(noticeOf('n-2'), ['ntfy']))
    await rig.clock.settle()
    let closed = 0
    const close = (limitMs: number) =>
      void rig.dispatcher.close(limitMs).then(() => {
        closed += 1
      })
    close(1_000)
    await rig.clock.advance(499)
    expect(closed).toBe(0)
    await rig.clock.advance(1)
    expect([closed, await rig.ended()]).toEqual([1, { 'n-1 ntfy': 'delivered' }])
    await rig.crash()
    rig.notifier.script('ntfy', 'hang')
    rig.dispatcher.wake()
    await rig.clock.settle()
    close(1_000)
    await rig.clock.advance(1_000)
    expect(closed).toBe(2)
    await rig.clock.advance(MINUTE)
    expect(rig.sent('ntfy')).toHaveLength(2)
    expect((await rig.outbox.pending()).map(({ attempts }) => attempts)).toEqual([0])
  })

  test('goes on after a restart where the last process stopped, with its backoff', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.always('ntfy', busy(30_000))
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.settle()
    await rig.crash()
    rig.dispatcher.wake()
    await rig.clock.advance(29_999)
    expect(rig.sent('ntfy')).toEqual(['n-1@0'])
    rig.notifier.always('ntfy', null)
    await rig.clock.advance(1)
    expect(rig.taken('ntfy')).toEqual(['n-1'])
  })

  test('counts the failures of an earlier process', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.always('ntfy', busy())
    await rig.commit(queuedNotice(noticeOf('n-1', { level: 'warn' }), ['ntfy']))
    await rig.clock.advance(7_000)
    await rig.crash()
    rig.dispatcher.wake()
    await rig.clock.advance(60_000)
    expect(rig.sent('ntfy').slice(3)).toEqual(['n-1@7000', 'n-1@15000', 'n-1@31000', 'n-1@63000'])
  })

  test('does not wait for hours after a restart if the wall clock was set back', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', busy(1_000))
    await rig.commit(queuedNotice(noticeOf('n-1'), ['ntfy']))
    await rig.clock.settle()
    rig.clock.setBack(86_400_000)
    await rig.clock.advance(1_000)
    expect(rig.taken('ntfy')).toEqual(['n-1'])
    rig.notifier.script('ntfy', busy(1_000))
    await rig.commit(queuedNotice(noticeOf('n-2'), ['ntfy']))
    await rig.clock.settle()
    await rig.crash()
    rig.clock.setBack(86_400_000)
    rig.dispatcher.wake()
    await rig.clock.advance(60 * MINUTE)
    expect(rig.taken('ntfy')).toEqual(['n-1', 'n-2'])
  })
})
