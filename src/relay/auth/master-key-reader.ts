import { AxisorError } from '../../domain/error.ts'
import type { MasterKeys } from './master-keys.ts'

/**
 * Reads the master keys; null if nothing was ever sealed. Read again when a record names an unknown key: keys can be rotated.
 * @throws AxisorError no-credentials or config, for a wrong master key
 */
export type ReadMasterKeys = () => Promise<MasterKeys | null>

/** The master keys of a running relay. */
export class MasterKeyReader {
  readonly #read: ReadMasterKeys
  #keys: MasterKeys | null = null

  constructor(read: ReadMasterKeys) {
    this.#read = read
  }

  /** Reads the master keys. Throws as `ReadMasterKeys`. */
  async load(): Promise<void> {
    this.#keys = await this.#read()
  }

  /**
   * Returns the keys to open a record with. They are read again if the master key of the record was created or rotated since.
   * @throws AxisorError no-credentials, if there is none; also as `ReadMasterKeys`
   */
  async keysFor({ masterKeyId }: { readonly masterKeyId: string }): Promise<MasterKeys> {
    if (!this.#keys?.some(({ id }) => id === masterKeyId)) await this.load()
    if (this.#keys === null) throw new AxisorError('no-credentials', 'there is no master key')
    return this.#keys
  }
}
