import { expect } from 'vitest'
import type { RelayStore, RelayToken, RelayUser } from '../../src/ports/relay-store.ts'

/** One database, empty at first, which can be opened several times, as by several processes. */
export interface RelayStoreRig {
  open(): Promise<RelayStore>
  close(): Promise<void>
}

export const AT = Date.UTC(2026, 10, 23, 18)

export const ALICE: RelayUser = { id: 'u-1', name: 'alice', createdAt: AT }
export const BOB: RelayUser = { id: 'u-2', name: 'bob', createdAt: AT + 1 }

export const TOKEN: RelayToken = {
  id: 't-1',
  userId: ALICE.id,
  name: 'laptop',
  prefix: 'axr_abc',
  scopes: ['read'],
  createdAt: AT,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  issuedBy: null,
}

/** The effect of a change on the revision. */
export async function growth(store: RelayStore, change: () => Promise<unknown>): Promise<number> {
  const before = await store.revision()
  await change()
  return (await store.revision()) - before
}

type StoreLaw = readonly [title: string, body: (store: RelayStore, rig: RelayStoreRig) => Promise<void>]

/** Laws about tokens that other tokens have issued. */
export const ISSUED_TOKEN_LAWS: readonly StoreLaw[] = [
  [
    'revokes what a token has issued with it, and nothing else',
    async store => {
      await store.addUser(ALICE)
      await store.addUser(BOB)
      for (const [id, issuedBy] of [
        ['t-1', null],
        ['t-2', 't-1'],
        ['t-3', 't-2'],
        ['t-4', 't-1'],
        ['t-5', null],
      ] as const)
        await store.addToken({ ...TOKEN, id, issuedBy, userId: id === 't-3' ? BOB.id : ALICE.id }, `d-${id}`)
      await store.revokeToken('t-4', AT + 1)
      expect((await store.findToken('d-t-3'))?.token.issuedBy).toBe('t-2')
      expect(await growth(store, () => store.revokeToken('t-1', AT + 2))).toBe(1)
      const revoked = new Map((await store.tokens(null)).map(({ id, revokedAt }) => [id, revokedAt]))
      expect(Object.fromEntries(revoked)).toEqual({
        ...{ 't-1': AT + 2, 't-2': AT + 2, 't-3': AT + 2 },
        ...{ 't-4': AT + 1, 't-5': null },
      })
    },
  ],
  [
    'adds no token of one that is unknown or revoked',
    async store => {
      await store.addUser(ALICE)
      await store.addToken({ ...TOKEN, revokedAt: AT }, 'd-1')
      for (const issuedBy of ['t-1', 't-9', ''])
        expect(await store.addToken({ ...TOKEN, id: 't-2', issuedBy }, 'd-2')).toBe(false)
      expect(await store.tokens(null)).toHaveLength(1)
    },
  ],
  [
    'issues no token that outlives a concurrent revocation of its maker',
    async (store, rig) => {
      const other = await rig.open()
      await store.addUser(ALICE)
      for (let round = 0; round < 10; round += 1) {
        const maker = `maker-${round}`
        await store.addToken({ ...TOKEN, id: maker }, maker)
        const issuing = Array.from({ length: 8 }, (_, n) =>
          store.addToken({ ...TOKEN, id: `${maker}-${n}`, issuedBy: maker }, `${maker}-${n}`),
        )
        await Promise.all([...issuing, other.revokeToken(maker, AT)])
      }
      expect((await store.tokens(null)).filter(({ revokedAt }) => revokedAt === null)).toEqual([])
      await other.close()
    },
  ],
  [
    'removes what the tokens of a removed user have issued',
    async store => {
      await store.addUser(ALICE)
      await store.addUser(BOB)
      await store.addToken(TOKEN, 'd-1')
      await store.addToken({ ...TOKEN, id: 't-2', userId: BOB.id, issuedBy: 't-1' }, 'd-2')
      await store.addToken({ ...TOKEN, id: 't-3', userId: BOB.id, issuedBy: 't-2' }, 'd-3')
      await store.addToken({ ...TOKEN, id: 't-4', userId: BOB.id }, 'd-4')
      await store.removeUser(ALICE.id)
      expect((await store.tokens(null)).map(({ id }) => id)).toEqual(['t-4'])
    },
  ],
]
