import { lstat, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AxisorError } from '../../../domain/error.ts'
import type { Env } from '../../../ports/env.ts'
import type { SecretId, Secrets, SecretsOptions, StoreState } from '../../../ports/secrets.ts'
import { exists, removeError, writeError } from '../../files/file-error.ts'
import { withLock } from '../../files/file-lock.ts'
import { replaceFile, syncDirectory } from '../../files/replace-file.ts'
import { dataFolder } from '../data-folder.ts'
import { type Passphrase, passphraseMissing, passphraseOf } from '../passphrase.ts'
import { readPrivateFile } from '../private-file.ts'
import { DEFAULT_COST, type ScryptCost } from '../scrypt.ts'
import { secretIdText } from '../secret-id.ts'
import { newHeader, openVault, parseVault, sealVault } from './vault-file.ts'

const OTHERS_WRITE = 0o022

/** Escapes a name: safe in every file system, and unique also where file names ignore case. */
function fileName(name: string): string {
  const bytes = [...Buffer.from(name, 'utf8')]
  return bytes
    .map(byte => String.fromCharCode(byte))
    .map(letter =>
      /[a-z0-9_-]/.test(letter) ? letter : `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
    .join('')
}

/** Path of the vault file of one secret. */
export function vaultPath(env: Env, { exchange, network, profile, channel }: SecretId): string {
  const ofChannel = channel === undefined ? '' : `channel.${fileName(channel)}.`
  return join(dataFolder(env), 'vault', `${ofChannel}${exchange}.${network}.${fileName(profile)}.json`)
}

function wrongPassphrase(path: string): AxisorError {
  return new AxisorError(
    'no-credentials',
    `cannot decrypt the vault file ${path}: wrong passphrase, or the file was modified`,
    {
      hint: 'Try again; if the passphrase is lost, run axisor logout and axisor login for this profile.',
    },
  )
}

/** The reason why the vault directory is unsafe; null if there is none, also if the directory does not exist yet. */
async function directoryError(directory: string): Promise<AxisorError | null> {
  try {
    const status = await lstat(directory)
    if (!status.isDirectory())
      return new AxisorError('no-credentials', `${directory} is a symbolic link or a file`, {
        hint: 'Remove the link or file.',
      })
    if (process.platform === 'win32' || (status.mode & OTHERS_WRITE) === 0) return null
    return new AxisorError('no-credentials', `other users can write to ${directory}`, {
      hint: 'Run chmod 700 on it.',
    })
  } catch (error) {
    return exists(error) ? writeError(directory, error) : null
  }
}

/** Files encrypted with a passphrase, for hosts without a keychain. A file copied to another profile cannot be decrypted there. */
export class Vault implements Secrets {
  readonly kind = 'vault'
  readonly #env: Env
  readonly #passphrase: Passphrase | null
  readonly #cost: ScryptCost

  /** `cost` is used for new files; tests use a smaller one. */
  constructor(env: Env, options: SecretsOptions, cost: ScryptCost = DEFAULT_COST) {
    this.#env = env
    this.#passphrase = options.passphrase === null ? null : passphraseOf(options.passphrase)
    this.#cost = cost
  }

  async state(): Promise<StoreState> {
    try {
      const error = await directoryError(join(dataFolder(this.#env), 'vault'))
      if (error !== null) return { kind: 'unusable', error }
    } catch (error) {
      if (error instanceof AxisorError) return { kind: 'unusable', error }
      throw error
    }
    if (this.#passphrase !== null) return { kind: 'ready' }
    return { kind: 'locked', canAsk: false, error: passphraseMissing('the vault') }
  }

  async read(id: SecretId): Promise<string | null> {
    const path = vaultPath(this.#env, id)
    await this.#checkDirectory(path)
    const found = await readPrivateFile(path)
    return found === null ? null : this.#decrypt(found, path, id)
  }

  async write(id: SecretId, text: string): Promise<void> {
    const path = vaultPath(this.#env, id)
    await this.#checkDirectory(path)
    const passphrase = this.#requirePassphrase()
    const header = newHeader(secretIdText(id), this.#cost)
    // The passphrase must decrypt the existing file, so that a typing error cannot lock the user out. Requested before taking the lock.
    const before = await readPrivateFile(path)
    if (before !== null) await this.#decrypt(before, path, id)
    const key = await passphrase.keyForNew(header.salt, header.cost)
    const sealed = sealVault(header, key, text)
    await withLock(`${path}.lock`, async () => {
      const now = await readPrivateFile(path)
      if (now !== null && (before === null || !now.equals(before))) await this.#decrypt(now, path, id)
      try {
        await replaceFile(path, sealed)
      } catch (error) {
        throw writeError(path, error)
      }
    })
  }

  async remove(id: SecretId): Promise<boolean> {
    const path = vaultPath(this.#env, id)
    await this.#checkDirectory(path)
    // Without the lock, which cannot be created on a full disk. Removal is atomic.
    try {
      await rm(path)
      await syncDirectory(dirname(path))
      return true
    } catch (error) {
      if (exists(error)) throw removeError(path, error)
      return false
    }
  }

  async #checkDirectory(path: string): Promise<void> {
    const error = await directoryError(dirname(path))
    if (error !== null) throw error
  }

  async #decrypt(found: Buffer, path: string, id: SecretId): Promise<string> {
    const vault = parseVault(found.toString('utf8'), secretIdText(id), path)
    const passphrase = this.#requirePassphrase()
    const text = await passphrase.open(vault.salt, vault.cost, key => openVault(vault, key))
    if (text === null) throw wrongPassphrase(path)
    return text
  }

  #requirePassphrase(): Passphrase {
    if (this.#passphrase === null) throw passphraseMissing('the vault')
    return this.#passphrase
  }
}
