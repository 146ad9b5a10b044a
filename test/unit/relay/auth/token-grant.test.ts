import { expect, test } from 'vitest'
import { openCrypto } from '../../../../src/node/crypto.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import { grantOf } from '../../../../src/relay/auth/token-grant.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { tokenOf } from '../../../support/relay-rig.ts'

/** A store that records its lookups. */
function watched() {
  const asked: string[] = []
  const store = openMemoryRelayStore()
  return {
    asked,
    store: {
      ...store,
      findToken: async (digest: string) => {
        asked.push(digest)
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
  const { store, asked } = watched()
  await grantOf(tokenOf('guess'), store, world)
  await grantOf(tokenOf('guesS'), store, world)
  expect(asked.every(digest => /^[0-9a-f]{64}$/.test(digest))).toBe(true)
  const [one = '', other = ''] = asked
  const same = [...one].filter((character, i) => character === other[i]).length
  expect(same).toBeLessThan(20)
})

test('does not look up text that is not a token', async () => {
  const { store, asked } = watched()
  for (const text of ['', 'axr_', 'axr_short', `axr_${'x'.repeat(500)}`, `axr_${"'".repeat(43)}`, 'secret'])
    expect(await grantOf(text, store, world)).toBeNull()
  expect(asked).toEqual([])
})
