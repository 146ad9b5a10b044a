import { describe, expect, test } from 'vitest'
import type { Outbox, PendingDelivery, PendingRequest, QueuedNotice } from '../../src/ports/outbox.ts'
import { NOTICED_AT as AT, attemptOf, noticeOf, queuedNotice } from '../support/notices.ts'
import { describeLeaseLaws } from './outbox-lease-laws.ts'
import { describeUntakenLaws } from './outbox-untaken-laws.ts'

/** One outbox, empty at first, which can be opened several times, as by several processes. */
export interface OutboxRig {
  open(): Promise<Outbox>
  close(): Promise<void>
}

const ENGINE = JSON.stringify({ firing: ['a-1'] })

const FIRST = queuedNotice(noticeOf('n-1', { alertId: 'a-1' }), ['ntfy', 'mail'])
const SECOND = queuedNotice(noticeOf('n-2', { alertId: 'a-1', event: 'worse', at: AT + 5 }), ['mail'])

const RETRY = { state: 'pending', nextAttemptAt: AT + 2_000, why: 'HTTP 503' } as const

function fresh({ notice, expiresAt }: QueuedNotice, channel: string): PendingDelivery {
  return { notice, channel, attempts: 0, nextAttemptAt: 0, expiresAt }
}

const numbersOf = (found: readonly PendingRequest[]) => found.map(({ number }) => number)

const keys = (pending: readonly PendingDelivery[]) =>
  pending.map(({ notice, channel }) => `${notice.id} ${channel}`)

