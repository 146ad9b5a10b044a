import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import {
  fresh,
  KEY,
  later,
  loggedIn,
  ownFile,
  PROFILES,
  READER,
  storedIn,
  unusable,
  withStdin,
} from '../support/login-world.ts'

describe('the key of a command', () => {
  test('comes from the store that the profile names', async () => {
    const world = later(await loggedIn())
    expect(await world.run('snapshot', '--fields', 'network,key.canWrite')).toBe(0)
    expect(world.out()).toBe('{"network":"mainnet","key":{"canWrite":false}}\n')
  })

  test('is reported as missing by name, without searching other stores', async () => {
    const world = later(await loggedIn())
    const [[place, text] = ['', '']] = storedIn(world, 'keychain')
    world.secrets.keychain.texts.clear()
    world.secrets.vault.texts.set(place, text)
    expect(await world.run('snapshot')).toBe(4)
    expect(world.err()).toBe(
      'axisor: the secret of profile main is missing from the keychain. Run axisor login --profile main again. Another program may have removed it.\n',
    )
  })

  test('names an unusable store and its remedy', async () => {
    const world = later(await loggedIn())
    world.secrets.keychain.become(unusable())
    expect(await world.run('snapshot')).toBe(4)
    expect(world.err()).toBe('axisor: there is no keyring on this machine. Use the vault.\n')
  })

  test('reports an unreadable entry without printing it', async () => {
    const world = later(await loggedIn())
    const [[place] = ['']] = storedIn(world, 'keychain')
    world.secrets.keychain.texts.set(place, '{"hunter2')
    expect(await world.run('snapshot')).toBe(4)
    expect(world.err()).toContain('the secret of profile main in the keychain is unreadable')
    expect(world.err()).not.toContain('hunter2')
  })

  test('comes from a complete environment without opening a store', async () => {
    const before = await loggedIn()
    const world = later(before, {
      env: {
        AXISOR_API_KEY: READER.key,
        AXISOR_API_SECRET: READER.secret,
        AXISOR_API_PASSPHRASE: READER.passphrase,
      },
    })
    world.secrets.keychain.become(unusable())
    expect(await world.run('snapshot')).toBe(0)
  })

  test('rejects an incomplete key in the environment, with any profile', async () => {
    const world = later(await loggedIn(), { env: { AXISOR_API_SECRET: 'x' } })
    expect(await world.run('snapshot')).toBe(4)
    expect(world.err()).toContain('incomplete API key: AXISOR_API_KEY and AXISOR_API_PASSPHRASE not set')
  })

  test('is not needed by market, which opens no store', async () => {
    const world = later(await loggedIn())
    world.secrets.keychain.become(unusable())
    expect(await world.run('market')).toBe(0)
  })
})

describe('networks and addresses are never mixed', () => {
  test.each([
    [['--network', 'signet'], {}, /^axisor: --network contradicts profile main, which is for mainnet\./],
    [[], { AXISOR_NETWORK: 'signet' }, /^axisor: AXISOR_NETWORK contradicts profile main/],
    [
      ['--api-url', 'http://127.0.0.1:8420/v3'],
      {},
      /^axisor: --api-url contradicts profile main, which is for https:\/\/api\.lnmarkets\.com\/v3\./,
    ],
    [['--stream-url', 'ws://127.0.0.1:8420/v1'], {}, /^axisor: --stream-url contradicts profile main/],
    [['--demo', '--profile', 'main'], {}, /^axisor: --demo and --profile exclude each other/],
  ])('%j %j', async (argv, env, message) => {
    const world = later(await loggedIn(), { env })
    expect(await world.run('snapshot', ...argv)).toBe(2)
    expect(world.err()).toMatch(message)
    expect(world.out()).toBe('')
  })

  test.each([['snapshot'], ['watch', '--json'], ['history'], ['positions']])(
    'rejects a simulator at the address of a real profile and prints nothing (%s)',
    async (...argv) => {
      const world = later(await loggedIn(), { net: net => net })
      expect(await world.run(...argv)).toBe(7)
      expect(world.err()).toContain('the server is a simulator, but this profile is for the real exchange')
      expect(world.out()).not.toContain('positionCount":3')
      expect(world.out()).not.toContain('SIMULATED')
    },
  )

  test('reads no profile for the demo, which has a key of its own', async () => {
    const files = { [PROFILES]: new AxisorError('config', 'must not be read') }
    expect(await fresh({ files }).run('snapshot', '--demo')).toBe(0)
  })
})

