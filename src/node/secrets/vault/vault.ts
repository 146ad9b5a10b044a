import { lstat, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AxisorError } from '../../../domain/error.ts'
import type { Env } from '../../../ports/env.ts'
import type { SecretId, Secrets, SecretsOptions, StoreState } from '../../../ports/secrets.ts'
import { exists, unremovable, unwritable } from '../../files/file-error.ts'
import { withLock } from '../../files/file-lock.ts'
import { replaceFile, syncFolder } from '../../files/replace-file.ts'
import { dataFolder } from '../data-folder.ts'
import { readPrivateFile } from '../private-file.ts'
import { secretIdText } from '../secret-id.ts'
import { noPassphrase, type Passphrase, passphraseOf } from './passphrase.ts'
import { DEFAULT_COST, type ScryptCost } from './scrypt.ts'
import { newHeader, openVault, readVault, sealVault } from './vault-file.ts'

const OTHERS_WRITE = 0o022

/** A name that is safe in every file system, and that of no other profile also where small and capital letters are the same. */
function fileName(profile: string): string {
  const bytes = [...Buffer.from(profile, 'utf8')]
  return bytes
    .map(byte => String.fromCharCode(byte))
    .map(letter =>
      /[a-z0-9_-]/.test(letter) ? letter : `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .join('')
}

/** Where the vault file of a place is; one for each. */
export function vaultPath(env: Env, { exchange, network, profile }: SecretId): string {
  return join(dataFolder(env), 'vault', `${exchange}.${network}.${fileName(profile)}.json`)
}

function wrongPassphrase(path: string): AxisorError {
  return new AxisorError(
    'no-credentials',
    `the vault file ${path} can’t be opened: wrong passphrase, or it was changed`,
    {
      hint: 'Try again; if the passphrase is lost, run axisor logout and axisor login for this profile.',
    },
  )
}

/** What speaks against the folder of the vault files; null for nothing, also when it is not made yet. */
async function flawOf(folder: string): Promise<AxisorError | null> {
  try {
    const status = await lstat(folder)
    if (!status.isDirectory())
      return new AxisorError('no-credentials', `${folder} is not a folder of its own`, {
        hint: 'Take the link or file away.',
      })
    if (process.platform === 'win32' || (status.mode & OTHERS_WRITE) === 0) return null
    return new AxisorError('no-credentials', `others may write in ${folder}`, {
      hint: 'Run chmod 700 on it.',
    })
  } catch (error) {
    return exists(error) ? unwritable(folder, error) : null
  }
}

/** Files that a passphrase encrypts, for hosts without a keychain. The file of a place can be read in its place only. */
export class Vault implements Secrets {
  readonly kind = 'vault'
  readonly #env: Env
  readonly #passphrase: Passphrase | null
  readonly #cost: ScryptCost

  /** `cost` is what is written; a test takes less. */
  constructor(env: Env, options: SecretsOptions, cost: ScryptCost = DEFAULT_COST) {
    this.#env = env
    this.#passphrase = options.passphrase === null ? null : passphraseOf(options.passphrase)
    this.#cost = cost
  }

  async state(): Promise<StoreState> {
    try {
      const flaw = await flawOf(join(dataFolder(this.#env), 'vault'))
      if (flaw !== null) return { kind: 'unusable', error: flaw }
    } catch (error) {
      if (error instanceof AxisorError) return { kind: 'unusable', error }
      throw error
    }
    if (this.#passphrase !== null) return { kind: 'ready' }
    return { kind: 'locked', canAsk: false, error: noPassphrase('the vault') }
  }

  async read(place: SecretId): Promise<string | null> {
    const path = vaultPath(this.#env, place)
    await this.#check(path)
    const found = await readPrivateFile(path)
    return found === null ? null : this.#open(found, path, place)
  }

  async write(place: SecretId, text: string): Promise<void> {
    const path = vaultPath(this.#env, place)
    await this.#check(path)
    const passphrase = this.#required()
    const header = newHeader(secretIdText(place), this.#cost)
    // The one passphrase must open what is there: a slip of the finger would lock out whoever typed it. It is asked for before the lock.
    const before = await readPrivateFile(path)
    if (before !== null) await this.#open(before, path, place)
    const key = await passphrase.keyForNew(header.salt, header.cost)
    const sealed = sealVault(header, key, text)
    await withLock(`${path}.lock`, async () => {
      const now = await readPrivateFile(path)
      if (now !== null && (before === null || !now.equals(before))) await this.#open(now, path, place)
      try {
        await replaceFile(path, sealed)
      } catch (error) {
        throw unwritable(path, error)
      }
    })
  }

  async remove(place: SecretId): Promise<boolean> {
    const path = vaultPath(this.#env, place)
    await this.#check(path)
    // Without the lock, which a full disk has no room for: a file goes at once or not at all.
    try {
      await rm(path)
      await syncFolder(dirname(path))
      return true
    } catch (error) {
      if (exists(error)) throw unremovable(path, error)
      return false
    }
  }

  async #check(path: string): Promise<void> {
    const flaw = await flawOf(dirname(path))
    if (flaw !== null) throw flaw
  }

  async #open(found: Buffer, path: string, place: SecretId): Promise<string> {
    const vault = readVault(found.toString('utf8'), secretIdText(place), path)
    const passphrase = this.#required()
    const text = await passphrase.open(vault.salt, vault.cost, key => openVault(vault, key))
    if (text === null) throw wrongPassphrase(path)
    return text
  }

  #required(): Passphrase {
    if (this.#passphrase === null) throw noPassphrase('the vault')
    return this.#passphrase
  }
}
