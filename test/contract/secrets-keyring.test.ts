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
/** A healthy keyring is slow on a busy machine. */
const LONG_TIMEOUTS = { cost: { N: 2 ** 15, p: 1 }, probeTimeoutMs: 20_000, callTimeoutMs: 40_000 }
const NO_PROMPT: SecretsOptions = { passphrase: null }

describe.runIf(isThere)(`in a real gnome-keyring${missing}`, () => {
  secretsLaws('the keychain', async () => {
    const keyring = await openTestKeyring()
    return {
      kind: 'keychain',
      open: async () => new Keychain(keyring.env, openCrypto(), NO_PROMPT, LONG_TIMEOUTS),
      close: () => keyring.close(),
    }
  })

  secretsLaws('the keychain that requires a passphrase', async () => {
    const keyring = await openTestKeyring()
    return {
      kind: 'keychain',
      open: async () => {
        const options = { passphrase: passphraseThatIs('correct horse battery'), requirePassphrase: true }
        return new Keychain(keyring.env, openCrypto(), options, LONG_TIMEOUTS)
      },
      close: () => keyring.close(),
    }
  })
})

describe.runIf(isThere)(`a healthy keyring${missing}`, { timeout: 60_000 }, () => {
  let keyring: TestKeyring
  beforeAll(async () => {
    keyring = await openTestKeyring()
  }, 60_000)
  afterAll(() => keyring.close())
  const open = (options = NO_PROMPT, limits: Partial<KeychainLimits> = {}): Keychain =>
    new Keychain(keyring.env, openCrypto(), options, { ...LONG_TIMEOUTS, ...limits })

  test('stores an encrypted record, and the key file has mode 0600', async () => {
    await open().write(PLACE, TEXT)
    const probed = keyring.lookup(ACCOUNT)
    expect(probed).toMatch(/^axr1\.[A-Za-z0-9_-]+$/)
    expect(probed.length).toBeLessThan(300)
    for (const part of ['k3y', 's3cret', 'p4ss'])
      for (const form of [part, Buffer.from(part).toString('base64url').slice(0, 4)])
        expect(probed).not.toContain(form)
    const { mode, size } = statSync(keyFilePath(keyring.env))
    expect([mode & 0o777, size]).toEqual([0o600, 32])
  })

  test('works from the bundled program', async () => {
    const folder = openTempFolder()
    execFileSync(process.execPath, ['tools/build.js', '--outdir', folder.path])
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder.path, 'node_modules'))
    const bundled = open(NO_PROMPT, { entry: join(folder.path, 'keychain-child.cjs') })
    await bundled.write(PLACE, TEXT)
    expect(await open().read(PLACE)).toBe(TEXT)
    expect(await bundled.read(PLACE)).toBe(TEXT)
    expect(await bundled.remove(PLACE)).toBe(true)
    expect(await bundled.read(PLACE)).toBeNull()
    folder.remove()
  })

  test('rejects a record copied from another profile', async () => {
    await open().write(PLACE, TEXT)
    keyring.storeForeign('lnmarkets:signet:main', keyring.lookup(ACCOUNT))
    await expect(open().read({ ...PLACE, network: 'signet' })).rejects.toMatchObject({
      code: 'no-credentials',
      message: expect.stringMatching(
        /^cannot decrypt .+signet:main: its key file .+ or the item was modified$/,
      ),
    })
    expect(await open().read(PLACE)).toBe(TEXT)
  })

  test('rejects the item of another program under its name until a login replaces it', async () => {
    const place = { ...PLACE, profile: 'foreign' }
    keyring.storeForeign('lnmarkets:mainnet:foreign', 'in clear')
    const refusal = await open().read(place).catch(String)
    expect(refusal).toBe(
      'AxisorError: the keychain item axisor lnmarkets:mainnet:foreign was not written by axisor',
    )
    await open().write(place, TEXT)
    expect(await open().read(place)).toBe(TEXT)
  })

  test('reports an item of another program that hides the written one', async () => {
    const folder = openTempFolder()
    const entry = join(folder.path, 'child.mjs')
    const reply = { kind: 'done', value: 'theirs' }
    writeFileSync(
      entry,
      `import { writeSync } from 'node:fs'\nwriteSync(3, ${JSON.stringify(`${JSON.stringify(reply)}\n`)})`,
    )
    await expect(open(NO_PROMPT, { entry }).write(PLACE, TEXT)).rejects.toMatchObject({
      code: 'no-credentials',
      message: `the keychain returned a different item for axisor ${ACCOUNT}`,
      hint: 'Remove the item that another program stored under that name, and log in again.',
    })
    folder.remove()
  })

  test('requires the passphrase with --require-passphrase, and rejects a wrong one', async () => {
    const place = { ...PLACE, profile: 'careful' }
    const passphrase = passphraseThatIs('correct horse battery')
    await open({ passphrase, requirePassphrase: true }).write(place, TEXT)
    expect(keyring.lookup('lnmarkets:mainnet:careful')).toMatch(/^axr1\.scrypt\.32768\.1\./)
    expect(await open({ passphrase }).read(place)).toBe(TEXT)
    expect(passphrase.requests).toHaveLength(1)
    await expect(open().read(place)).rejects.toThrow(
      'cannot prompt for the passphrase of the keychain record',
    )
    await expect(open({ passphrase: passphraseThatIs('wrong') }).read(place)).rejects.toThrow(
      'wrong passphrase, or the item was modified',
    )
  })

  test('reports a missing or accessible key file, and keeps the record', async () => {
    const path = keyFilePath(keyring.env)
    await open().write(PLACE, TEXT)
    const before = keyring.lookup(ACCOUNT)
    renameSync(path, `${path}.away`)
    await expect(open().read(PLACE)).rejects.toThrow(`its key file ${path} is missing`)
    renameSync(`${path}.away`, path)
    chmodSync(path, 0o640)
    await expect(open().read(PLACE)).rejects.toThrow(`${path} is accessible to other users`)
    await expect(open().write(PLACE, 'new')).rejects.toThrow(`${path} is accessible to other users`)
    chmodSync(path, 0o600)
    expect(keyring.lookup(ACCOUNT)).toBe(before)
    expect(await open().read(PLACE)).toBe(TEXT)
  })

  test('isolates items for any profile name', async () => {
    const place = { ...PLACE, profile: '' }
    expect(await open().read(place)).toBeNull()
    expect(await open().remove(place)).toBe(false)
    expect(await open().read(PLACE)).toBe(TEXT)
  })
})