/** Tests of an outbox, for each engine. */
export function describeOutboxLaws(name: string, openRig: () => Promise<OutboxRig>): void {
  const law = (title: string, body: (outbox: Outbox, rig: OutboxRig) => Promise<void>): void => {
    test(title, async () => {
      const rig = await openRig()
      try {
        const outbox = await rig.open()
        await body(outbox, rig)
        await outbox.close()
      } finally {
        await rig.close()
      }
    })
  }

  /** The effect of a change on the revision. */
  async function growth(outbox: Outbox, change: () => Promise<unknown>): Promise<number> {
    const before = await outbox.revision()
    await change()
    return (await outbox.revision()) - before
  }

  describe(`an outbox ${name}`, () => {
    law('is empty at first', async outbox => {
      expect(await outbox.engine()).toBeNull()
      expect(await outbox.pending()).toEqual([])
      expect(await outbox.summaries(0)).toEqual([])
      expect(await outbox.log(10)).toEqual([])
      expect(await outbox.requests()).toEqual([])
      expect(await outbox.readLease(AT)).toBeNull()
    })

    law('stores a commit with its engine state and one delivery per channel, oldest first', async outbox => {
      await outbox.commit({ engine: ENGINE, notices: [FIRST, SECOND] })
      const third = queuedNotice(noticeOf('n-0'), ['ntfy'])
      await outbox.commit({ engine: '{}', notices: [third] })
      expect(await outbox.engine()).toBe('{}')
      expect(await outbox.pending()).toEqual([
        fresh(FIRST, 'ntfy'),
        fresh(FIRST, 'mail'),
        fresh(SECOND, 'mail'),
        fresh(third, 'ntfy'),
      ])
    })

    law('ignores notices that it knows, also finished ones, and takes the others', async outbox => {
      await outbox.commit({ engine: ENGINE, notices: [FIRST] })
      await outbox.record(attemptOf('n-1', 'ntfy'))
      const changed = { ...FIRST, channels: ['slack'], expiresAt: 0 }
      await outbox.commit({ engine: '2', notices: [changed, SECOND, FIRST] })
      expect(await outbox.engine()).toBe('2')
      expect(await outbox.pending()).toEqual([fresh(FIRST, 'mail'), fresh(SECOND, 'mail')])
    })

    law('stores nothing of a commit that fails', async outbox => {
      await outbox.commit({ engine: ENGINE, notices: [FIRST] })
      // A value that no engine can bind, as the last part of the commit.
      const broken = { ...SECOND, expiresAt: {} as unknown as number, channels: ['ok', 'mail'] }
      const failing = { engine: 'lost', notices: [queuedNotice(noticeOf('n-3'), ['ntfy']), broken] }
      const failed = await outbox.commit(failing).then(
        () => false,
        () => true,
      )
      if (!failed) return expect(name).toMatch(/in memory$/)
      expect(await outbox.engine()).toBe(ENGINE)
      expect(keys(await outbox.pending())).toEqual(['n-1 ntfy', 'n-1 mail'])
    })

    law('keeps a delivery pending until its last attempt', async outbox => {
      await outbox.commit({ engine: ENGINE, notices: [FIRST, SECOND] })
      await outbox.record(attemptOf('n-1', 'mail', RETRY))
      const retried = { ...fresh(FIRST, 'mail'), attempts: 1, nextAttemptAt: AT + 2_000 }
      expect(await outbox.pending()).toEqual([fresh(FIRST, 'ntfy'), retried, fresh(SECOND, 'mail')])
      await outbox.record(attemptOf('n-1', 'mail', { startedAt: AT + 2_000 }))
      await outbox.record(attemptOf('n-2', 'mail', { state: 'failed', why: 'HTTP 401' }))
      await outbox.record(attemptOf('n-1', 'ntfy', { state: 'expired', why: 'too late' }))
      expect(await outbox.pending()).toEqual([])
    })

    law('ignores attempts of unknown and finished deliveries', async outbox => {
      await outbox.commit({ engine: ENGINE, notices: [FIRST] })
      await outbox.record(attemptOf('n-1', 'ntfy'))
      await outbox.record(attemptOf('n-1', 'ntfy', { state: 'failed', why: 'late' }))
      await outbox.record(attemptOf('n-1', 'slack'))
      await outbox.record(attemptOf('n-9', 'ntfy'))
      expect(await outbox.log(10)).toHaveLength(1)
      expect((await outbox.summaries(0))[0]).toMatchObject({ delivered: 1, failed: 0 })
    })

    law('logs attempts with their notice and number, newest first', async outbox => {
      await outbox.commit({ engine: ENGINE, notices: [FIRST] })
      const attempts = [
        attemptOf('n-1', 'mail', RETRY),
        attemptOf('n-1', 'ntfy'),
        attemptOf('n-1', 'mail', { startedAt: AT + 2_000, tookMs: 0, state: 'failed', why: 'ünï 漢字 no' }),
      ] as const
      for (const attempt of attempts) await outbox.record(attempt)
      const { notice } = FIRST
      const [one, two, three] = attempts
      expect(await outbox.log(10)).toEqual([
        { ...three, notice, number: 2 },
        { ...two, notice, number: 1 },
        { ...one, notice, number: 1 },
      ])
      expect(await outbox.log(1)).toEqual([{ ...three, notice, number: 2 }])
    })

    law('summarizes the deliveries of each notice, newest first', async outbox => {
      const silent = queuedNotice(noticeOf('n-3', { at: AT + 7 }), [])
      await outbox.commit({ engine: ENGINE, notices: [FIRST, SECOND, silent] })
      const summary = { alertId: 'a-1', delivered: 0, failed: 0, firstDeliveredAfterMs: null }
      const second = { ...summary, noticeId: 'n-2', channels: 1 }
      const third = { ...summary, noticeId: 'n-3', alertId: 'n-3', channels: 0 }
      expect(await outbox.summaries(AT)).toEqual([
        third,
        second,
        { ...summary, noticeId: 'n-1', channels: 2 },
      ])
      await outbox.record(attemptOf('n-1', 'mail', { startedAt: AT + 300, tookMs: 50 }))
      await outbox.record(attemptOf('n-1', 'ntfy', { startedAt: AT + 100, tookMs: 40 }))
      await outbox.record(attemptOf('n-2', 'mail', { state: 'expired', why: 'too late' }))
      const first = { ...summary, noticeId: 'n-1', channels: 2, delivered: 2, firstDeliveredAfterMs: 140 }
      expect(await outbox.summaries(AT)).toEqual([third, { ...second, failed: 1 }, first])
      expect(await outbox.summaries(AT + 6)).toEqual([third])
    })

    law('reports no negative time of a delivery if the clock was set back', async outbox => {
      await outbox.commit({ engine: ENGINE, notices: [FIRST] })
      await outbox.record(attemptOf('n-1', 'mail', { startedAt: AT - 5_000 }))
      expect((await outbox.summaries(0))[0]?.firstDeliveredAfterMs).toBe(0)
    })

    law('keeps requests in order until a commit contains them', async (outbox, rig) => {
      const other = await rig.open()
      const requests = Array.from({ length: 12 }, (_, i) =>
        i % 2 === 0
          ? ({ kind: 'acknowledge', alertId: i === 0 ? null : `a-${i}`, by: 'ålice' } as const)
          : ({ kind: 'snooze', rule: null, until: AT + i, by: 'cli' } as const),
      )
      for (const request of requests) await other.request(request)
      const found = await outbox.requests()
      expect(found.map(({ request }) => request)).toEqual(requests)
      expect(found.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(numbersOf(found))
      await outbox.commit({ engine: ENGINE, notices: [FIRST] })
      expect(await other.requests()).toEqual(found)
      const [, , third] = found
      await outbox.commit({ engine: ENGINE, notices: [], appliedRequests: third?.number ?? 0 })
      expect(await other.requests()).toEqual(found.slice(3))
      await other.request({ kind: 'acknowledge', alertId: 'a-late', by: 'cli' })
      // The late one was added after the last that the host has read.
      await outbox.commit({ engine: ENGINE, notices: [], appliedRequests: numbersOf(found).at(-1) ?? 0 })
      expect((await outbox.requests()).map(({ request }) => request)).toEqual([
        { kind: 'acknowledge', alertId: 'a-late', by: 'cli' },
      ])
      await other.close()
    })

    law('removes no request with a commit that fails', async outbox => {
      await outbox.request({ kind: 'acknowledge', alertId: 'a-1', by: 'cli' })
      const found = await outbox.requests()
      const broken = { ...SECOND, expiresAt: {} as unknown as number }
      const commit = { engine: 'lost', notices: [broken], appliedRequests: numbersOf(found).at(-1) ?? 0 }
      const failed = await outbox.commit(commit).then(
        () => false,
        () => true,
      )
      if (!failed) return expect(name).toMatch(/in memory$/)
      expect(await outbox.requests()).toEqual(found)
    })

    law('removes old notices that are finished, and nothing else', async outbox => {
      const old = queuedNotice(noticeOf('n-old', { at: AT - 10 }), ['mail', 'ntfy'])
      const waiting = queuedNotice(noticeOf('n-waits', { at: AT - 10 }), ['mail', 'ntfy'])
      await outbox.commit({ engine: ENGINE, notices: [old, waiting, FIRST] })
      const done = [
        ['n-old', 'mail'],
        ['n-old', 'ntfy'],
        ['n-waits', 'mail'],
        ['n-1', 'mail'],
        ['n-1', 'ntfy'],
      ] as const
      for (const [id, channel] of done) await outbox.record(attemptOf(id, channel))
      await outbox.prune(AT)
      expect((await outbox.summaries(0)).map(({ noticeId }) => noticeId)).toEqual(['n-1', 'n-waits'])
      expect((await outbox.log(10)).map(({ noticeId }) => noticeId)).toEqual(['n-1', 'n-1', 'n-waits'])
      expect(keys(await outbox.pending())).toEqual(['n-waits ntfy'])
      expect(await outbox.engine()).toBe(ENGINE)
    })

    law(
      'raises the revision with each commit, attempt and request, and on nothing that is read',
      async outbox => {
        const changes = [
          () => outbox.commit({ engine: ENGINE, notices: [] }),
          () => outbox.commit({ engine: ENGINE, notices: [FIRST] }),
          () => outbox.record(attemptOf('n-1', 'mail')),
          () => outbox.request({ kind: 'acknowledge', alertId: null, by: 'cli' }),
        ]
        for (const change of changes) expect(await growth(outbox, change)).toBeGreaterThan(0)
        const reads = [
          () => outbox.engine(),
          () => outbox.pending(),
          () => outbox.summaries(0),
          () => outbox.untaken(0),
          () => outbox.hasTaken('a-1', 'mail'),
          () => outbox.log(5),
          () => outbox.requests(),
          () => outbox.lease('h-1', 'host', AT, 8_000),
          () => outbox.release('h-1'),
        ]
        for (const read of reads) expect(await growth(outbox, read)).toBe(0)
      },
    )

    law('loses no change of concurrent writers', async (outbox, rig) => {
      const other = await rig.open()
      const writes = Array.from({ length: 40 }, (_, i) =>
        (i % 2 === 0 ? outbox : other).commit({
          engine: String(i),
          notices: [queuedNotice(noticeOf(`n-${i}`), ['a', 'b']), queuedNotice(noticeOf('n-same'), ['a'])],
        }),
      )
      await Promise.all(writes)
      const pending = await other.pending()
      expect(pending).toHaveLength(81)
      await Promise.all(
        pending.flatMap(({ notice, channel }) =>
          [outbox, other].map(each => each.record(attemptOf(notice.id, channel))),
        ),
      )
      expect(await outbox.pending()).toEqual([])
      expect(await outbox.log(1_000)).toHaveLength(81)
      await other.close()
    })

    law('keeps everything when closed and reopened', async (outbox, rig) => {
      await outbox.commit({ engine: ENGINE, notices: [FIRST, SECOND] })
      await outbox.record(attemptOf('n-1', 'mail', RETRY))
      await outbox.request({ kind: 'acknowledge', alertId: 'a-1', by: 'cli' })
      const read = async (each: Outbox) =>
        Promise.all([each.revision(), each.engine(), each.pending(), each.log(9), each.summaries(0)])
      const before = await read(outbox)
      await outbox.close()
      await outbox.close()
      const again = await rig.open()
      expect(await read(again)).toEqual(before)
      expect(await again.requests()).toHaveLength(1)
      await again.close()
    })

    describeUntakenLaws(law)
    describeLeaseLaws(law)
  })
}
