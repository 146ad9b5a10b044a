import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { MIN_PASSPHRASE_CHARACTERS, type SecretsOptions } from '../../src/ports/secrets.ts'
import type { World } from '../../src/ports/world.ts'
import type { FakeWorldOptions } from '../support/fake-world.ts'
import { fresh, ownFile, READER, typing, withStdin } from '../support/login-world.ts'
import { openMemorySecrets } from '../support/memory-secrets.ts'

const RIGHT = 'correct horse battery'

/** A vault that requests passphrases as the real one does: a new one for a write, the right one for a read. */
function vaultStore(known: { passphrase: string | null }): World['openSecrets'] {
  const texts = new Map<string, string>()
  async function right({ passphrase }: SecretsOptions, purpose: 'open' | 'new'): Promise<void> {
    for (let attempt = 1; attempt <= (passphrase?.tries ?? 0); attempt += 1) {
      const text = (await passphrase?.ask({ purpose, attempt })) ?? ''
      if (purpose === 'new' && text.length >= MIN_PASSPHRASE_CHARACTERS) {
        known.passphrase = text
        return
      }
      if (purpose === 'open' && text === known.passphrase) return
    }
    throw new AxisorError('no-credentials', 'wrong passphrase, or the vault was changed')
  }
  return async (kind, options) => {
    const memory = openMemorySecrets(kind, texts)
    let opened = false
    return {
      ...memory,
      async read(place) {
        const text = await memory.read(place)
        if (text === null) return null
        if (!opened) await right(options, 'open')
        opened = true
        return text
      },
      async write(place, text) {
        if (!opened) await right(options, texts.size === 0 ? 'new' : 'open')
        opened = true
        await memory.write(place, text)
      },
    }
  }
}

function vaultWorld(options: FakeWorldOptions = {}, passphrase: string | null = null) {
  const known = { passphrase }
  return { known, world: fresh({ ...options, openSecrets: vaultStore(known) }) }
}

const LOGIN = ['login', '--credential-store', 'vault'] as const

describe('a new passphrase', () => {
  test('is typed twice without echo', async () => {
    const { world, known } = vaultWorld({
      terminal: true,
      typedKeys: `${typing(READER)}${RIGHT}\r${RIGHT}\r${RIGHT}\r`,
    })
    expect(await world.run(...LOGIN)).toBe(0)
    expect(known.passphrase).toBe(RIGHT)
    expect(world.prompted()).toContain(
      'New vault passphrase (at least 12 characters; press Enter to generate one): \nRepeat the passphrase: \n',
    )
    expect(world.prompted() + world.err()).not.toContain(RIGHT)
  })

  test('is requested again if it is too short or the inputs differ', async () => {
    const input = `${typing(READER)}short\r${RIGHT}\rother\r${RIGHT}\r${RIGHT}\r`
    const { world, known } = vaultWorld({ terminal: true, typedKeys: input })
    expect(await world.run(...LOGIN)).toBe(0)
    expect(world.prompted()).toContain('The passphrase must have at least 12 characters.\n')
    expect(world.prompted()).toContain('The passphrases do not match.\n')
    expect(known.passphrase).toBe(RIGHT)
  })

  test('is generated on Enter alone and shown once', async () => {
    const { world, known } = vaultWorld({ terminal: true, typedKeys: `${typing(READER)}\r\r` })
    expect(await world.run(...LOGIN)).toBe(0)
    expect(known.passphrase).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){5}$/)
    expect(world.prompted().split(known.passphrase ?? '')).toHaveLength(2)
    expect(world.err()).not.toContain(known.passphrase)
  })

  test('is read from a descriptor for scripts', async () => {
    const { world, known } = vaultWorld({ descriptors: { 3: `${RIGHT}\n` } })
    expect(
      await withStdin(world, JSON.stringify(READER), '--credential-store', 'vault', '--passphrase-fd', '3'),
    ).toBe(0)
    expect(known.passphrase).toBe(RIGHT)
  })

  test('exits 4 with a hint without an interactive user', async () => {
    const { world } = vaultWorld()
    expect(await withStdin(world, JSON.stringify(READER), '--credential-store', 'vault')).toBe(4)
    expect(world.err()).toContain(
      'axisor: cannot prompt for the vault passphrase: stdin is not a terminal. Use --passphrase-fd, or set AXISOR_VAULT_PASSPHRASE_FILE to the path of a file that contains it.\n',
    )
  })

  test.each(['x', '-1', '5000'])('rejects --passphrase-fd %s', async text => {
    const { world } = vaultWorld()
    expect(
      await withStdin(world, JSON.stringify(READER), '--credential-store', 'vault', '--passphrase-fd', text),
    ).toBe(2)
    expect(world.err()).toContain('--passphrase-fd')
  })
})

