import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { Secret } from '../../src/domain/secret.ts'
import { encodeStoredSecret } from '../../src/wire/stored-secret.ts'
import type { FakeWorld } from '../support/fake-world.ts'
import {
  fresh,
  KEY,
  later,
  loggedIn,
  PROFILES,
  storedIn,
  unusable,
  WRITER,
  withStdin,
} from '../support/login-world.ts'

describe('a login over an older one', () => {
  /** A store that spoils what it is given, so many times; what it held before is good. */
  function spoil(world: FakeWorld, times: number): void {
    const { keychain } = world.secrets
    const { write } = keychain
    let left = times
    keychain.write = (place, text) => {
      left -= 1
      return write(place, left >= 0 ? text.slice(0, 20) : text)
    }
  }
  const OTHER = JSON.stringify(WRITER)

  test('a store that spoils the new key: the old one is put back, and still works', async () => {
    const world = later(await loggedIn())
    const before = [storedIn(world, 'keychain'), world.file(PROFILES)]
    spoil(world, 1)
    expect(await withStdin(world, OTHER, '--allow-write-key')).toBe(4)
    expect(world.err()).toMatch(/the keychain did not return what was stored in it\. Log in again .+\n$/)
    expect([storedIn(world, 'keychain'), world.file(PROFILES)]).toEqual(before)
    expect(await later(world).run('snapshot')).toBe(0)
  })

  test('a store that spoils the old key too, when it is put back: that is said', async () => {
    const world = later(await loggedIn())
    spoil(world, 2)
    expect(await withStdin(world, OTHER, '--allow-write-key')).toBe(4)
    expect(world.err()).toContain('and the previous secret is lost. Log in again with another')
  })

  test('a store that fails in the middle: the old key is put back too', async () => {
    const world = later(await loggedIn())
    const before = storedIn(world, 'keychain')
    const { keychain } = world.secrets
    const { write, texts } = keychain
    keychain.write = async () => {
      texts.set(before[0]?.[0] ?? '', 'spoiled')
      keychain.write = write
      throw unusable('the keychain gives another item').error
    }
    expect(await withStdin(world, OTHER, '--allow-write-key')).toBe(4)
    expect(world.err()).toContain('the keychain gives another item. Use the vault.')
    expect(storedIn(world, 'keychain')).toEqual(before)
  })

  test('another login for the same profile at the same time is not undone', async () => {
    const world = later(await loggedIn())
    const theirs = encodeStoredSecret({
      kind: 'direct',
      credentials: {
        key: 'theirs',
        secret: new Secret('their-secret'),
        passphrase: new Secret('their-phrase'),
      },
    })
    const { keychain } = world.secrets
    const { write } = keychain
    keychain.write = place => write(place, theirs)
    expect(await withStdin(world, OTHER, '--allow-write-key')).toBe(4)
    expect(world.err()).toContain(
      'another login has just replaced the secret of main. Log in again to replace it.',
    )
    expect(storedIn(world, 'keychain').map(([, text]) => text)).toEqual([theirs])
  })

  /** A disk that has no room for the profiles any more. */
  function fill({ files }: FakeWorld): void {
    files.writePrivate = async path => {
      throw new AxisorError('config', `cannot write ${path}: the disk is full`, {
        hint: 'Nothing was changed.',
      })
    }
  }

  test('profiles that can’t be written: nothing was changed, as it says', async () => {
    const world = later(await loggedIn())
    const before = [storedIn(world, 'keychain'), world.file(PROFILES)]
    fill(world)
    expect(await withStdin(world, OTHER, '--allow-write-key')).toBe(2)
    expect(world.err()).toContain('the disk is full. Nothing was changed.')
    expect([storedIn(world, 'keychain'), world.file(PROFILES)]).toEqual(before)
  })

  test('a first login whose profile can’t be written leaves no secret behind', async () => {
    const world = fresh()
    fill(world)
    expect(await withStdin(world, KEY)).toBe(2)
    expect(world.err()).toContain('the disk is full. Nothing was changed.')
    expect(storedIn(world, 'keychain')).toEqual([])
  })

  test('an item that can’t be opened is replaced', async () => {
    const world = later(await loggedIn())
    const { keychain } = world.secrets
    const { read } = keychain
    keychain.read = async () => {
      keychain.read = read
      throw unusable('the item is not axisor’s').error
    }
    expect(await withStdin(world, KEY)).toBe(0)
  })
})
