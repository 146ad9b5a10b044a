import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openCrypto } from '../../src/node/crypto.ts'
import { keyFilePath } from '../../src/node/secrets/keychain/key-file.ts'
import { Keychain, type KeychainLimits } from '../../src/node/secrets/keychain/keychain.ts'
import { startKeychain } from '../../src/node/secrets/keychain/keychain-call.ts'
import type { SecretId, SecretsOptions } from '../../src/ports/secrets.ts'
import { openTestKeyring, type TestKeyring } from '../support/keyring.ts'
import { passphraseThatIs } from '../support/passphrases.ts'
import { openTempFolder } from '../support/temp-folder.ts'
import { secretsLaws } from './secrets-laws.ts'

const isThere = inject('services').keyring
const missing = isThere ? '' : ' (skipped: gnome-keyring, dbus and secret-tool are not installed)'

const PLACE: SecretId = { exchange: 'lnmarkets', network: 'mainnet', profile: 'main' }
const ACCOUNT = 'lnmarkets:mainnet:main'
const TEXT = '{"v":1,"key":"k3y","secret":"s3cret","passphrase":"p4ss"}'
/** On a busy machine a healthy keyring takes its time too. */
const PATIENT = { cost: { N: 2 ** 15, p: 1 }, lookMs: 20_000, callMs: 40_000 }
const NOBODY: SecretsOptions = { passphrase: null }

describe.runIf(isThere)(`in a real gnome-keyring${missing}`, () => {
  secretsLaws('the keychain', async () => {
    const keyring = await openTestKeyring()
    return {
      kind: 'keychain',
      open: async () => new Keychain(keyring.env, openCrypto(), NOBODY, PATIENT),
      close: () => keyring.close(),
    }
  })

  secretsLaws('the keychain that requires a passphrase', async () => {
    const keyring = await openTestKeyring()
    return {
      kind: 'keychain',
      open: async () => {
        const options = { passphrase: passphraseThatIs('correct horse battery'), requirePassphrase: true }
        return new Keychain(keyring.env, openCrypto(), options, PATIENT)
      },
      close: () => keyring.close(),
    }
  })
})

