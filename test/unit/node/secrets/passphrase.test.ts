import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Vault, vaultPath } from '../../../../src/node/secrets/vault/vault.ts'
import type { PassphraseSource, SecretId } from '../../../../src/ports/secrets.ts'
import { passphraseThatIs } from '../../../support/passphrases.ts'
import { openTempFolder } from '../../../support/temp-folder.ts'

const PLACE: SecretId = { exchange: 'lnmarkets', network: 'mainnet', profile: 'main' }
const RIGHT = 'correct horse battery'
const TEXT = 'what is stored'
const CHEAP = { N: 2 ** 15, p: 1 }
const CLOSED = /^cannot decrypt the vault file .+main\.json: wrong passphrase, or the file was modified$/

// Key derivation is slow by design.
vi.setConfig({ testTimeout: 60_000 })

let folder: ReturnType<typeof openTempFolder>
let env: Record<string, string>
let path: string
beforeEach(() => {
  folder = openTempFolder()
  env = { XDG_DATA_HOME: folder.path }
  path = vaultPath(env, PLACE)
})
afterEach(() => folder.remove())

const open = (passphrase: PassphraseSource | null = passphraseThatIs(RIGHT)): Vault =>
  new Vault(env, { passphrase }, CHEAP)

describe('Passphrase', () => {
  test('is requested once for all secrets and stores of one source', async () => {
    const passphrase = passphraseThatIs(RIGHT)
    const places = ['main', 'b', 'c'].map(profile => ({ ...PLACE, profile }))
    await Promise.all(places.map(place => open(passphrase).write(place, TEXT)))
    await open(passphrase).read(PLACE)
    expect(passphrase.requests).toEqual([{ purpose: 'new', attempt: 1 }])
    const again = passphraseThatIs(RIGHT)
    await Promise.all(places.map(place => open(again).read(place)))
    expect(again.requests).toEqual([{ purpose: 'open', attempt: 1 }])
  })

  test('does not depend on the Unicode composition', async () => {
    await open(passphraseThatIs('a\u0301rbol \ufb01no de pl\u0061\u0301tano')).write(PLACE, TEXT)
    expect(await open(passphraseThatIs('\u00e1rbol fino de pl\u00e1tano')).read(PLACE)).toBe(TEXT)
  })

  test('is requested again after a typing error, up to the number of tries', async () => {
    await open().write(PLACE, TEXT)
    const third = passphraseThatIs('no', 'not this', RIGHT)
    expect(await open(third).read(PLACE)).toBe(TEXT)
    expect(third.requests.map(request => request.attempt)).toEqual([1, 2, 3])
    const never = passphraseThatIs('no', 'nor this', 'nor that')
    await expect(open(never).read(PLACE)).rejects.toThrow(CLOSED)
    expect(never.requests).toHaveLength(3)
  })

  test('needs 12 characters if it is new; an emoji counts as one', async () => {
    const short = passphraseThatIs('elevenchars', '🦆🦆🦆🦆🦆🦆')
    await expect(open(short).write(PLACE, TEXT)).rejects.toThrow(
      'the passphrase has fewer than 12 characters',
    )
    expect(short.requests).toHaveLength(2)
    expect(await open().read(PLACE)).toBeNull()
    await open(passphraseThatIs('twelve chars')).write(PLACE, TEXT)
    expect(await open(passphraseThatIs('twelve chars')).read(PLACE)).toBe(TEXT)
  })

  test('is not needed if nothing is stored, and reported as missing if something is', async () => {
    expect(await open(null).read(PLACE)).toBeNull()
    expect(await open(null).remove(PLACE)).toBe(false)
    expect(await open(null).state()).toMatchObject({ kind: 'locked', canAsk: false })
    await open().write(PLACE, TEXT)
    for (const call of [() => open(null).read(PLACE), () => open(null).write(PLACE, 'new')])
      await expect(call()).rejects.toMatchObject({
        message: 'cannot prompt for the passphrase of the vault',
        hint: expect.stringContaining('AXISOR_VAULT_PASSPHRASE_FILE'),
      })
    expect(await open().read(PLACE)).toBe(TEXT)
    expect(await open(null).remove(PLACE)).toBe(true)
  })

  test('a failing source fails the call, and the next call requests again', async () => {
    await open().write(PLACE, TEXT)
    let requests = 0
    const source: PassphraseSource = {
      tries: 1,
      async ask() {
        requests += 1
        if (requests === 1) throw new Error('interrupted')
        return RIGHT
      },
    }
    await expect(open(source).read(PLACE)).rejects.toThrow('interrupted')
    expect(await open(source).read(PLACE)).toBe(TEXT)
  })
})

describe('a login that replaces an older one', () => {
  test('is rejected with another passphrase, and the old credentials stay', async () => {
    await open().write(PLACE, TEXT)
    const before = readFileSync(path, 'utf8')
    await expect(open(passphraseThatIs('another passphrase')).write(PLACE, 'new')).rejects.toThrow(CLOSED)
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(readdirSync(dirname(path))).toEqual(['lnmarkets.mainnet.main.json'])
  })
})
