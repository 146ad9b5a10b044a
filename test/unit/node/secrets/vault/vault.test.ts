import { execFileSync } from 'node:child_process'
import { createDecipheriv, scryptSync } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DEFAULT_COST, deriveKey } from '../../../../../src/node/secrets/scrypt.ts'
import { Vault, vaultPath } from '../../../../../src/node/secrets/vault/vault.ts'
import type { PassphraseSource, SecretId } from '../../../../../src/ports/secrets.ts'
import { passphraseThatIs } from '../../../../support/passphrases.ts'
import { openTempFolder } from '../../../../support/temp-folder.ts'

const PLACE: SecretId = { exchange: 'lnmarkets', network: 'mainnet', profile: 'main' }
const RIGHT = 'correct horse battery'
const TEXT = '{"v":1,"key":"k3y","secret":"s3cret","passphrase":"p4ss"}'
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

/** Returns the file with a modification. */
function change(edit: (file: Record<string, unknown> & { kdf: Record<string, unknown> }) => void): void {
  const file = JSON.parse(readFileSync(path, 'utf8'))
  edit(file)
  writeFileSync(path, JSON.stringify(file))
}

describe('a vault file', () => {
  test('has the documented format and mode 0600, and contains no plaintext', async () => {
    await open().write(PLACE, TEXT)
    const text = readFileSync(path, 'utf8')
    const file = JSON.parse(text)
    expect(file).toEqual({
      format: 'axisor-vault',
      v: 1,
      ctx: 'lnmarkets:mainnet:main',
      kdf: { name: 'scrypt', N: 32_768, r: 8, p: 1, salt: expect.stringMatching(/^[\w-]{22}$/) },
      cipher: 'aes-256-gcm',
      nonce: expect.stringMatching(/^[\w-]{16}$/),
      ct: expect.stringMatching(/^[\w-]+$/),
      tag: expect.stringMatching(/^[\w-]{22}$/),
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    expect(readdirSync(dirname(path))).toEqual(['lnmarkets.mainnet.main.json'])
    for (const part of ['k3y', 's3cret', 'p4ss']) expect(text).not.toContain(part)
  })

  test('can be decrypted with the passphrase as documented in docs/credentials.md', async () => {
    await open().write(PLACE, TEXT)
    const { format, v, ctx, kdf, cipher, nonce, ct, tag } = JSON.parse(readFileSync(path, 'utf8'))
    const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')
    const key = scryptSync(RIGHT, bytes(kdf.salt), 32, { N: kdf.N, r: kdf.r, p: kdf.p, maxmem: 2 ** 27 })
    const header = [format, v, ctx, kdf.name, kdf.N, kdf.r, kdf.p, bytes(kdf.salt), cipher, bytes(nonce)]
    const bound = header.flatMap(field => {
      const value = Buffer.isBuffer(field) ? field : Buffer.from(String(field))
      return [Buffer.of(0, 0, 0, value.length), value]
    })
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(nonce)).setAAD(Buffer.concat(bound))
    decipher.setAuthTag(bytes(tag))
    expect(decipher.update(bytes(ct), undefined, 'utf8') + decipher.final('utf8')).toBe(TEXT)
  })

  test('never reuses a salt or nonce', async () => {
    await open().write(PLACE, TEXT)
    const before = JSON.parse(readFileSync(path, 'utf8'))
    await open().write(PLACE, TEXT)
    const after = JSON.parse(readFileSync(path, 'utf8'))
    expect(after.kdf.salt).not.toBe(before.kdf.salt)
    expect(after.nonce).not.toBe(before.nonce)
  })

  test('costs N = 2^17 by default', async () => {
    await new Vault(env, { passphrase: passphraseThatIs(RIGHT) }).write(PLACE, TEXT)
    expect(JSON.parse(readFileSync(path, 'utf8')).kdf.N).toBe(131_072)
  })

  test('is derived without blocking the event loop', async () => {
    let turns = 0
    let isDone = false
    const turn = (): void => {
      turns += 1
      if (!isDone) setImmediate(turn)
    }
    turn()
    await deriveKey('a', Buffer.alloc(16), DEFAULT_COST)
    isDone = true
    expect(turns).toBeGreaterThan(10)
  })
})

describe('the same message for a wrong passphrase and a modified file', () => {
  const flip = (text: unknown): string => (String(text).startsWith('A') ? 'B' : 'A') + String(text).slice(1)

  test('rejects a wrong passphrase', async () => {
    await open().write(PLACE, TEXT)
    const error = await open(passphraseThatIs('wrong horse battery'))
      .read(PLACE)
      .catch(thrown => thrown)
    expect(error).toMatchObject({ code: 'no-credentials', message: expect.stringMatching(CLOSED) })
    expect(error.hint).toMatch(/axisor logout and axisor login/)
  })

  test.each([
    ['the salt', file => (file.kdf.salt = flip(file.kdf.salt))],
    ['N', file => (file.kdf.N = 65_536)],
    ['p', file => (file.kdf.p = 2)],
    ['the nonce', file => (file.nonce = flip(file.nonce))],
    ['the text', file => (file.ct = flip(file.ct))],
    ['a shorter text', file => (file.ct = String(file.ct).slice(0, -4))],
    ['no text', file => (file.ct = '')],
    ['the tag', file => (file.tag = flip(file.tag))],
  ] satisfies [string, Parameters<typeof change>[0]][])(
    'rejects a modified file: %s',
    async (_what, edit) => {
      await open().write(PLACE, TEXT)
      change(edit)
      await expect(open().read(PLACE)).rejects.toThrow(CLOSED)
    },
  )
})

test('rejects the file of another profile as modified, even with its name and ctx rewritten', async () => {
  const other = { ...PLACE, profile: 'other' }
  await open().write(other, TEXT)
  renameSync(vaultPath(env, other), path)
  change(file => (file.ctx = 'lnmarkets:mainnet:main'))
  await expect(open().read(PLACE)).rejects.toThrow(CLOSED)
})

describe('an invalid vault file is rejected before the passphrase is requested', () => {
  const REMEDY =
    /^(Restore a backup|Update axisor|Restore its original name|Run chmod 600|Remove it|Replace it)/

  async function isRefused(message: RegExp): Promise<void> {
    const passphrase = passphraseThatIs(RIGHT)
    for (const call of [() => open(passphrase).read(PLACE), () => open(passphrase).write(PLACE, 'new')]) {
      const error = await call().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'no-credentials',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(REMEDY),
      })
    }
    expect(passphrase.requests).toEqual([])
  }

  test.each([
    ['another format', file => (file.format = 'x'), /is damaged: unknown format$/],
    ['a newer version', file => (file.v = 2), /main\.json has a newer version$/],
    ['no version', file => delete file.v, /is damaged: v is not a valid version$/],
    ['too low a cost', file => (file.kdf.N = 2 ** 14), /is damaged: kdf is out of bounds$/],
    ['too much memory', file => (file.kdf.N = 2 ** 21), /is damaged: kdf is out of bounds$/],
    ['N not a power of two', file => (file.kdf.N = 100_000), /is damaged: kdf is out of bounds$/],
    ['N as text', file => (file.kdf.N = '131072'), /is damaged: kdf is out of bounds$/],
    ['too high a cost', file => (file.kdf.p = 5), /is damaged: kdf is out of bounds$/],
    ['another r', file => (file.kdf.r = 16), /is damaged: kdf is not supported$/],
    ['another derivation', file => (file.kdf.name = 'md5'), /is damaged: kdf is not supported$/],
    ['another cipher', file => (file.cipher = 'none'), /is damaged: cipher is not supported$/],
    ['a short tag', file => (file.tag = 'AAAA'), /is damaged: tag is not valid base64url$/],
    [
      'a salt with an invalid character',
      file => (file.kdf.salt = '!'),
      /is damaged: kdf.salt is not valid base64url$/,
    ],
    ['another profile', file => (file.ctx = 'lnmarkets:signet:main'), /belongs to another profile$/],
  ] satisfies [string, Parameters<typeof change>[0], RegExp][])(
    'rejects %s',
    async (_what, edit, message) => {
      await open().write(PLACE, TEXT)
      change(edit)
      await isRefused(message)
    },
  )

  test('rejects a file truncated at any byte', async () => {
    await open().write(PLACE, TEXT)
    const whole = readFileSync(path, 'utf8').trimEnd()
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.slice(0, length))
      await isRefused(/is damaged: it is not a JSON object$/)
    }
  })

  test('rejects the file of another profile under this name', async () => {
    const other = { ...PLACE, profile: 'other' }
    await open().write(other, TEXT)
    copyFileSync(vaultPath(env, other), path)
    await isRefused(/main\.json belongs to another profile$/)
  })

  test.each([0o640, 0o604, 0o660, 0o602, 0o611])('rejects a file with mode %o', async mode => {
    await open().write(PLACE, TEXT)
    chmodSync(path, mode)
    await isRefused(/main\.json is accessible to other users$/)
  })

  test('rejects a symbolic link, even to a valid vault file', async () => {
    await open().write(PLACE, TEXT)
    renameSync(path, `${folder.path}/elsewhere`)
    symlinkSync(`${folder.path}/elsewhere`, path)
    await isRefused(/main\.json is a symbolic link$/)
  })

  test('rejects a directory and a pipe without a writer', async () => {
    mkdirSync(path, { recursive: true })
    chmodSync(dirname(path), 0o700)
    await isRefused(/main\.json is not a regular file$/)
    rmSync(path, { recursive: true })
    execFileSync('mkfifo', [path])
    await isRefused(/main\.json is not a regular file$/)
  })

  test('rejects a file over 64 KiB', async () => {
    await open().write(PLACE, TEXT)
    writeFileSync(path, ' '.repeat(65 * 1024))
    await isRefused(/main\.json is too large$/)
  })
})

describe('the vault directory', () => {
  test('is rejected and reported by `state` if other users can write to it', async () => {
    await open().write(PLACE, TEXT)
    chmodSync(dirname(path), 0o770)
    const message = `other users can write to ${dirname(path)}`
    expect(await open().state()).toMatchObject({ kind: 'unusable', error: { message } })
    await expect(open().read(PLACE)).rejects.toThrow(message)
    await expect(open().write(PLACE, 'new')).rejects.toThrow(message)
    await expect(open().remove(PLACE)).rejects.toThrow(message)
  })

  test('is rejected if it is a symbolic link', async () => {
    mkdirSync(dirname(dirname(path)), { recursive: true })
    symlinkSync(folder.path, dirname(path))
    await expect(open().read(PLACE)).rejects.toThrow('is a symbolic link or a file')
  })

  test('is reported as `unusable` if HOME is not set', async () => {
    const homeless = new Vault({}, { passphrase: passphraseThatIs(RIGHT) })
    expect(await homeless.state()).toMatchObject({ kind: 'unusable', error: { code: 'config' } })
    await expect(homeless.read(PLACE)).rejects.toThrow(
      'neither XDG_DATA_HOME nor HOME is set to an absolute path',
    )
  })
})