describe.runIf(isThere)(`a keyring that is in order${missing}`, { timeout: 60_000 }, () => {
  let keyring: TestKeyring
  beforeAll(async () => {
    keyring = await openTestKeyring()
  }, 60_000)
  afterAll(() => keyring.close())
  const open = (options = NOBODY, limits: Partial<KeychainLimits> = {}): Keychain =>
    new Keychain(keyring.env, openCrypto(), options, { ...PATIENT, ...limits })

  test('secret-tool sees a sealed record and nothing of what is in it; the key file is ours alone', async () => {
    await open().write(PLACE, TEXT)
    const seen = keyring.lookup(ACCOUNT)
    expect(seen).toMatch(/^axr1\.[A-Za-z0-9_-]+$/)
    expect(seen.length).toBeLessThan(300)
    for (const part of ['k3y', 's3cret', 'p4ss'])
      for (const form of [part, Buffer.from(part).toString('base64url').slice(0, 4)])
        expect(seen).not.toContain(form)
    const { mode, size } = statSync(keyFilePath(keyring.env))
    expect([mode & 0o777, size]).toEqual([0o600, 32])
  })

  test('the bundled program calls the keychain as the sources do', async () => {
    const folder = openTempFolder()
    execFileSync(process.execPath, ['tools/build.js', '--outdir', folder.path])
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder.path, 'node_modules'))
    const bundled = open(NOBODY, { entry: join(folder.path, 'keychain-child.cjs') })
    await bundled.write(PLACE, TEXT)
    expect(await open().read(PLACE)).toBe(TEXT)
    expect(await bundled.read(PLACE)).toBe(TEXT)
    expect(await bundled.remove(PLACE)).toBe(true)
    expect(await bundled.read(PLACE)).toBeNull()
    folder.remove()
  })

  test('a record that was copied to another place is refused there', async () => {
    await open().write(PLACE, TEXT)
    keyring.storeForeign('lnmarkets:signet:main', keyring.lookup(ACCOUNT))
    await expect(open().read({ ...PLACE, network: 'signet' })).rejects.toMatchObject({
      code: 'no-credentials',
      message: expect.stringMatching(/signet:main can’t be opened: its key file .+ or the item was changed$/),
    })
    expect(await open().read(PLACE)).toBe(TEXT)
  })

  test('an item of another program under our name is refused, until a login replaces it', async () => {
    const place = { ...PLACE, profile: 'foreign' }
    keyring.storeForeign('lnmarkets:mainnet:foreign', 'in clear')
    const refusal = await open().read(place).catch(String)
    expect(refusal).toBe('AxisorError: the keychain’s item axisor lnmarkets:mainnet:foreign is not axisor’s')
    await open().write(place, TEXT)
    expect(await open().read(place)).toBe(TEXT)
  })

  test('an item of another program that hides ours is noticed when ours is written', async () => {
    const folder = openTempFolder()
    const entry = join(folder.path, 'child.mjs')
    const reply = { kind: 'done', value: 'theirs' }
    writeFileSync(
      entry,
      `import { writeSync } from 'node:fs'\nwriteSync(3, ${JSON.stringify(`${JSON.stringify(reply)}\n`)})`,
    )
    await expect(open(NOBODY, { entry }).write(PLACE, TEXT)).rejects.toMatchObject({
      code: 'no-credentials',
      message: `the keychain gives another item for axisor ${ACCOUNT}`,
      hint: 'Remove what another program has stored under that name, and log in again.',
    })
    folder.remove()
  })

  test('with a passphrase required, the key file alone opens nothing, and a wrong one is told', async () => {
    const place = { ...PLACE, profile: 'careful' }
    const passphrase = passphraseThatIs('correct horse battery')
    await open({ passphrase, requirePassphrase: true }).write(place, TEXT)
    expect(keyring.lookup('lnmarkets:mainnet:careful')).toMatch(/^axr1\.scrypt\.32768\.1\./)
    expect(await open({ passphrase }).read(place)).toBe(TEXT)
    expect(passphrase.asked).toHaveLength(1)
    await expect(open().read(place)).rejects.toThrow('needs its passphrase, and nobody can be asked')
    await expect(open({ passphrase: passphraseThatIs('wrong') }).read(place)).rejects.toThrow(
      'can’t be opened: wrong passphrase, or it was changed',
    )
  })

  test('a key file that is gone or open to others is said; the record stays', async () => {
    const path = keyFilePath(keyring.env)
    await open().write(PLACE, TEXT)
    const before = keyring.lookup(ACCOUNT)
    renameSync(path, `${path}.away`)
    await expect(open().read(PLACE)).rejects.toThrow(`its key file ${path} is gone`)
    renameSync(`${path}.away`, path)
    chmodSync(path, 0o640)
    await expect(open().read(PLACE)).rejects.toThrow(`${path} is open to other users`)
    await expect(open().write(PLACE, 'new')).rejects.toThrow(`${path} is open to other users`)
    chmodSync(path, 0o600)
    expect(keyring.lookup(ACCOUNT)).toBe(before)
    expect(await open().read(PLACE)).toBe(TEXT)
  })

  test('a name with anything in it can’t reach another item', async () => {
    const place = { ...PLACE, profile: '' }
    expect(await open().read(place)).toBeNull()
    expect(await open().remove(place)).toBe(false)
    expect(await open().read(PLACE)).toBe(TEXT)
  })
})

