import { expect, test } from 'vitest'
import { Secret } from '../../src/domain/secret.ts'
import { type MasterKeys, readMasterKeys } from '../../src/relay/auth/master-keys.ts'
import { sealAccount } from '../../src/relay/auth/sealed-account.ts'
import { sealAlertSettings } from '../../src/relay/auth/sealed-alert-settings.ts'
import type { FakeWorld } from '../support/fake-world.ts'
import { ownFile, READER } from '../support/login-world.ts'
import { KEY_FILE, OTHER, openedKey, setKey, withUsers } from '../support/relay-users.ts'

const LOST = 'cd'.repeat(32)

const CREDENTIALS = {
  key: READER.key,
  secret: new Secret(READER.secret),
  passphrase: new Secret(READER.passphrase),
}

async function seal(world: FakeWorld, name: string, key: string) {
  const keys = readMasterKeys(key, world.crypto) as MasterKeys
  const place = { userId: `u-${name}`, network: 'signet', apiUrl: null, streamUrl: null } as const
  const account = sealAccount(world.crypto, keys, { ...place, updatedAt: 1 }, CREDENTIALS)
  await world.relayStore.putAccount(account)
  const settings = { userId: place.userId, revision: 1, updatedAt: 1 }
  await world.relayStore.putAlertSettings(sealAlertSettings(world.crypto, keys, settings, '{}'), null)
}

test('forget removes what is sealed for one user, without any master key', async () => {
  const world = await withUsers()
  for (const name of ['alice', 'bob']) await seal(world, name, LOST)
  expect(await world.run('relay', 'credentials', 'forget', 'alice')).toBe(0)
  expect(world.err()).toBe(
    'Removed 1 exchange key and the alert settings of 1 user. Still stored: 1 exchange key and the alert settings of 1 user. Next: axisor relay credentials set USER.\n',
  )
  expect((await world.relayStore.accounts()).map(({ userId }) => userId)).toEqual(['u-bob'])
  expect(await world.relayStore.alertSettings('u-alice')).toBeNull()
  expect(await world.relayStore.users()).toHaveLength(2)
  expect(world.file(KEY_FILE)).toBeNull()
})

test('forget --all lets the relay start again with a new master key', async () => {
  const world = await withUsers()
  for (const name of ['alice', 'bob']) await seal(world, name, LOST)
  expect(await setKey(world, 'alice')).toBe(4)
  expect(world.err()).toContain('if it is lost, run axisor relay credentials forget --all')
  expect(await world.run('relay', 'credentials', 'forget', '--all')).toBe(0)
  expect(await setKey(world, 'alice')).toBe(0)
  expect(await openedKey(world, 'alice')).toEqual(READER)
})

test.each([
  [['carol'], 'no such user: carol'],
  [[], 'neither a user nor --all'],
  [['alice', '--all'], 'a user and --all exclude each other'],
  [['alice'], 'no exchange key and no alert settings to forget in /srv/relay.db'],
])('forget refuses %j and removes nothing', async (argv, message) => {
  const world = await withUsers()
  await seal(world, 'bob', LOST)
  expect(await world.run('relay', 'credentials', 'forget', ...argv)).toBe(2)
  expect(world.err()).toContain(`axisor: ${message}`)
  expect(await world.relayStore.accounts()).toHaveLength(1)
})

test('a master key that opens the key of one user serves that user, and names the other', async () => {
  const world = await withUsers({
    files: { [KEY_FILE]: ownFile(OTHER) },
    env: { AXISOR_RELAY_CLUSTER: 'none' },
  })
  await seal(world, 'alice', OTHER)
  await seal(world, 'bob', LOST)
  expect(await setKey(world, 'alice')).toBe(0)
  // A unit test listens on no port, so the relay ends before it would.
  expect(await world.run('relay', 'serve')).toBe(2)
  const lines = world
    .err()
    .split('\n')
    .filter(line => line.includes('its master key is missing'))
  expect(lines.map(line => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 'warn',
      event: 'exchange key not opened: its master key is missing',
      user: 'u-bob',
      name: 'bob',
    }),
  ])
})
