import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { readMasterKeys } from '../../src/relay/auth/master-keys.ts'
import type { FakeWorld } from '../support/fake-world.ts'
import { asReal, ownFile, READER, typing, WRITER } from '../support/login-world.ts'
import { openedAs } from '../support/opened-store.ts'
import { KEY_FILE, OTHER, openedKey, setKey, withUsers } from '../support/relay-users.ts'

const ALL_OF_THEM = [READER.secret, READER.passphrase]

describe('axisor relay credentials set', () => {
  test('verifies the key from stdin, encrypts it, and creates the master key on first use', async () => {
    const world = await withUsers()
    expect(await setKey(world, 'alice')).toBe(0)
    expect(world.out()).toBe('')
    expect(world.err()).toBe('The key of alice (simulator) is read-only. It was stored encrypted.\n')
    expect(world.file(KEY_FILE)).toMatch(/^[0-9a-f]{64}\n$/)
    expect(await openedKey(world, 'alice')).toEqual(READER)
    const account = await world.relayStore.account('u-alice')
    for (const secret of ALL_OF_THEM) expect(JSON.stringify(account)).not.toContain(secret)
    expect(world.listeners()).toBe(0)
  })

  test('prompts without echo', async () => {
    const world = await withUsers({ terminal: true, typedKeys: typing(READER) })
    expect(await world.run('relay', 'credentials', 'set', 'alice')).toBe(0)
    expect(world.prompted()).toMatch(/API key: \nAPI secret: \nAPI passphrase: \n$/)
    expect(await openedKey(world, 'alice')).toEqual(READER)
    for (const secret of ALL_OF_THEM)
      expect(world.prompted() + world.err() + world.out()).not.toContain(secret)
  })

  test('stores the addresses of the exchange only if they are not the default ones', async () => {
    const real = await withUsers({ net: asReal })
    expect(await setKey(real, 'alice')).toBe(0)
    expect(await real.relayStore.account('u-alice')).toMatchObject({ network: 'mainnet', apiUrl: null })
    const other = await withUsers()
    expect(await setKey(other, 'alice', undefined, '--api-url', 'http://127.0.0.1:8420/v3')).toBe(0)
    expect(await other.relayStore.account('u-alice')).toMatchObject({
      network: 'simulator',
      apiUrl: 'http://127.0.0.1:8420/v3',
      streamUrl: expect.stringContaining('127.0.0.1:8420'),
    })
    expect(await openedKey(other, 'alice')).toEqual(READER)
  })

  test.each([
    [
      'a key with write permissions',
      JSON.stringify(WRITER),
      4,
      /the API key is not read-only: it may do more than read: .* Create a read-only/,
    ],
    ['a key that the exchange rejects', JSON.stringify({ ...READER, secret: 'wrong' }), 4, /rejected/],
    ['something that is no key', '{"key":"hunter2"}', 2, /stdin: secret is missing/],
    ['nothing', '', 2, /stdin: is not valid JSON/],
  ])('rejects %s and keeps the stored key', async (_, text, code, message) => {
    const before = await withUsers()
    await setKey(before, 'alice')
    const account = await before.relayStore.account('u-alice')
    const world = await withUsers({
      files: { [KEY_FILE]: ownFile(before.file(KEY_FILE) ?? '') },
      openRelayStore: async () => openedAs(before.relayStore),
    })
    expect(await setKey(world, 'alice', text)).toBe(code)
    expect(world.err()).toMatch(message)
    expect(world.err()).not.toContain('hunter2')
    expect(await before.relayStore.account('u-alice')).toEqual(account)
  })

  test('fails without an interactive user, and for an unknown user', async () => {
    const world = await withUsers()
    expect(await world.run('relay', 'credentials', 'set', 'alice')).toBe(4)
    expect(world.err()).toContain('Pass it as JSON on stdin, with --with-stdin.')
    expect(await setKey(world, 'carol')).toBe(2)
  })
})