describe.runIf(isThere)(`a keyring in trouble${missing}`, { timeout: 60_000 }, () => {
  let keyring: TestKeyring
  beforeAll(async () => {
    keyring = await openTestKeyring()
    await new Keychain(keyring.env, openCrypto(), NOBODY, PATIENT).write(PLACE, TEXT)
  }, 60_000)
  afterAll(() => keyring.close())

  const withDisplay = (): Record<string, string> => ({ ...keyring.env, DISPLAY: ':99' })

  /** Every way to use it fails alike, in one line with a remedy. */
  async function failsAlways(store: Keychain, message: string | RegExp): Promise<void> {
    const calls = [() => store.read(PLACE), () => store.write(PLACE, 'new'), () => store.remove(PLACE)]
    for (const call of calls) {
      const error = await call().then(
        () => null,
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({
        code: 'no-credentials',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/^.*vault.*$/),
      })
    }
  }

  test('locked without a display: nobody is called, and the remedy is said', async () => {
    await keyring.restart('locked')
    const store = new Keychain(keyring.env, openCrypto(), NOBODY, { ...PATIENT, entry: '/nowhere' })
    expect(await store.state()).toMatchObject({ kind: 'locked', canAsk: false })
    await failsAlways(store, /^the keychain is locked, and there is no display to ask for its password$/)
  })

  test('locked with a display whose dialog is closed at once: still locked, and not “no such entry”', async () => {
    await keyring.restart('locked')
    const store = new Keychain(withDisplay(), openCrypto(), NOBODY, PATIENT)
    expect(await store.state()).toMatchObject({ kind: 'locked', canAsk: true })
    await expect(store.read(PLACE)).rejects.toThrow(/^the keychain is locked$/)
  })

  test('a dialog that nobody answers is waited for so long and no longer; it can be given up', async () => {
    await keyring.restart('locked')
    keyring.promptForEver()
    const told: string[] = []
    const onDialog = (): (() => void) => {
      told.push('up')
      return () => told.push('down')
    }
    const patient = new Keychain(
      withDisplay(),
      openCrypto(),
      { passphrase: null, onDialog },
      { ...PATIENT, dialogMs: 700 },
    )
    await failsAlways(patient, /^the keychain is locked, and nobody answered its dialog within 0\.7 s$/)
    expect(told).toEqual(['up', 'down', 'up', 'down', 'up', 'down'])

    const giveUp = (cancel: () => void): (() => void) => {
      queueMicrotask(cancel)
      return () => told.push('given up')
    }
    const impatient = new Keychain(
      withDisplay(),
      openCrypto(),
      { passphrase: null, onDialog: giveUp },
      PATIENT,
    )
    await failsAlways(impatient, /^the keychain is locked, and its dialog was not waited for$/)
    expect(told.slice(6)).toEqual(['given up', 'given up', 'given up'])
  }, 60_000)

  test('a frozen daemon: the look at it ends, and so does a call that was under way', async () => {
    await keyring.restart('unlocked')
    keyring.freeze()
    const store = new Keychain(keyring.env, openCrypto(), NOBODY, { lookMs: 200 })
    expect(await store.state()).toMatchObject({ kind: 'unusable' })
    await failsAlways(store, /^no keychain: it did not answer within 0\.2 s$/)
    const get = { op: 'get', service: 'axisor', account: ACCOUNT } as const
    expect(await startKeychain(keyring.env, null).ask(get, { limitMs: 1_000 })).toEqual({ kind: 'timeout' })
    keyring.thaw()
    expect(await new Keychain(keyring.env, openCrypto(), NOBODY, PATIENT).read(PLACE)).toBe(TEXT)
  })

  test('no service on the bus: none is started for our sake', async () => {
    await keyring.stopDaemon()
    await failsAlways(
      new Keychain(keyring.env, openCrypto(), NOBODY, PATIENT),
      /^no keychain: nobody is org\.freedesktop\.secrets in this D-Bus session$/,
    )
  })

  test('after all that, what was stored is as it was', async () => {
    await keyring.restart('unlocked')
    expect(await new Keychain(keyring.env, openCrypto(), NOBODY, PATIENT).read(PLACE)).toBe(TEXT)
  })
})
