import { describe, expect, test } from 'vitest'
import type { RelayStore, SealedAccount } from '../../src/ports/relay-store.ts'
import { describeLastDataLaws } from './relay-last-data-laws.ts'
import { ALICE, AT, BOB, growth, ISSUED_TOKEN_LAWS, type RelayStoreRig, TOKEN } from './relay-token-laws.ts'

const ACCOUNT: SealedAccount = {
  userId: ALICE.id,
  network: 'mainnet',
  apiUrl: null,
  streamUrl: null,
  sealed: 'c2VhbGVk',
  masterKeyId: 'k-1',
  updatedAt: AT,
}

/** Tests of a relay store, for each engine. */
export function describeRelayStoreLaws(name: string, openRig: () => Promise<RelayStoreRig>): void {
  const law = (title: string, body: (store: RelayStore, rig: RelayStoreRig) => Promise<void>): void => {
    test(title, async () => {
      const rig = await openRig()
      try {
        const store = await rig.open()
        await body(store, rig)
        await store.close()
      } finally {
        await rig.close()
      }
    })
  }

  describe(`a relay's store ${name}`, () => {
    law('is empty at first', async store => {
      expect(await store.users()).toEqual([])
      expect(await store.tokens(null)).toEqual([])
      expect(await store.accounts()).toEqual([])
      expect(await store.findToken('d-1')).toBeNull()
      expect(await store.account(ALICE.id)).toBeNull()
      expect(await store.revision()).toBe(1)
    })

    law('lists users by name with all their fields', async store => {
      expect(await store.addUser(BOB)).toEqual(BOB)
      expect(await store.addUser(ALICE)).toEqual(ALICE)
      expect(await store.users()).toEqual([ALICE, BOB])
      expect(await store.findUser(BOB.name)).toEqual(BOB)
      expect(await store.findUser('dora')).toBeNull()
    })

    law('forgets the exchange key or the alert settings of a user, and keeps the rest', async store => {
      await store.addUser(ALICE)
      await store.addUser(BOB)
      await store.putAccount(ACCOUNT)
      await store.putAccount({ ...ACCOUNT, userId: BOB.id })
      const settings = { userId: ALICE.id, sealed: 'x', masterKeyId: 'k-1', revision: 1, updatedAt: AT }
      await store.putAlertSettings(settings, null)
      expect(await growth(store, () => store.removeAccount(ALICE.id))).toBe(1)
      expect(await store.removeAccount(ALICE.id)).toBe(false)
      expect((await store.accounts()).map(({ userId }) => userId)).toEqual([BOB.id])
      expect(await store.alertSettings(ALICE.id)).toEqual(settings)
      expect(await growth(store, () => store.removeAlertSettings(ALICE.id))).toBe(1)
      expect(await store.removeAlertSettings(ALICE.id)).toBe(false)
      expect(await store.alertSettings(ALICE.id)).toBeNull()
      expect(await growth(store, () => store.removeAccount(ALICE.id))).toBe(0)
      expect(await store.users()).toHaveLength(2)
    })

    law('adds one user per name despite concurrent attempts', async store => {
      const tries = Array.from({ length: 20 }, (_, i) => store.addUser({ ...ALICE, id: `u-${i}` }))
      const added = (await Promise.all(tries)).filter(user => user !== null)
      expect(added).toHaveLength(1)
      expect(await store.users()).toEqual(added)
      expect(await store.revision()).toBe(2)
    })

    law('removes a user with its tokens and key, and nothing of others', async store => {
      await store.addUser(ALICE)
      await store.addUser(BOB)
      const bobs = { ...TOKEN, id: 't-2', userId: BOB.id }
      await store.addToken(TOKEN, 'd-1')
      await store.addToken(bobs, 'd-2')
      await store.putAccount(ACCOUNT)
      await store.putAccount({ ...ACCOUNT, userId: BOB.id })
      expect(await store.removeUser(ALICE.id)).toBe(true)
      expect(await store.removeUser(ALICE.id)).toBe(false)
      expect(await store.users()).toEqual([BOB])
      expect(await store.tokens(null)).toEqual([bobs])
      expect(await store.findToken('d-1')).toBeNull()
      expect(await store.accounts()).toEqual([{ ...ACCOUNT, userId: BOB.id }])
    })

    law('lists tokens newest first, of one user or of all', async store => {
      await store.addUser(ALICE)
      await store.addUser(BOB)
      const later = { ...TOKEN, id: 't-2', createdAt: AT + 5, scopes: ['read', 'admin'] as const }
      const bobs = { ...TOKEN, id: 't-3', userId: BOB.id, createdAt: AT + 2, expiresAt: AT + 9 }
      for (const [token, digest] of [
        [TOKEN, 'd-1'],
        [later, 'd-2'],
        [bobs, 'd-3'],
      ] as const)
        expect(await store.addToken(token, digest)).toBe(true)
      expect(await store.tokens(null)).toEqual([later, bobs, TOKEN])
      expect(await store.tokens(ALICE.id)).toEqual([later, TOKEN])
      expect(await store.tokens('u-9')).toEqual([])
    })

    law('finds a token by its digest with its user, in any state', async store => {
      await store.addUser(ALICE)
      const over = { ...TOKEN, expiresAt: AT - 1, revokedAt: AT - 2, lastUsedAt: AT - 3 }
      await store.addToken(over, 'd-1')
      expect(await store.findToken('d-1')).toEqual({ token: over, user: ALICE })
      expect(await store.findToken('D-1')).toBeNull()
      expect(await store.findToken('')).toBeNull()
    })

    law('finds many tokens at once by their digests, in any state, without unknown ones', async store => {
      await store.addUser(ALICE)
      await store.addUser(BOB)
      const bobs = { ...TOKEN, id: 't-2', userId: BOB.id, revokedAt: AT }
      await store.addToken(TOKEN, 'd-1')
      await store.addToken(bobs, 'd-2')
      await store.addToken({ ...TOKEN, id: 't-3' }, 'd-3')
      const found = await store.findTokens(['d-1', 'd-2', 'D-3', "'", 'd-1'])
      expect([...found].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
        ['d-1', { token: TOKEN, user: ALICE }],
        ['d-2', { token: bobs, user: BOB }],
      ])
      expect((await store.findTokens([])).size).toBe(0)
    })

    law('revokes a token once and keeps the time', async store => {
      await store.addUser(ALICE)
      await store.addToken(TOKEN, 'd-1')
      expect(await store.revokeToken('t-1', AT + 1)).toBe(true)
      expect(await store.revokeToken('t-1', AT + 2)).toBe(false)
      expect(await store.revokeToken('t-9', AT + 2)).toBe(false)
      expect((await store.findToken('d-1'))?.token).toEqual({ ...TOKEN, revokedAt: AT + 1 })
    })

    for (const [title, body] of ISSUED_TOKEN_LAWS) law(title, body)

    law('passes requests for a status to relays, and their answers back', async (store, rig) => {
      const other = await rig.open()
      expect(await store.statusRequest()).toBeNull()
      expect(await growth(store, () => store.requestStatus('r-1'))).toBe(1)
      expect(await other.statusRequest()).toBe('r-1')
      const row = { request: 'r-1', relay: 'a', document: '{"n":1}' }
      expect(await growth(store, () => other.putStatus(row))).toBe(0)
      await other.putStatus({ ...row, document: '{"n":2}' })
      await other.putStatus({ ...row, relay: 'b' })
      const answers = await store.statuses('r-1')
      expect(answers).toHaveLength(2)
      expect(answers).toContainEqual({ ...row, document: '{"n":2}' })
      await store.requestStatus('r-2')
      expect(await store.statuses('r-1')).toEqual([])
      await other.close()
    })

    law('writes the last use of many tokens at once, and never an earlier one', async store => {
      await store.addUser(ALICE)
      const ids = Array.from({ length: 300 }, (_, i) => `t-${i}`)
      for (const id of ids) await store.addToken({ ...TOKEN, id }, `d-${id}`)
      await store.touchTokens([...ids, 't-gone'], AT + 10)
      await store.touchTokens(['t-0'], AT + 5)
      await store.touchTokens(['t-1'], AT + 11)
      await store.touchTokens([], AT + 12)
      const uses = new Map((await store.tokens(null)).map(({ id, lastUsedAt }) => [id, lastUsedAt]))
      expect([uses.get('t-0'), uses.get('t-1')]).toEqual([AT + 10, AT + 11])
      expect([...uses.values()].filter(at => at === AT + 10)).toHaveLength(299)
    })

    law('keeps the latest sealed key of each user', async store => {
      await store.addUser(ALICE)
      await store.addUser(BOB)
      const addressed = {
        ...ACCOUNT,
        network: 'signet',
        apiUrl: 'https://a.example/v3',
        streamUrl: 'wss://a.example/v1',
      } as const
      expect(await store.putAccount(ACCOUNT)).toBe(true)
      expect(await store.putAccount({ ...ACCOUNT, userId: BOB.id })).toBe(true)
      expect(await store.putAccount(addressed)).toBe(true)
      expect(await store.account(ALICE.id)).toEqual(addressed)
      expect(await store.accounts()).toEqual([addressed, { ...ACCOUNT, userId: BOB.id }])
    })

    law('replaces a sealed key only if it is unchanged since it was read', async store => {
      await store.addUser(ALICE)
      await store.putAccount(ACCOUNT)
      const next = { ...ACCOUNT, sealed: 'bmV4dA', masterKeyId: 'k-2' }
      expect(await store.replaceAccount(ACCOUNT, next)).toBe(true)
      expect(await store.replaceAccount(ACCOUNT, { ...ACCOUNT, sealed: 'bG9zdA' })).toBe(false)
      expect(await store.account(ALICE.id)).toEqual(next)
      await store.removeUser(ALICE.id)
      expect(await store.replaceAccount(next, ACCOUNT)).toBe(false)
      expect(await store.accounts()).toEqual([])
    })

    law('refuses tokens and keys of a removed user', async store => {
      expect(await growth(store, () => store.addToken(TOKEN, 'd-1'))).toBe(0)
      expect(await store.addToken(TOKEN, 'd-1')).toBe(false)
      expect(await store.putAccount(ACCOUNT)).toBe(false)
      expect([await store.tokens(null), await store.accounts()]).toEqual([[], []])
    })

    law('increases the revision with every change', async store => {
      const changes = [
        () => store.addUser(ALICE),
        () => store.addToken(TOKEN, 'd-1'),
        () => store.putAccount(ACCOUNT),
        () => store.replaceAccount(ACCOUNT, { ...ACCOUNT, sealed: 'bmV4dA' }),
        () => store.revokeToken('t-1', AT),
        () => store.removeUser(ALICE.id),
      ]
      for (const change of changes) expect(await growth(store, change)).toBe(1)
    })

    law('keeps the revision without a change, and on a last use', async store => {
      await store.addUser(ALICE)
      await store.addToken({ ...TOKEN, revokedAt: AT }, 'd-1')
      const idle = [
        () => store.addUser({ ...ALICE, id: 'u-9' }),
        () => store.revokeToken('t-1', AT + 1),
        () => store.removeUser('u-9'),
        () => store.putAccount({ ...ACCOUNT, userId: 'u-9' }),
        () => store.replaceAccount(ACCOUNT, ACCOUNT),
        () => store.touchTokens(['t-1'], AT + 1),
        () => Promise.all([store.users(), store.tokens(null), store.accounts(), store.findToken('d-1')]),
      ]
      for (const call of idle) expect(await growth(store, call)).toBe(0)
    })

    law('keeps all text unchanged', async store => {
      const odd = `'; DROP TABLE relay_users; -- "\\ % _ $1 ? ünï 漢字 🂡 \n\t`
      const user = { id: odd, name: `${odd} name`, createdAt: 0 }
      const token = { ...TOKEN, id: `${odd}t`, userId: odd, name: odd, prefix: odd }
      await store.addUser(user)
      await store.addToken(token, odd)
      await store.putAccount({ ...ACCOUNT, userId: odd, sealed: 'x'.repeat(20_000) })
      await store.touchTokens([token.id], AT)
      expect(await store.findToken(odd)).toEqual({ token: { ...token, lastUsedAt: AT }, user })
      expect((await store.account(odd))?.sealed).toBe('x'.repeat(20_000))
    })

    law('shares its data between all that open it', async (store, rig) => {
      const other = await rig.open()
      await store.addUser(ALICE)
      expect(await other.addUser({ ...ALICE, id: 'u-9' })).toBeNull()
      await other.addToken(TOKEN, 'd-1')
      expect(await store.findToken('d-1')).toEqual({ token: TOKEN, user: ALICE })
      expect(await store.revision()).toBe(await other.revision())
      await other.close()
    })

    law('loses no change of concurrent writers', async (store, rig) => {
      const other = await rig.open()
      const before = await store.revision()
      const writes = Array.from({ length: 60 }, (_, i) =>
        (i % 2 === 0 ? store : other).addUser({ id: `u-${i}`, name: `n-${i}`, createdAt: AT }),
      )
      expect(await Promise.all(writes)).not.toContain(null)
      expect(await store.users()).toHaveLength(60)
      expect(await other.revision()).toBe(before + 60)
      await other.close()
    })

    describeLastDataLaws(law)

    law('keeps everything when closed and reopened', async (store, rig) => {
      await store.addUser(ALICE)
      await store.addToken(TOKEN, 'd-1')
      await store.putAccount(ACCOUNT)
      await store.putLastData(new Map([[ALICE.id, AT]]), AT)
      const revision = await store.revision()
      await store.close()
      await store.close()
      const again = await rig.open()
      expect(await again.users()).toEqual([ALICE])
      expect(await again.tokens(null)).toEqual([TOKEN])
      expect(await again.accounts()).toEqual([ACCOUNT])
      expect(await again.lastData()).toEqual(new Map([[ALICE.id, AT]]))
      expect(await again.revision()).toBe(revision)
      await again.close()
    })
  })
}