describe('axisor relay credentials rotate', () => {
  test('re-encrypts every key, so that the old master key opens none', async () => {
    const world = await withUsers()
    await setKey(world, 'alice')
    const before = world.file(KEY_FILE)
    const account = await world.relayStore.account('u-alice')
    if (account === null) throw new Error('no account')
    expect(await world.run('relay', 'credentials', 'rotate')).toBe(0)
    expect(world.err()).toContain('The master key was rotated: 1 exchange key re-encrypted.')
    expect(world.file(KEY_FILE)).toMatch(/^[0-9a-f]{64}\n$/)
    expect(world.file(KEY_FILE)).not.toBe(before)
    expect(await openedKey(world, 'alice')).toEqual(READER)
    expect((await world.relayStore.account('u-alice'))?.masterKeyId).not.toBe(account.masterKeyId)
  })

  test.each([0, 1, 2, 3])(
    'loses nothing when it is interrupted, and the next run completes it (%i)',
    async writes => {
      const world = await withUsers()
      await setKey(world, 'alice')
      const account = await world.relayStore.account('u-alice')
      if (account === null) throw new Error('no account')
      let left = writes
      const die = () => {
        left -= 1
        if (left < 0) throw new AxisorError('config', 'the power failed')
      }
      const { writePrivate } = world.files
      const dying: FakeWorld['files'] = {
        ...world.files,
        async writePrivate(path, text) {
          die()
          await writePrivate(path, text)
        },
      }
      const store = {
        ...world.relayStore,
        async replaceAccount(...both: Parameters<typeof world.relayStore.replaceAccount>) {
          die()
          return world.relayStore.replaceAccount(...both)
        },
      }
      const { rotateMasterKey } = await import('../../src/commands/relay/credentials.ts')
      const context = { ...world, files: dying, openRelayStore: async () => openedAs(store) }
      const rotation = rotateMasterKey({ database: null }, context)
      // The last of three writes only removes the old key.
      if (writes < 2) await expect(rotation).rejects.toThrow('the power failed')
      else expect(await rotation).toBe(0)
      expect(await openedKey(world, 'alice')).toEqual(READER)
      expect(await world.run('relay', 'credentials', 'rotate')).toBe(0)
      const isBegun = writes === 1 || writes === 2
      expect(world.err().includes('The rotation is complete')).toBe(isBegun)
      expect(world.file(KEY_FILE)).toMatch(/^[0-9a-f]{64}\n$/)
      expect(await openedKey(world, 'alice')).toEqual(READER)
    },
  )

  test('requires the new key in front of the old one in a read-only place', async () => {
    const path = '/run/cred/axisor-relay-master-key'
    const env = { CREDENTIALS_DIRECTORY: '/run/cred' }
    const world = await withUsers({ files: { [path]: ownFile(OTHER) }, env })
    await setKey(world, 'alice')
    expect(await world.run('relay', 'credentials', 'rotate')).toBe(2)
    expect(world.err()).toContain('is read-only. Put a new key before the old one there')
    await world.files.writePrivate(path, `${'cd'.repeat(32)}\n${OTHER}\n`)
    expect(await world.run('relay', 'credentials', 'rotate')).toBe(0)
    expect(world.err()).toContain(
      'Remove all but the first key from the systemd credential axisor-relay-master-key (the file of LoadCredential=, /etc/axisor/master.key with the shipped unit) now',
    )
    const [account] = await world.relayStore.accounts()
    expect(account?.masterKeyId).toBe(readMasterKeys('cd'.repeat(32), world.crypto)?.[0].id)
  })

  test('reports a modified key in the database and rotates nothing', async () => {
    const world = await withUsers()
    await setKey(world, 'alice')
    const account = await world.relayStore.account('u-alice')
    if (account === null) throw new Error('no account')
    // The address of the exchange is authenticated together with the key.
    const moved = { ...account, apiUrl: 'https://evil.example/v3', streamUrl: 'wss://evil.example/v1' }
    await world.relayStore.putAccount(moved)
    const key = world.file(KEY_FILE)
    expect(await world.run('relay', 'credentials', 'rotate')).toBe(4)
    expect(world.err()).toContain('the exchange key of user u-alice was modified in the database')
    expect(await world.relayStore.accounts()).toEqual([moved])
    expect(world.file(KEY_FILE)).toBe(key)
  })
})
