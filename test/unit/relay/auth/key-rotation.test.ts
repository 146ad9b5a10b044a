import { beforeEach, describe, expect, test } from 'vitest'
import { openCrypto } from '../../../../src/node/crypto.ts'
import type { RelayStore } from '../../../../src/ports/relay-store.ts'
import {
  countText,
  requireAllOpen,
  requireMatchingKeys,
  resealAll,
  sealedRecords,
  unopenable,
} from '../../../../src/relay/auth/key-rotation.ts'
import { type MasterKeys, newMasterKey } from '../../../../src/relay/auth/master-keys.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import { openAlertSettings, sealAlertSettings } from '../../../../src/relay/auth/sealed-alert-settings.ts'

const crypto = openCrypto()
const OLD: MasterKeys = [newMasterKey(crypto)]
const BOTH: MasterKeys = [newMasterKey(crypto), ...OLD]
const NEW: MasterKeys = [BOTH[0]]

describe('the rotation of the master key', () => {
  let store: RelayStore
  beforeEach(async () => {
    store = openMemoryRelayStore()
    for (const name of ['alice', 'bob']) {
      await store.addUser({ id: name, name, createdAt: 0 })
      const place = { userId: name, revision: 3, updatedAt: 5 }
      await store.putAlertSettings(sealAlertSettings(crypto, OLD, place, `rules of ${name}`), null)
    }
  })

  const texts = async (keys: MasterKeys) =>
    (await store.allAlertSettings()).map(settings => openAlertSettings(crypto, keys, settings))

  test('reseals alert settings and keeps their revision', async () => {
    expect(await resealAll(store, crypto, BOTH)).toEqual({ accounts: 0, alertSettings: 2 })
    expect(await texts(NEW)).toEqual(['rules of alice', 'rules of bob'])
    expect((await store.allAlertSettings()).map(({ revision, updatedAt }) => [revision, updatedAt])).toEqual([
      [3, 5],
      [3, 5],
    ])
    expect(await resealAll(store, crypto, BOTH)).toEqual({ accounts: 0, alertSettings: 0 })
  })

  test('loses no change that is made meanwhile', async () => {
    const racing: RelayStore = {
      ...store,
      async putAlertSettings(settings, before) {
        const place = { userId: 'alice', revision: 4, updatedAt: 6 }
        const changed = sealAlertSettings(crypto, OLD, place, 'new rules of alice')
        if (settings.userId === 'alice') await store.putAlertSettings(changed, 3)
        return store.putAlertSettings(settings, before)
      },
    }
    expect(await resealAll(racing, crypto, BOTH)).toEqual({ accounts: 0, alertSettings: 2 })
    expect(await texts(NEW)).toEqual(['new rules of alice', 'rules of bob'])
  })

  test('refuses a wrong key before anything is changed', async () => {
    const before = await store.allAlertSettings()
    await expect(requireAllOpen(store, crypto, NEW)).rejects.toMatchObject({ code: 'no-credentials' })
    const records = await sealedRecords(store)
    expect(() => requireMatchingKeys(records, NEW, 'the keychain')).toThrow(
      'wrong master key: the keychain cannot decrypt the alert settings of 2 users',
    )
    requireMatchingKeys(records, BOTH, 'the keychain')
    expect(unopenable(records, BOTH)).toEqual({ accounts: [], alertSettings: [] })
    expect(unopenable(records, NEW)).toEqual(records)
    await expect(resealAll(store, crypto, NEW)).rejects.toMatchObject({ code: 'no-credentials' })
    expect(await store.allAlertSettings()).toEqual(before)
  })

  test('accepts a key that opens only a part of the records', async () => {
    const place = { userId: 'bob', revision: 4, updatedAt: 6 }
    await store.putAlertSettings(sealAlertSettings(crypto, NEW, place, 'rules of bob'), 3)
    const records = await sealedRecords(store)
    requireMatchingKeys(records, NEW, 'the keychain')
    expect(unopenable(records, NEW).alertSettings.map(({ userId }) => userId)).toEqual(['alice'])
  })

  test('refuses settings that were given to another user', async () => {
    const [alices, bobs] = await store.allAlertSettings()
    const sealed = alices?.sealed ?? ''
    if (bobs !== undefined) await store.putAlertSettings({ ...bobs, sealed }, 3)
    await expect(requireAllOpen(store, crypto, OLD)).rejects.toMatchObject({
      message: 'the alert settings of user bob were modified in the database',
    })
  })
})

test.each([
  [0, 0, null],
  [1, 0, '1 exchange key'],
  [2, 1, '2 exchange keys and the alert settings of 1 user'],
  [0, 2, 'the alert settings of 2 users'],
] as const)('counts %i accounts and %i alert settings as text', (accounts, alertSettings, text) => {
  expect(countText({ accounts, alertSettings })).toBe(text)
})
