import { expect, test } from 'vitest'
import { openCrypto } from '../../../../src/node/crypto.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import { grantOf } from '../../../../src/relay/auth/token-grant.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { tokenOf } from '../../../support/relay-rig.ts'

/** A store that records its lookups. */
function recordingStore() {
  const lookups: string[] = []
  const store = openMemoryRelayStore()
  return {
    lookups,
    store: {
      ...store,
      findToken: async (digest: string) => {
        lookups.push(digest)
        return store.findToken(digest)
      },
    },
  }
}

const world = {
  clock: openFakeClock(),
  crypto: openCrypto(),
  random: { float: () => 0, hex: () => '' },
  yieldToEventLoop: (then: () => void) => then(),
}

test('looks tokens up by digest, so that the duration does not depend on a guess', async () => {
  const { store, lookups } = recordingStore()
  await grantOf(tokenOf('guess'), store, world)
  await grantOf(tokenOf('guesS'), store, world)
  expect(lookups.every(digest => /^[0-9a-f]{64}$/.test(digest))).toBe(true)
  const [one = '', other = ''] = lookups
  const same = [...one].filter((character, i) => character === other[i]).length
  expect(same).toBeLessThan(20)
})

test('accepts a token until the moment of its expiry', async () => {
  const store = openMemoryRelayStore()
  const token = tokenOf('ann')
  const times = { createdAt: 0, expiresAt: 5_000, lastUsedAt: null, revokedAt: null, issuedBy: null }
  await store.addUser({ id: 'ann', name: 'ann', createdAt: 0 })
  await store.addToken(
    { id: 't', userId: 'ann', name: 'laptop', prefix: 'axr_', scopes: ['read'], ...times },
    world.crypto.sha256(token),
  )
  const grantAt = (now: number) => grantOf(token, store, { ...world, clock: openFakeClock(now) })
  expect(await grantAt(4_999)).toMatchObject({ tokenId: 't', expiresAt: 5_000 })
  expect(await grantAt(5_000)).toBeNull()
})

test('expires tokens by the wall clock after it was set back', async () => {
  const store = openMemoryRelayStore()
  const token = tokenOf('ann')
  await store.addUser({ id: 'ann', name: 'ann', createdAt: 0 })
  const times = { createdAt: 0, expiresAt: 5_000, lastUsedAt: null, revokedAt: null, issuedBy: null }
  await store.addToken(
    { id: 't', userId: 'ann', name: 'laptop', prefix: 'axr_', scopes: ['read'], ...times },
    world.crypto.sha256(token),
  )
  const clock = openFakeClock(10_000)
  expect(await grantOf(token, store, { ...world, clock })).toBeNull()
  clock.setBack(5_001)
  expect(await grantOf(token, store, { ...world, clock })).toMatchObject({ tokenId: 't' })
})

test('does not look up text that is not a token', async () => {
  const { store, lookups } = recordingStore()
  for (const text of ['', 'axr_', 'axr_short', `axr_${'x'.repeat(500)}`, `axr_${"'".repeat(43)}`, 'secret'])
    expect(await grantOf(text, store, world)).toBeNull()
  expect(lookups).toEqual([])
})
