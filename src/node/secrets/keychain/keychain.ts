import { AxisorError } from '../../../domain/error.ts'
import type { Crypto } from '../../../ports/crypto.ts'
import type { Env } from '../../../ports/env.ts'
import type { SecretId, Secrets, SecretsOptions, StoreState } from '../../../ports/secrets.ts'
import { type Passphrase, passphraseMissing, passphraseOf } from '../passphrase.ts'
import { DEFAULT_COST, newSalt, type ScryptCost } from '../scrypt.ts'
import { openRecord, readRecord, type SealedRecord, sealRecord } from '../sealed-record.ts'
import { secretIdText } from '../secret-id.ts'
import { keyFilePath, makeKeyFile, readKeyFile } from './key-file.ts'
import { startKeychain } from './keychain-call.ts'
import { callError } from './keychain-errors.ts'
import type { KeychainRequest } from './keychain-messages.ts'
import { keychainState } from './keychain-state.ts'

const SERVICE = 'axisor'

/** Size limit of one record in the Credential Manager of Windows; each character takes two bytes. */
const MAX_WINDOWS_BYTES = 2_560

/** Timeouts and the cost of a key derivation; tests use smaller ones. */
export interface KeychainLimits {
  readonly probeTimeoutMs: number
  readonly callTimeoutMs: number
  /** Time for the user to answer a dialog. */
  readonly dialogTimeoutMs: number
  readonly cost: ScryptCost
  /** The program of the child; null for axisor's own. */
  readonly entry: string | null
}

const DEFAULT_LIMITS: KeychainLimits = {
  probeTimeoutMs: 1_500,
  callTimeoutMs: 5_000,
  dialogTimeoutMs: 60_000,
  cost: DEFAULT_COST,
  entry: null,
}

type Fields<T> = T extends unknown ? Omit<T, 'service'> : never

/** The keychain of the system. Records are encrypted before they are stored, under the service `axisor`. */
export class Keychain implements Secrets {
  readonly kind = 'keychain'
  readonly #env: Env
  readonly #crypto: Crypto
  readonly #options: SecretsOptions
  readonly #passphrase: Passphrase | null
  readonly #limits: KeychainLimits

  constructor(env: Env, crypto: Crypto, options: SecretsOptions, limits: Partial<KeychainLimits> = {}) {
    this.#env = env
    this.#crypto = crypto
    this.#options = options
    this.#passphrase = options.passphrase === null ? null : passphraseOf(options.passphrase)
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  state(): Promise<StoreState> {
    return keychainState(this.#env, this.#limits.probeTimeoutMs)
  }

  async read(id: SecretId): Promise<string | null> {
    const account = secretIdText(id)
    const found = await this.#call({ op: 'get', account })
    if (typeof found === 'string') return this.#decrypt(found, account)
    // A keyring that was just locked, or whose dialog was dismissed, also returns no items.
    await this.#assertReady()
    return null
  }

  async write(id: SecretId, text: string): Promise<void> {
    const account = secretIdText(id)
    // Reports an unusable keychain before the user types a passphrase for it.
    await this.#assertUsable()
    const record = await this.#encrypt(text, account)
    if (process.platform === 'win32' && record.length * 2 > MAX_WINDOWS_BYTES)
      throw new AxisorError('no-credentials', 'the credentials are too long for the Windows keychain', {
        hint: 'Use the vault: axisor login --credential-store vault',
      })
    const found = await this.#call({ op: 'set', account, record })
    if (found === record) return
    await this.#assertReady()
    // A concurrent login for the same profile may have written last.
    if (typeof found === 'string' && (await this.#canDecrypt(found, account))) return
    throw new AxisorError(
      'no-credentials',
      `the keychain returned a different item for ${SERVICE} ${account}`,
      {
        hint: 'Remove the item that another program stored under that name, and log in again.',
      },
    )
  }

  async remove(id: SecretId): Promise<boolean> {
    if ((await this.#call({ op: 'delete', account: secretIdText(id) })) === true) return true
    await this.#assertReady()
    return false
  }

  async #assertReady(): Promise<void> {
    const state = await this.state()
    if (state.kind !== 'ready') throw state.error
  }

  /** True if the user must answer a dialog first. @throws AxisorError if the keychain cannot be used */
  async #assertUsable(): Promise<boolean> {
    const state = await this.state()
    if (state.kind === 'unusable' || (state.kind === 'locked' && !state.canAsk)) throw state.error
    return state.kind === 'locked'
  }

  async #call(request: Fields<KeychainRequest>): Promise<string | boolean | null> {
    const { callTimeoutMs, dialogTimeoutMs, entry } = this.#limits
    // Starts the child while the keyring is probed, so that the two delays overlap.
    const child = startKeychain(this.#env, entry)
    try {
      const dialog = await this.#assertUsable()
      const timeoutMs = dialog ? dialogTimeoutMs : callTimeoutMs
      const onDialog = dialog ? this.#options.onDialog : undefined
      const outcome = await child.call({ ...request, service: SERVICE }, { timeoutMs, onDialog })
      if (outcome.kind === 'done') return outcome.value
      throw callError(outcome, timeoutMs, dialog)
    } finally {
      child.kill()
    }
  }

  async #encrypt(text: string, account: string): Promise<string> {
    if (this.#options.requirePassphrase !== true) {
      const key = await makeKeyFile(this.#env, this.#crypto, path => this.#options.onNewKeyFile?.(path))
      const record = sealRecord(this.#crypto, key, text, account)
      key.fill(0)
      return record
    }
    const { cost } = this.#limits
    const salt = newSalt()
    const key = await this.#requirePassphrase().keyForNew(salt, cost)
    return sealRecord(this.#crypto, key, text, account, { salt, cost })
  }

  async #decrypt(text: string, account: string): Promise<string> {
    const record = readRecord(text)
    if (record === null)
      throw new AxisorError(
        'no-credentials',
        `the keychain item ${SERVICE} ${account} was not written by axisor`,
        {
          hint: 'Remove the item that another program stored under that name, or log in again to replace it.',
        },
      )
    const { derivation } = record
    if (derivation === null) return this.#openWithKeyFile(record, account)
    const opened = await this.#requirePassphrase().open(derivation.salt, derivation.cost, key =>
      openRecord(this.#crypto, key, record, account),
    )
    if (opened !== null) return opened
    throw new AxisorError(
      'no-credentials',
      `cannot decrypt the keychain item ${SERVICE} ${account}: wrong passphrase, or the item was modified`,
      { hint: 'Try again; if the passphrase is lost, log in again.' },
    )
  }

  async #canDecrypt(text: string, account: string): Promise<boolean> {
    return this.#decrypt(text, account).then(
      () => true,
      () => false,
    )
  }

  async #openWithKeyFile(record: SealedRecord, account: string): Promise<string> {
    const path = keyFilePath(this.#env)
    const key = await readKeyFile(this.#env)
    const opened = key === null ? null : openRecord(this.#crypto, key, record, account)
    key?.fill(0)
    if (opened !== null) return opened
    const reason =
      key === null ? `its key file ${path} is missing` : `its key file ${path} or the item was modified`
    throw new AxisorError(
      'no-credentials',
      `cannot decrypt the keychain item ${SERVICE} ${account}: ${reason}`,
      {
        hint: 'Restore a backup of the key file, or log in again.',
      },
    )
  }

  #requirePassphrase(): Passphrase {
    if (this.#passphrase === null) throw passphraseMissing('the keychain record')
    return this.#passphrase
  }
}
