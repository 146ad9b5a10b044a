import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { Outbox } from '../../src/ports/outbox.ts'
import type { RelayStore, RelayUser, SealedAlertSettings } from '../../src/ports/relay-store.ts'
import { NOTICED_AT as AT, noticeOf, queuedNotice } from '../support/notices.ts'
import { describeOutboxLaws } from './outbox-laws.ts'
import type { RelayStoreRig } from './relay-token-laws.ts'

const ALICE: RelayUser = { id: 'u-1', name: 'alice', createdAt: AT }
const BOB: RelayUser = { id: 'u-2', name: 'bob', createdAt: AT + 1 }

const SETTINGS: SealedAlertSettings = {
  userId: ALICE.id,
  sealed: 'c2VhbGVk',
  masterKeyId: 'k-1',
  revision: 1,
  updatedAt: AT,
}
const NEXT: SealedAlertSettings = {
  ...SETTINGS,
  sealed: 'bmV4dA',
  masterKeyId: 'k-2',
  revision: 2,
  updatedAt: AT + 5,
}
const BOBS: SealedAlertSettings = { ...SETTINGS, userId: BOB.id, sealed: 'Ym9i' }

const commitOf = (id: string) => ({ engine: id, notices: [queuedNotice(noticeOf(id), ['mail'])] })

const idsOf = async (outbox: Outbox) => (await outbox.pending()).map(({ notice }) => notice.id)

/** Everything that a user's outbox holds. */
const contents = (outbox: Outbox) =>
  Promise.all([
    outbox.revision(),
    outbox.engine(),
    outbox.pending(),
    outbox.log(10),
    outbox.summaries(0),
    outbox.readLease(AT),
    outbox.requests(),
  ])

/** Tests of the alerts in a relay's store, for each engine. */
export function describeRelayAlertsLaws(name: string, openRig: () => Promise<RelayStoreRig>): void {
  describeOutboxLaws(`of a relay ${name}`, async () => {
    const rig = await openRig()
    const stores: RelayStore[] = []
    return {
      async open() {
        const store = await rig.open()
        stores.push(store)
        await store.addUser(ALICE)
        return store.outbox(ALICE.id)
      },
      async close() {
        for (const store of stores) await store.close()
        await rig.close()
      },
    }
  })

  const law = (title: string, body: (store: RelayStore, rig: RelayStoreRig) => Promise<void>): void => {
    test(title, async () => {
      const rig = await openRig()
      try {
        const store = await rig.open()
        await store.addUser(ALICE)
        await store.addUser(BOB)
        await body(store, rig)
        await store.close()
      } finally {
        await rig.close()
      }
    })
  }

  describe(`the alerts of a relay's store ${name}`, () => {
    law('keeps the outboxes of two users apart', async store => {
      const [alices, bobs] = [store.outbox(ALICE.id), store.outbox(BOB.id)]
      await alices.commit(commitOf('n-1'))
      await bobs.commit(commitOf('n-1'))
      await bobs.commit(commitOf('n-2'))
      await alices.request({ kind: 'acknowledge', alertId: null, by: 'alice' })
      expect([await idsOf(alices), await idsOf(bobs)]).toEqual([['n-1'], ['n-1', 'n-2']])
      const attempt = { channel: 'mail', startedAt: AT, tookMs: 1, nextAttemptAt: null, why: null } as const
      await bobs.record({ ...attempt, noticeId: 'n-1', state: 'delivered' })
      expect([await idsOf(alices), await idsOf(bobs)]).toEqual([['n-1'], ['n-2']])
      expect([await alices.engine(), await bobs.engine()]).toEqual(['n-1', 'n-2'])
      expect(await bobs.requests()).toEqual([])
      expect(await alices.lease('h-1', 'first', AT, 8_000)).toMatchObject({ holder: 'h-1' })
      expect(await bobs.lease('h-2', 'second', AT, 8_000)).toMatchObject({ holder: 'h-2' })
      await bobs.prune(AT + 1)
      expect([(await alices.summaries(0)).length, (await bobs.summaries(0)).length]).toEqual([1, 1])
    })

    law('removes the alerts with the user, and refuses later changes', async store => {
      const [alices, bobs] = [store.outbox(ALICE.id), store.outbox(BOB.id)]
      const empty = await contents(bobs)
      for (const [outbox, settings] of [
        [alices, SETTINGS],
        [bobs, BOBS],
      ] as const) {
        await outbox.commit(commitOf('n-1'))
        await outbox.record({
          noticeId: 'n-1',
          channel: 'mail',
          startedAt: AT,
          tookMs: 1,
          state: 'failed',
          nextAttemptAt: null,
          why: 'no',
        })
        await outbox.request({ kind: 'acknowledge', alertId: null, by: 'cli' })
        await outbox.lease('h-1', 'host', AT, 8_000)
        expect(await store.putAlertSettings(settings, null)).toBe(true)
      }
      await store.removeUser(ALICE.id)
      expect(await contents(alices)).toEqual(empty)
      expect(await store.allAlertSettings()).toEqual([BOBS])
      expect(await store.putAlertSettings(SETTINGS, null)).toBe(false)
      expect(await store.putAlertSettings(NEXT, 1)).toBe(false)
      const changes = [
        () => alices.commit(commitOf('n-2')),
        () => alices.request({ kind: 'acknowledge', alertId: null, by: 'cli' }),
        () => alices.lease('h-1', 'host', AT, 8_000),
      ]
      for (const change of changes) {
        const error = await change().catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(AxisorError)
        expect(error).toMatchObject({
          code: 'config',
          message: 'the user of these alerts was removed from the relay',
        })
      }
      expect(await contents(alices)).toEqual(empty)
      expect(await idsOf(bobs)).toEqual([])
      expect(await bobs.log(9)).toHaveLength(1)
    })

    law('sets alert settings only if they are unchanged since they were read', async (store, rig) => {
      expect([await store.alertSettings(ALICE.id), await store.allAlertSettings()]).toEqual([null, []])
      expect(await store.putAlertSettings(NEXT, 1)).toBe(false)
      expect(await store.putAlertSettings(SETTINGS, null)).toBe(true)
      expect(await store.putAlertSettings(SETTINGS, null)).toBe(false)
      expect(await store.alertSettings(ALICE.id)).toEqual(SETTINGS)
      const other = await rig.open()
      const puts = Array.from({ length: 10 }, (_, i) =>
        (i % 2 === 0 ? store : other).putAlertSettings({ ...NEXT, updatedAt: AT + i }, 1),
      )
      const results = await Promise.all(puts)
      expect(results.filter(Boolean)).toHaveLength(1)
      expect(await other.alertSettings(ALICE.id)).toEqual({ ...NEXT, updatedAt: AT + results.indexOf(true) })
      await store.putAlertSettings(BOBS, null)
      expect((await store.allAlertSettings()).map(({ userId }) => userId)).toEqual([ALICE.id, BOB.id])
      if (other !== store) await other.close()
    })

    law('raises the revision of the store with settings, and not with an outbox', async store => {
      const growth = async (change: () => Promise<unknown>) => {
        const before = await store.revision()
        await change()
        return (await store.revision()) - before
      }
      expect(await growth(() => store.putAlertSettings(SETTINGS, null))).toBe(1)
      expect(await growth(() => store.putAlertSettings(NEXT, 7))).toBe(0)
      expect(await growth(() => store.putAlertSettings(NEXT, 1))).toBe(1)
      expect(await growth(() => store.outbox(ALICE.id).commit(commitOf('n-1')))).toBe(0)
    })
  })
}