describe('the passphrase of a vault', () => {
  /** Logs in with a passphrase from a descriptor, and opens a later world with the same vault. */
  async function vaulted(options: FakeWorldOptions) {
    const both = vaultWorld({ descriptors: { 3: RIGHT }, ...options })
    await withStdin(both.world, JSON.stringify(READER), '--credential-store', 'vault', '--passphrase-fd', '3')
    return both.world
  }

  test('is requested before any output, at most three times', async () => {
    const world = await vaulted({ typedKeys: `wrong\rwrong again\r${RIGHT}\r` })
    expect(await world.run('snapshot', '--fields', 'network')).toBe(0)
    expect(world.prompted()).toBe(
      'Vault passphrase: \nWrong passphrase.\nVault passphrase: \nWrong passphrase.\nVault passphrase: \n',
    )
    expect(world.listeners()).toBe(0)
  })

  test('exits 4 after three wrong inputs', async () => {
    const world = await vaulted({ typedKeys: 'a\rb\rc\r' })
    expect(await world.run('snapshot')).toBe(4)
    expect(world.err()).toContain('axisor: wrong passphrase, or the vault was changed')
    expect(world.out()).toBe('')
  })

  test('is requested by a new login too, at most three times', async () => {
    const world = await vaulted({ typedKeys: `${typing(READER)}a\rb\rc\r${RIGHT}\r` })
    expect(await world.run('login')).toBe(4)
    expect(world.prompted().split('Vault passphrase: ')).toHaveLength(4)
    expect(world.err()).toContain('axisor: wrong passphrase, or the vault was changed')
  })

  test('exits 130 on Ctrl-C at the prompt', async () => {
    const world = await vaulted({ typedKeys: '\x03' })
    expect(await world.run('watch', '--json')).toBe(130)
    expect(world.listeners()).toBe(0)
  })

  test.each([
    ['a file', { AXISOR_VAULT_PASSPHRASE_FILE: '/run/pass' }, '/run/pass'],
    ['systemd', { CREDENTIALS_DIRECTORY: '/run/credentials' }, '/run/credentials/axisor-vault-passphrase'],
  ])('is read from %s without a prompt', async (_, env, path) => {
    const world = await vaulted({ env, files: { [path]: ownFile(`${RIGHT}\n`) } })
    expect(await world.run('snapshot', '--fields', 'network')).toBe(0)
  })

  test('is not read from a variable, which child processes could read', async () => {
    const world = await vaulted({ env: { AXISOR_VAULT_PASSPHRASE: RIGHT } })
    expect(await world.run('snapshot')).toBe(4)
    expect(world.err()).toContain('cannot prompt for the vault passphrase')
  })
})

describe('a locked keyring', () => {
  /** A keychain whose dialog stays open until it is canceled. */
  const dialog: World['openSecrets'] = async (kind, { onDialog }) => {
    const memory = openMemorySecrets(kind)
    const error = new AxisorError('no-credentials', 'the keyring is locked', { hint: 'Unlock it.' })
    return {
      ...memory,
      state: async () => ({ kind: 'locked', canAsk: true, error }),
      read: () =>
        new Promise((_, reject) => {
          const over = onDialog?.(() => {
            over?.()
            reject(error)
          })
        }),
    }
  }
  const files = {
    '/home/trader/.local/state/axisor/profiles.json': ownFile(
      '{"version":1,"current":"main","profiles":{"main":{"kind":"direct","network":"mainnet","addresses":null,"permissions":[],"store":"keychain","requirePassphrase":false,"provenAt":"2026-11-01T00:00:00Z"}}}',
    ),
  }

  test('prints that it waits for the dialog, and stops on Esc', async () => {
    const world = fresh({ terminal: true, openSecrets: dialog, files })
    const running = await world.start('watch')
    expect(world.prompted()).toBe('axisor: waiting for the keyring dialog, Esc cancels\n')
    expect(world.out()).toBe('')
    world.type('\x1b')
    expect(await running.ended()).toBe(4)
    expect(world.err()).toContain('axisor: the keyring is locked. Unlock it.\n')
    expect(world.listeners()).toBe(0)
  })

  test('prints to stderr without a keyboard, and stops on a signal', async () => {
    const world = fresh({ openSecrets: dialog, files })
    const running = await world.start('watch', '--json')
    expect(world.err()).toBe('axisor: waiting for the keyring dialog\n')
    world.signal('SIGINT')
    expect(await running.ended()).toBe(130)
  })
})