describe('the profiles file', () => {
  test.each([
    ['{"version', 'is not valid JSON'],
    ['{"version":2}', 'has the unsupported version 2'],
    ['{"version":1,"current":null,"profiles":{"main":{"kind":"direct"}}}', 'is missing'],
    ['{"version":1,"current":"x","profiles":{}}', 'current is not the name of a profile'],
    [
      '{"version":1,"current":null,"profiles":{"A/B":{"kind":"relay","relayUrl":"wss://x","store":"vault","requirePassphrase":true,"provenAt":"2026-01-01T00:00:00Z"}}}',
      'has a profile with an invalid name',
    ],
    [
      '{"version":1,"current":null,"profiles":{"a":{"kind":"relay","relayUrl":"ws://evil.example","store":"vault","requirePassphrase":true,"provenAt":"2026-01-01T00:00:00Z"}}}',
      'is not an address that secrets may be sent to',
    ],
  ])('rejects %s in one line and exits 2', async (text, message) => {
    for (const argv of [['snapshot'], ['profiles'], ['status'], ['logout'], ['login']]) {
      const world = fresh({ files: { [PROFILES]: ownFile(text) } })
      expect(await world.run(...argv)).toBe(2)
      expect(world.err()).toContain(message)
      expect(world.err()).toMatch(/^axisor: [^\n]+\n$/)
    }
  })

  test('rejects one that other users can write', async () => {
    const files = { [PROFILES]: { text: '{}', othersMayRead: true, othersMayWrite: true } }
    const world = fresh({ files })
    expect(await world.run('snapshot')).toBe(2)
    expect(world.err()).toContain('profiles.json is writable by other users. Run chmod go-w on it.')
  })
})

describe('axisor profiles', () => {
  test('lists profiles, marks the current one and changes it', async () => {
    const world = await loggedIn()
    const second = await later(world)
    expect(await withStdin(second, KEY, '--profile', 'test', '--network', 'signet')).toBe(0)
    const third = later(second, { terminal: true })
    expect(await third.run('profiles')).toBe(0)
    expect(third.out()).toMatch(
      /NAME {2}NETWORK {2}SECRET IN {2}KEY .*\n\* {2}main {2}mainnet {2}keychain {3}read-only .*\n {3}test {2}signet/,
    )
    expect(await third.run('profiles', 'use', 'test')).toBe(0)
    const fourth = later(third)
    await fourth.run('profiles')
    expect(JSON.parse(fourth.out())).toMatchObject({
      current: 'test',
      profiles: [{ name: 'main' }, { name: 'test', network: 'signet' }],
    })
    expect(await fourth.run('snapshot', '--profile', 'main', '--fields', 'network')).toBe(0)
  })

  test('rejects an unknown profile and lists the known ones', async () => {
    const world = later(await loggedIn(), { env: { AXISOR_PROFILE: 'maint' } })
    expect(await world.run('snapshot')).toBe(2)
    expect(world.err()).toBe('axisor: AXISOR_PROFILE: no such profile: maint. Did you mean main?\n')
    const other = later(await loggedIn())
    expect(await other.run('profiles', 'use', 'other')).toBe(2)
    expect(other.err()).toContain('no such profile: other. Existing profiles: main.')
    expect(await other.run('profiles', 'use')).toBe(2)
    expect(other.err()).toContain("missing required argument 'name'")
  })

  test('prints the first step without profiles', async () => {
    const world = fresh({ terminal: true })
    expect(await world.run('profiles')).toBe(0)
    expect(world.out()).toBe('No profiles. Run axisor login.\n')
  })
})

describe('axisor logout', () => {
  test('deletes every copy and removes the profile', async () => {
    const world = later(await loggedIn())
    const [[place, text] = ['', '']] = storedIn(world, 'keychain')
    world.secrets.vault.texts.set(place, text)
    expect(await world.run('logout')).toBe(0)
    expect([...storedIn(world, 'keychain'), ...storedIn(world, 'vault')]).toEqual([])
    expect(JSON.parse(world.file(PROFILES) ?? '')).toMatchObject({ current: null, profiles: {} })
    expect(world.err()).toBe('Profile main is removed: deleted from the keychain and the vault.\n')
  })

  test('reports unchecked stores, and keeps a profile whose key could not be deleted', async () => {
    const world = later(await loggedIn())
    world.secrets.keychain.become(unusable())
    expect(await world.run('logout', '--json')).toBe(4)
    expect(world.err()).toContain(
      'Profile main stays: its secret in the keychain could not be deleted.\n  not checked: the keychain (there is no keyring on this machine)\n',
    )
    expect(JSON.parse(world.out())).toMatchObject({ profiles: [{ profile: 'main', forgotten: false }] })
    world.secrets.keychain.become({ kind: 'ready' })
    world.secrets.vault.become(unusable('the disk is gone'))
    expect(await world.run('logout')).toBe(0)
    expect(world.err()).toContain('not checked: the vault (the disk is gone)')
  })

  test('reports that the secret is deleted if the profiles cannot be written', async () => {
    const world = later(await loggedIn())
    const { writePrivate } = world.files
    world.files.writePrivate = async path => {
      throw new AxisorError('config', `cannot write ${path}: the disk is full`, {
        hint: 'Nothing was changed.',
      })
    }
    expect(await world.run('logout')).toBe(2)
    expect(world.err()).toMatch(
      /^axisor: profile main stays, without a stored secret: cannot write \S+: the disk is full\. Check the disk .+ run axisor logout again\.\n$/,
    )
    expect(storedIn(world, 'keychain')).toEqual([])
    world.files.writePrivate = writePrivate
    expect(await world.run('logout')).toBe(0)
  })

  test('removes every profile with --all, and fails without profiles', async () => {
    const world = later(await loggedIn())
    expect(await world.run('logout', '--all')).toBe(0)
    expect(await world.run('logout')).toBe(2)
    expect(world.err()).toContain('axisor: there are no profiles. Run axisor login.')
    expect(await world.run('logout', '--all', '--profile', 'x')).toBe(2)
  })
})
