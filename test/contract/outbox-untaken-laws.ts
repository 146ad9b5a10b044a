import { expect } from 'vitest'
import type { Outbox } from '../../src/ports/outbox.ts'
import { NOTICED_AT as AT, attemptOf, noticeOf, queuedNotice } from '../support/notices.ts'

const eventOf = (id: string, alertId: string, at = AT) =>
  queuedNotice(noticeOf(id, { alertId, event: 'event', at }), ['ntfy', 'mail'])

/** Tests of what an outbox knows about notices that no channel has taken. */
export function describeUntakenLaws(
  law: (title: string, body: (outbox: Outbox) => Promise<void>) => void,
): void {
  law(
    'finds the newest notice of each alert that no channel has taken or will take, oldest first',
    async outbox => {
      const fail = async (id: string, ...channels: readonly string[]) => {
        for (const channel of channels)
          await outbox.record(attemptOf(id, channel, { state: 'failed', why: 'HTTP 401' }))
      }
      const [lost, waiting, again] = [
        eventOf('n-lost', 'lost'),
        eventOf('n-waits', 'waits'),
        eventOf('n-2', 'twice'),
      ]
      const notices = [eventOf('n-1', 'twice'), lost, waiting, eventOf('n-half', 'half'), again]
      const silent = queuedNotice(noticeOf('n-silent'), [])
      await outbox.commit({ engine: '{}', notices: [...notices, silent, eventOf('n-old', 'old', AT - 1)] })
      for (const id of ['n-1', 'n-lost', 'n-old']) await fail(id, 'ntfy', 'mail')
      await fail('n-waits', 'ntfy')
      await fail('n-half', 'mail')
      await outbox.record(attemptOf('n-half', 'ntfy'))
      const endedAt = AT + 140
      expect(await outbox.untaken(AT)).toEqual([{ notice: lost.notice, endedAt, isRefused: true }])
      await fail('n-2', 'ntfy', 'mail')
      await outbox.record(attemptOf('n-waits', 'mail', { state: 'expired', startedAt: AT + 500, tookMs: 0 }))
      expect(await outbox.untaken(AT)).toEqual([
        { notice: lost.notice, endedAt, isRefused: true },
        { notice: waiting.notice, endedAt: AT + 500, isRefused: true },
        { notice: again.notice, endedAt, isRefused: true },
      ])
      const third = eventOf('n-3', 'twice')
      await outbox.commit({ engine: '{}', notices: [third] })
      expect((await outbox.untaken(AT)).map(({ notice }) => notice.id)).toEqual(['n-lost', 'n-waits'])
      for (const channel of ['ntfy', 'mail'])
        await outbox.record(attemptOf('n-3', channel, { state: 'expired', why: 'too late' }))
      expect((await outbox.untaken(AT)).at(-1)).toMatchObject({ notice: third.notice, isRefused: false })
    },
  )

  law('knows which channels have taken a notice of an alert', async outbox => {
    await outbox.commit({ engine: '{}', notices: [eventOf('n-1', 'a-1'), eventOf('n-2', 'a-1')] })
    await outbox.record(attemptOf('n-1', 'ntfy', { state: 'failed', why: 'HTTP 401' }))
    await outbox.record(
      attemptOf('n-1', 'mail', { state: 'pending', nextAttemptAt: AT + 2_000, why: 'HTTP 503' }),
    )
    const taken = () => Promise.all(['ntfy', 'mail'].map(channel => outbox.hasTaken('a-1', channel)))
    expect(await taken()).toEqual([false, false])
    await outbox.record(attemptOf('n-2', 'mail'))
    expect(await taken()).toEqual([false, true])
    expect(await outbox.hasTaken('a-2', 'mail')).toBe(false)
  })
}
