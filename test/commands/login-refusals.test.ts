import { describe, expect, test } from 'vitest'
import { openFakeWorld } from '../support/fake-world.ts'
import {
  asReal,
  fresh,
  ownFile,
  PROFILES,
  profileNamed,
  READER,
  storedIn,
  typing,
  unusable,
  WRITER,
  withStdin,
} from '../support/login-world.ts'

describe('axisor login rejects', () => {
  test('a key with write permissions without --allow-write-key', async () => {
    const rejected = fresh()
    expect(await withStdin(rejected, JSON.stringify(WRITER))).toBe(4)
    expect(rejected.err()).toMatch(/can WRITE {2}.*futures:isolated:write/)
    expect(rejected.err()).toMatch(
      /axisor: the API key is not read-only: it may do more than read: .*--allow-write-key/,
    )
    expect(storedIn(rejected, 'keychain')).toEqual([])
    expect(rejected.file(PROFILES)).toBeNull()
    const allowed = fresh()
    expect(await withStdin(allowed, JSON.stringify(WRITER), '--allow-write-key', '--json')).toBe(0)
    expect(JSON.parse(allowed.out())).toMatchObject({ canWrite: true })
  })

  test('a wrong secret, and keeps the stored key', async () => {
    const world = fresh({ terminal: true, typedKeys: typing(READER) })
    await world.run('login')
    const before = [storedIn(world, 'keychain'), world.file(PROFILES)]
    const again = await world.start('login')
    world.type(typing({ ...READER, secret: 'wrong' }))
    expect(await again.ended()).toBe(4)
    expect(world.err()).toMatch(/rejected the API key on the stream/)
    expect([storedIn(world, 'keychain'), world.file(PROFILES)]).toEqual(before)
  })

  test('a store that returns something else, and writes no profile', async () => {
    const world = fresh()
    world.secrets.keychain.read = async () => null
    expect(await withStdin(world, JSON.stringify(READER))).toBe(4)
    expect(world.err()).toContain('the keychain did not return what was stored in it')
    expect(world.file(PROFILES)).toBeNull()
  })

  test.each(['Main', '../x', '', 'a'.repeat(33), 'env', 'demo', '.hidden', 'a/b', 'é'])(
    'a profile named %j',
    async name => {
      const world = fresh()
      expect(await world.run('login', '--profile', name)).toBe(2)
      expect(world.err()).toMatch(/^axisor: --profile: not a name of up to 32 lower-case letters/)
    },
  )

  test('another network under the same profile name', async () => {
    const world = fresh({ net: asReal })
    expect(await withStdin(world, JSON.stringify(READER))).toBe(0)
    expect(profileNamed(world, 'main')).toMatchObject({ network: 'mainnet', addresses: null })
    expect(await world.run('login', '--network', 'signet')).toBe(2)
    expect(world.err()).toContain('--network contradicts profile main, which is for mainnet.')
  })

  test('a simulator for the profile of a real account', async () => {
    const world = fresh({ net: asReal })
    expect(await withStdin(world, JSON.stringify(READER))).toBe(0)
    const other = fresh({
      files: {
        [PROFILES]: ownFile(world.file(PROFILES) ?? ''),
      },
    })
    expect(await withStdin(other, JSON.stringify(READER))).toBe(2)
    expect(other.err()).toContain('profile main is for mainnet, but this key is for simulator')
  })

  test('a secret in the command line', async () => {
    for (const argv of [['--secret', 'hunter2'], ['--passphrase=hunter2'], ['--token', 'hunter2']]) {
      const world = fresh()
      expect(await world.run('login', ...argv)).toBe(2)
      expect(world.err()).not.toContain('hunter2')
    }
  })

  test('a bad --credential-store or --move-to', async () => {
    const world = fresh({ terminal: true, typedKeys: typing(READER) })
    expect(await world.run('login', '--credential-store', 'keyring')).toBe(2)
    expect(world.err()).toContain('--credential-store keyring: not one of auto, keychain, vault, env')
    expect(await world.run('login', '--move-to', 'env')).toBe(2)
    expect(world.err()).toContain('--move-to env: not one of keychain, vault')
  })
})

describe('the credential store', () => {
  test('stores nothing with --credential-store env and reads the environment each time', async () => {
    const world = openFakeWorld()
    expect(await world.run('login', '--credential-store', 'env')).toBe(0)
    expect(world.err()).toContain('the key is not stored: it must be in the environment each time')
    expect([...storedIn(world, 'keychain'), ...storedIn(world, 'vault')]).toEqual([])
    const files = {
      [PROFILES]: ownFile(world.file(PROFILES) ?? ''),
    }
    const later = fresh({ files })
    expect(await later.run('snapshot')).toBe(4)
    expect(later.err()).toContain('profile main expects its key in the environment, but none is set')
  })

  test('moves a secret with --move-to: writes the new copy, then deletes the old one', async () => {
    const world = fresh()
    await withStdin(world, JSON.stringify(READER))
    const [[place, text] = []] = storedIn(world, 'keychain')
    expect(await world.run('login', '--move-to', 'vault')).toBe(0)
    expect(storedIn(world, 'vault')).toEqual([[place, text]])
    expect(storedIn(world, 'keychain')).toEqual([])
    expect(profileNamed(world, 'main')).toMatchObject({ store: 'vault', requirePassphrase: true })
    expect(await world.run('login', '--move-to', 'vault')).toBe(2)
  })

  test('leaves everything unchanged if --move-to fails', async () => {
    const world = fresh()
    await withStdin(world, JSON.stringify(READER))
    const before = [storedIn(world, 'keychain'), world.file(PROFILES)]
    world.secrets.vault.become(unusable('the disk is full'))
    expect(await world.run('login', '--move-to', 'vault')).toBe(4)
    expect([storedIn(world, 'keychain'), world.file(PROFILES)]).toEqual(before)
  })

  test('warns about a key in the environment, which takes precedence', async () => {
    const world = openFakeWorld({ terminal: true, typedKeys: typing(READER) })
    expect(await world.run('login')).toBe(0)
    expect(world.err()).toContain('The environment also contains a key, which takes precedence')
  })
})
