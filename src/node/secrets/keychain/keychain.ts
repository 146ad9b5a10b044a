import { AxisorError } from '../../../domain/error.ts'
import type { Crypto } from '../../../ports/crypto.ts'
import type { Env } from '../../../ports/env.ts'
import type { SecretId, Secrets, SecretsOptions, StoreState } from '../../../ports/secrets.ts'
import { openRecord, readRecord, type SealedRecord, sealRecord } from '../sealed-record.ts'
import { secretIdText } from '../secret-id.ts'
import { noPassphrase, type Passphrase, passphraseOf } from '../vault/passphrase.ts'
import { DEFAULT_COST, newSalt, type ScryptCost } from '../vault/scrypt.ts'
import { keyFilePath, makeKeyFile, readKeyFile } from './key-file.ts'
import { startKeychain } from './keychain-call.ts'
import { callFailure } from './keychain-errors.ts'
import type { KeychainRequest } from './keychain-messages.ts'
import { keychainState } from './keychain-state.ts'

const SERVICE = 'axisor'

/** What Windows' Credential Manager takes for one record, of which each character is two bytes. */
const MAX_WINDOWS_BYTES = 2_560

/** How long is waited, and what it costs to derive a key; a test takes less. */
export interface KeychainLimits {
  readonly lookMs: number
  readonly callMs: number
  /** For a dialog to be answered. */
  readonly dialogMs: number
  readonly cost: ScryptCost
  /** The program of the child; null for our own. */
  readonly entry: string | null
}

const DEFAULT_LIMITS: KeychainLimits = {
  lookMs: 1_500,
  callMs: 5_000,
  dialogMs: 60_000,
  cost: DEFAULT_COST,
  entry: null,
}

type Fields<T> = T extends unknown ? Omit<T, 'service'> : never

/** The keychain of the system: records that are sealed before they get there, under the service `axisor`. */
export class Keychain implements Secrets {
  readonly kind = 'keychain'
  readonly #env: Env
  readonly #seal: Crypto
  readonly #options: SecretsOptions
  readonly #passphrase: Passphrase | null
  readonly #limits: KeychainLimits

  constructor(env: Env, crypto: Crypto, options: SecretsOptions, limits: Partial<KeychainLimits> = {}) {
    this.#env = env
    this.#seal = crypto
    this.#options = options
    this.#passphrase = options.passphrase === null ? null : passphraseOf(options.passphrase)
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  state(): Promise<StoreState> {
    return keychainState(this.#env, this.#limits.lookMs)
  }

  async read(place: SecretId): Promise<string | null> {
    const account = secretIdText(place)
    const found = await this.#call({ op: 'get', account })
    if (typeof found === 'string') return this.#open(found, account)
    // A keyring that was locked a moment ago, or whose dialog was closed, has no items either.
    await this.#mustBeReady()
    return null
  }

  async write(place: SecretId, text: string): Promise<void> {
    const account = secretIdText(place)
    // A keychain that can't be used is said before anybody types a passphrase for it.
    await this.#mustBeUsable()
    const record = await this.#sealed(text, account)
    if (process.platform === 'win32' && record.length * 2 > MAX_WINDOWS_BYTES)
      throw new AxisorError('no-credentials', 'the credentials are too long for the keychain of Windows', {
        hint: 'Use the vault: axisor login --credential-store vault',
      })
    const found = await this.#call({ op: 'set', account, record })
    if (found === record) return
    await this.#mustBeReady()
    // Another login for the same place may have had the last word.
    if (typeof found === 'string' && (await this.#isOurs(found, account))) return
    throw new AxisorError('no-credentials', `the keychain gives another item for ${SERVICE} ${account}`, {
      hint: 'Remove what another program has stored under that name, and log in again.',
    })
  }

  async remove(place: SecretId): Promise<boolean> {
    if ((await this.#call({ op: 'delete', account: secretIdText(place) })) === true) return true
    await this.#mustBeReady()
    return false
  }

  async #mustBeReady(): Promise<void> {
    const state = await this.state()
    if (state.kind !== 'ready') throw state.error
  }

  /** True when a dialog must be answered first. @throws AxisorError, when it can't be used */
  async #mustBeUsable(): Promise<boolean> {
    const state = await this.state()
    if (state.kind === 'unusable' || (state.kind === 'locked' && !state.canAsk)) throw state.error
    return state.kind === 'locked'
  }

  async #call(request: Fields<KeychainRequest>): Promise<string | boolean | null> {
    const { callMs, dialogMs, entry } = this.#limits
    // It starts while the bus is asked: whoever waits for a screen waits for the longer of the two.
    const child = startKeychain(this.#env, entry)
    try {
      const dialog = await this.#mustBeUsable()
      const limitMs = dialog ? dialogMs : callMs
      const onDialog = dialog ? this.#options.onDialog : undefined
      const outcome = await child.ask({ ...request, service: SERVICE }, { limitMs, onDialog })
      if (outcome.kind === 'done') return outcome.value
      throw callFailure(outcome, limitMs, dialog)
    } finally {
      child.end()
    }
  }

  async #sealed(text: string, account: string): Promise<string> {
    if (this.#options.requirePassphrase !== true) {
      const key = await makeKeyFile(this.#env, this.#seal)
      const record = sealRecord(this.#seal, key, text, account)
      key.fill(0)
      return record
    }
    const { cost } = this.#limits
    const salt = newSalt()
    const key = await this.#required().keyForNew(salt, cost)
    return sealRecord(this.#seal, key, text, account, { salt, cost })
  }

  async #open(text: string, account: string): Promise<string> {
    const record = readRecord(text)
    if (record === null)
      throw new AxisorError('no-credentials', `the keychain’s item ${SERVICE} ${account} is not axisor’s`, {
        hint: 'Remove what another program has stored under that name, or log in again to replace it.',
      })
    const { derivation } = record
    if (derivation === null) return this.#openWithKeyFile(record, account)
    const opened = await this.#required().open(derivation.salt, derivation.cost, key =>
      openRecord(this.#seal, key, record, account),
    )
    if (opened !== null) return opened
    throw new AxisorError(
      'no-credentials',
      `the keychain’s item ${SERVICE} ${account} can’t be opened: wrong passphrase, or it was changed`,
      { hint: 'Try again; if the passphrase is lost, log in again.' },
    )
  }

  async #isOurs(text: string, account: string): Promise<boolean> {
    return this.#open(text, account).then(
      () => true,
      () => false,
    )
  }

  async #openWithKeyFile(record: SealedRecord, account: string): Promise<string> {
    const path = keyFilePath(this.#env)
    const key = await readKeyFile(this.#env)
    const opened = key === null ? null : openRecord(this.#seal, key, record, account)
    key?.fill(0)
    if (opened !== null) return opened
    const why = key === null ? `its key file ${path} is gone` : `its key file ${path} or the item was changed`
    throw new AxisorError(
      'no-credentials',
      `the keychain’s item ${SERVICE} ${account} can’t be opened: ${why}`,
      {
        hint: 'Put a copy of the key file back, or log in again.',
      },
    )
  }

  #required(): Passphrase {
    if (this.#passphrase === null) throw noPassphrase('the keychain’s record')
    return this.#passphrase
  }
}
