import { describe, expect, test } from 'vitest'
import { masterKeysOf } from '../../src/commands/relay/master-key-place.ts'
import { readMasterKeys } from '../../src/relay/auth/master-keys.ts'
import { fresh, ownFile, unusable } from '../support/login-world.ts'
import { openedAs } from '../support/opened-store.ts'
import { KEY_FILE, OTHER, setKey, withUsers } from '../support/relay-users.ts'

describe('the master key', () => {
  /** The state after alice's key was set, in a world with different files and variables. */
  async function afterSet(
    files: Record<string, ReturnType<typeof ownFile>>,
    env: Record<string, string> = {},
  ) {
    const before = await withUsers()
    await setKey(before, 'alice')
    const key = before.file(KEY_FILE) ?? ''
    const world = fresh({ files, env, openRelayStore: async () => openedAs(before.relayStore) })
    return { world, key, store: before.relayStore, account: await before.relayStore.account('u-alice') }
  }

  test.each([['set'], ['rotate']])(
    'is rejected in one line if it is wrong: exits 4 and changes nothing (%s)',
    async what => {
      const { world, store, account } = await afterSet({ [KEY_FILE]: ownFile(`${OTHER}\n`) })
      const code =
        what === 'set' ? await setKey(world, 'bob') : await world.run('relay', 'credentials', 'rotate')
      expect(code).toBe(4)
      expect(world.err()).toBe(
        `axisor: wrong master key: ${KEY_FILE} cannot decrypt 1 exchange key. Nothing was changed. Restore the previous master key; if it is lost, run axisor relay credentials forget.\n`,
      )
      expect(world.file(KEY_FILE)).toBe(`${OTHER}\n`)
      expect(await store.accounts()).toEqual([account])
    },
  )

  test('is not replaced if it is lost and there are encrypted keys', async () => {
    const { world } = await afterSet({})
    expect(await setKey(world, 'bob')).toBe(4)
    expect(world.err()).toContain(
      `no master key in ${KEY_FILE}, but 1 exchange key encrypted with one. Nothing was changed. Restore it`,
    )
    expect(world.file(KEY_FILE)).toBeNull()
  })

  test.each([
    ['AXISOR_RELAY_MASTER_KEY_FILE', '/run/key', { AXISOR_RELAY_MASTER_KEY_FILE: '/run/key' }],
    ['systemd', '/run/cred/axisor-relay-master-key', { CREDENTIALS_DIRECTORY: '/run/cred' }],
  ])('is read from %s', async (_, path, env) => {
    const world = await withUsers({ files: { [path]: ownFile(`${OTHER}\n`) }, env })
    expect(await setKey(world, 'alice')).toBe(0)
    expect(world.file(KEY_FILE)).toBeNull()
    const [account] = await world.relayStore.accounts()
    expect(account?.masterKeyId).toBe(readMasterKeys(OTHER, world.crypto)?.[0].id)
  })

  test.each([
    [{ AXISOR_RELAY_MASTER_KEY: OTHER }, {}, /AXISOR_RELAY_MASTER_KEY rejected: .*_FILE\.\n$/],
    [{ AXISOR_RELAY_MASTER_KEY_FILE: '/none' }, {}, /no such file: \/none/],
    [
      { AXISOR_RELAY_MASTER_KEY_FILE: '/key' },
      { '/key': { text: OTHER, othersMayRead: true, othersMayWrite: false } },
      /\/key is readable by other users/,
    ],
    [
      {},
      { [KEY_FILE]: { text: OTHER, othersMayRead: true, othersMayWrite: false } },
      /is accessible to other users/,
    ],
    [
      {},
      { [KEY_FILE]: ownFile('hunter2') },
      /relay\.key does not contain a master key\. Expected a line with 32 bytes/,
    ],
    [{}, { [KEY_FILE]: ownFile('') }, /relay\.key does not contain a master key/],
  ])('is rejected in an unsafe place or if it is malformed (%#)', async (env, files, message) => {
    const world = await withUsers({ env: env as Record<string, string>, files })
    expect(await setKey(world, 'alice')).toBe(4)
    expect(world.err()).toMatch(message)
    expect(world.err()).not.toMatch(new RegExp(`${OTHER}|hunter2`))
    expect(await world.relayStore.accounts()).toEqual([])
  })
})

test('stores the master key in the keychain, and in no file, if the environment selects it', async () => {
  const world = await withUsers({ env: { AXISOR_RELAY_MASTER_KEY_STORE: 'keychain' } })
  expect(await setKey(world, 'alice')).toBe(0)
  expect(await world.run('relay', 'credentials', 'rotate')).toBe(0)
  expect(world.file(KEY_FILE)).toBeNull()
  const [[place, text] = []] = world.secrets.keychain.texts
  expect(place).toBe('axisor-relay:relay:master-key')
  const [account] = await world.relayStore.accounts()
  expect(account?.masterKeyId).toBe(readMasterKeys(text ?? '', world.crypto)?.[0].id)
  world.secrets.keychain.become(unusable())
  expect(await world.run('relay', 'credentials', 'rotate')).toBe(4)
  expect(world.err()).toContain('axisor: there is no keyring on this machine. Use the vault.\n')
  const other = await withUsers({ env: { AXISOR_RELAY_MASTER_KEY_STORE: 'vault' } })
  expect(await setKey(other, 'alice')).toBe(2)
})

test('a running relay reads the keys, creates none, follows a rotation and rejects a wrong key', async () => {
  const world = await withUsers()
  const opened = {
    ...openedAs(world.relayStore),
    database: { address: '', password: null, keyPath: KEY_FILE, ledgerFolder: null, defaultPath: null },
  }
  expect(await masterKeysOf(world, opened)).toBeNull()
  expect(world.file(KEY_FILE)).toBeNull()
  await setKey(world, 'alice')
  await world.run('relay', 'credentials', 'rotate')
  const [account] = await world.relayStore.accounts()
  expect((await masterKeysOf(world, opened))?.map(({ id }) => id)).toEqual([account?.masterKeyId])
  await world.files.writePrivate(KEY_FILE, OTHER)
  await expect(masterKeysOf(world, opened)).rejects.toMatchObject({ exitCode: 4 })
})
