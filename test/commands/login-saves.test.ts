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

describe('a login that replaces a secret', () => {
  /** A store that corrupts a number of writes. Its earlier content is valid. */
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

  test('restores the old key if the store corrupts the new one', async () => {
    const world = later(await loggedIn())
    const before = [storedIn(world, 'keychain'), world.file(PROFILES)]
    spoil(world, 1)
    expect(await withStdin(world, OTHER, '--allow-write-key')).toBe(4)
    expect(world.err()).toMatch(/the keychain did not return what was stored in it\. Log in again .+\n$/)
    expect([storedIn(world, 'keychain'), world.file(PROFILES)]).toEqual(before)
    expect(await later(world).run('snapshot')).toBe(0)
  })

  test('reports the loss if the store corrupts the restored key too', async () => {
    const world = later(await loggedIn())
    spoil(world, 2)
    expect(await withStdin(world, OTHER, '--allow-write-key')).toBe(4)
    expect(world.err()).toContain('and the previous secret is lost. Log in again with another')
  })

  test('restores the old key if the store fails in between', async () => {
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

  test('does not undo a concurrent login to the same profile', async () => {
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

  /** A disk that is too full for the profiles. */
  function fill({ files }: FakeWorld): void {
    files.writePrivate = async path => {
      throw new AxisorError('config', `cannot write ${path}: the disk is full`, {
        hint: 'Nothing was changed.',
      })
    }
  }

  test('changes nothing if the profiles cannot be written', async () => {
    const world = later(await loggedIn())
    const before = [storedIn(world, 'keychain'), world.file(PROFILES)]
    fill(world)
    expect(await withStdin(world, OTHER, '--allow-write-key')).toBe(2)
    expect(world.err()).toContain('the disk is full. Nothing was changed.')
    expect([storedIn(world, 'keychain'), world.file(PROFILES)]).toEqual(before)
  })

  test('leaves no secret behind if the profile of a first login cannot be written', async () => {
    const world = fresh()
    fill(world)
    expect(await withStdin(world, KEY)).toBe(2)
    expect(world.err()).toContain('the disk is full. Nothing was changed.')
    expect(storedIn(world, 'keychain')).toEqual([])
  })

  test('replaces an entry that cannot be opened', async () => {
    const world = later(await loggedIn())
    const { keychain } = world.secrets
    const { read } = keychain
    keychain.read = async () => {
      keychain.read = read
      throw unusable('the item belongs to another program').error
    }
    expect(await withStdin(world, KEY)).toBe(0)
  })
})