describe.runIf(isThere)(`a failing keyring${missing}`, { timeout: 60_000 }, () => {
  let keyring: TestKeyring
  beforeAll(async () => {
    keyring = await openTestKeyring()
    await new Keychain(keyring.env, openCrypto(), NO_PROMPT, LONG_TIMEOUTS).write(PLACE, TEXT)
  }, 60_000)
  afterAll(() => keyring.close())

  const withDisplay = (): Record<string, string> => ({ ...keyring.env, DISPLAY: ':99' })

  /** Expects every call to fail with the same one-line message and a hint. */
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

  test('fails at once with a hint if locked without a display', async () => {
    await keyring.restart('locked')
    const store = new Keychain(keyring.env, openCrypto(), NO_PROMPT, { ...LONG_TIMEOUTS, entry: '/nowhere' })
    expect(await store.state()).toMatchObject({ kind: 'locked', canAsk: false })
    await failsAlways(store, /^the keychain is locked, and there is no display to prompt for its password$/)
  })

  test('reports `locked`, not a missing secret, if the dialog is dismissed', async () => {
    await keyring.restart('locked')
    const store = new Keychain(withDisplay(), openCrypto(), NO_PROMPT, LONG_TIMEOUTS)
    expect(await store.state()).toMatchObject({ kind: 'locked', canAsk: true })
    await expect(store.read(PLACE)).rejects.toThrow(/^the keychain is locked$/)
  })

  test('times out on an unanswered dialog, and can be canceled', async () => {
    await keyring.restart('locked')
    keyring.promptForEver()
    const report: string[] = []
    const onDialog = (): (() => void) => {
      report.push('up')
      return () => report.push('down')
    }
    const patient = new Keychain(
      withDisplay(),
      openCrypto(),
      { passphrase: null, onDialog },
      { ...LONG_TIMEOUTS, dialogTimeoutMs: 700 },
    )
    await failsAlways(patient, /^the keychain is locked, and its dialog was not answered within 0\.7 s$/)
    expect(report).toEqual(['up', 'down', 'up', 'down', 'up', 'down'])

    const giveUp = (cancel: () => void): (() => void) => {
      queueMicrotask(cancel)
      return () => report.push('given up')
    }
    const impatient = new Keychain(
      withDisplay(),
      openCrypto(),
      { passphrase: null, onDialog: giveUp },
      LONG_TIMEOUTS,
    )
    await failsAlways(impatient, /^the keychain is locked, and waiting for its dialog was canceled$/)
    expect(report.slice(6)).toEqual(['given up', 'given up', 'given up'])
  }, 60_000)

  test('times out on a frozen daemon, for the probe and for a pending call', async () => {
    await keyring.restart('unlocked')
    keyring.freeze()
    const store = new Keychain(keyring.env, openCrypto(), NO_PROMPT, { probeTimeoutMs: 200 })
    expect(await store.state()).toMatchObject({ kind: 'unusable' })
    await failsAlways(store, /^no keychain: it did not respond within 0\.2 s$/)
    const get = { op: 'get', service: 'axisor', account: ACCOUNT } as const
    expect(await startKeychain(keyring.env, null).call(get, { timeoutMs: 1_000 })).toEqual({
      kind: 'timeout',
    })
    keyring.thaw()
    expect(await new Keychain(keyring.env, openCrypto(), NO_PROMPT, LONG_TIMEOUTS).read(PLACE)).toBe(TEXT)
  })

  test('does not start a service if none owns the name', async () => {
    await keyring.stopDaemon()
    await failsAlways(
      new Keychain(keyring.env, openCrypto(), NO_PROMPT, LONG_TIMEOUTS),
      /^no keychain: no service owns org\.freedesktop\.secrets in this D-Bus session$/,
    )
  })

  test('keeps the stored secret through all failures', async () => {
    await keyring.restart('unlocked')
    expect(await new Keychain(keyring.env, openCrypto(), NO_PROMPT, LONG_TIMEOUTS).read(PLACE)).toBe(TEXT)
  })
})
