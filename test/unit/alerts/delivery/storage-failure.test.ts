import { describe, expect, test } from 'vitest'
import { openDispatcherRig } from '../../../support/dispatcher-rig.ts'
import { noticeOf, queuedNotice } from '../../../support/notices.ts'
import { busy } from '../../../support/scripted-notifier.ts'

const FULL = 'cannot use the database a.db: the disk is full'
const N1 = queuedNotice(noticeOf('n-1'), ['ntfy', 'mail'])
const N2 = queuedNotice(noticeOf('n-2', { at: N1.notice.at + 5 }), ['ntfy'])

describe('with an outbox that fails', () => {
  test('delivers from memory, and does not repeat it when the notice is committed later', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    rig.outbox.fail('write')
    rig.dispatcher.submitUnstored([N1])
    rig.dispatcher.submitUnstored([N1])
    expect([rig.sent('ntfy'), rig.sent('mail')]).toEqual([['n-1@0'], ['n-1@0']])
    await rig.clock.settle()
    rig.dispatcher.submitUnstored([N1])
    await rig.clock.advance(5_000)
    expect(rig.storageErrors).toEqual([FULL])
    rig.outbox.fail('nothing')
    await rig.commit(N1, N2)
    await rig.clock.advance(5_000)
    expect([rig.taken('ntfy'), rig.taken('mail')]).toEqual([['n-1', 'n-2'], ['n-1']])
    expect(rig.storageErrors).toEqual([FULL, null])
    expect(await rig.ended()).toEqual({
      'n-1 ntfy': 'delivered',
      'n-1 mail': 'delivered',
      'n-2 ntfy': 'delivered',
    })
  })

  test('goes on in memory with a delivery that is committed while it is retried', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', busy(), busy(), busy())
    rig.outbox.fail('all')
    rig.dispatcher.submitUnstored([N2])
    await rig.clock.advance(2_500)
    rig.outbox.fail('nothing')
    await rig.commit(N2)
    await rig.clock.advance(60_000)
    expect(rig.sent('ntfy')).toEqual(['n-2@0', 'n-2@1000', 'n-2@3000', 'n-2@7000'])
    expect(await rig.ended()).toEqual({ 'n-2 ntfy': 'delivered' })
  })

  test('records later what it could not record, and sends nothing twice', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', busy())
    await rig.outbox.commit({ engine: '{}', notices: [N1, N2] })
    rig.outbox.fail('write')
    rig.dispatcher.wake()
    await rig.clock.advance(30_000)
    expect(rig.taken('ntfy')).toEqual(['n-1', 'n-2'])
    expect(await rig.ended()).toEqual({})
    rig.outbox.fail('nothing')
    await rig.clock.advance(2_000)
    expect(await rig.ended()).toEqual({
      'n-1 ntfy': 'delivered',
      'n-2 ntfy': 'delivered',
      'n-1 mail': 'failed',
    })
    expect((await rig.outbox.log(10)).map(({ noticeId, number }) => `${noticeId} ${number}`)).toHaveLength(4)
    expect(rig.taken('ntfy')).toEqual(['n-1', 'n-2'])
    expect(rig.storageErrors).toEqual([FULL, null])
    expect(rig.clock.pendingTimers()).toBe(0)
  })

  test('delivers from memory when a read that was running fails', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    rig.outbox.slow(100)
    rig.dispatcher.wake()
    rig.outbox.fail('all')
    rig.dispatcher.submitUnstored([N2])
    await rig.clock.settle()
    expect(rig.sent('ntfy')).toEqual([])
    await rig.clock.advance(100)
    expect(rig.sent('ntfy')).toEqual(['n-2@100'])
  })

  test('records a failed attempt as soon as it works again', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.script('ntfy', { tookMs: 500, result: busy(60_000) })
    await rig.commit(N2)
    await rig.clock.settle()
    rig.outbox.fail('write')
    await rig.clock.advance(10_000)
    expect(rig.storageErrors).toEqual([FULL])
    rig.outbox.fail('nothing')
    await rig.clock.advance(2_000)
    expect(await rig.outbox.log(5)).toMatchObject([{ state: 'pending', number: 1, tookMs: 500 }])
    expect(rig.storageErrors).toEqual([FULL, null])
  })

  test('records each attempt once after hours on a full disk', async () => {
    const rig = openDispatcherRig(['ntfy'])
    const many = Array.from({ length: 30 }, (_, i) => queuedNotice(noticeOf(`n-${i}`), ['ntfy']))
    await rig.outbox.commit({ engine: '{}', notices: many })
    rig.outbox.fail('write')
    rig.dispatcher.wake()
    await rig.clock.advance(3_600_000)
    const writes: string[] = []
    const { record } = rig.outbox
    Object.assign(rig.outbox, {
      record(attempt: Parameters<typeof record>[0]) {
        writes.push(attempt.noticeId)
        return record(attempt)
      },
    })
    rig.outbox.fail('nothing')
    await rig.clock.advance(5_000)
    expect(writes).toEqual(many.map(({ notice }) => notice.id))
    expect(await rig.outbox.pending()).toEqual([])
  })

  test('reports that it works only when it can be written again', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.outbox.fail('all')
    rig.dispatcher.submitUnstored([N2])
    rig.dispatcher.wake()
    await rig.clock.advance(5_000)
    rig.outbox.fail('write')
    await rig.clock.advance(5_000)
    expect(rig.storageErrors).toEqual([FULL])
  })

  test('reads it again until it works, without a call of its host', async () => {
    const rig = openDispatcherRig(['ntfy', 'mail'])
    await rig.outbox.commit({ engine: '{}', notices: [N1] })
    rig.outbox.fail('all')
    rig.dispatcher.wake()
    await rig.clock.advance(10_000)
    expect([rig.sent('ntfy'), rig.storageErrors]).toEqual([[], [FULL]])
    rig.outbox.fail('nothing')
    await rig.clock.advance(2_000)
    expect(rig.sent('ntfy')).toEqual(['n-1@12000'])
    expect(rig.storageErrors).toEqual([FULL, null])
  })

  test('reports an urgent notice that no channel takes', async () => {
    const rig = openDispatcherRig(['ntfy'])
    rig.notifier.always('ntfy', busy())
    rig.outbox.fail('all')
    rig.dispatcher.submitUnstored([N2])
    await rig.clock.advance(60_005)
    expect(rig.undelivered).toEqual(['n-2'])
  })
})
