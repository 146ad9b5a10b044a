import { AxisorError } from '../../domain/error.ts'
import type { Credentials } from '../../domain/secret.ts'
import type { SealedAccount } from '../../ports/relay-store.ts'
import type { World } from '../../ports/world.ts'
import type { WatchedAccount } from '../accounts/room-registry.ts'
import { MasterKeyReader, type ReadMasterKeys } from '../auth/master-key-reader.ts'
import { openAccount } from '../auth/sealed-account.ts'
import type { RelayLog } from '../context.ts'

/** Decrypts the exchange keys of users when their accounts are opened. */
export class AccountKeys {
  readonly #world: Pick<World, 'crypto' | 'addRedaction'>
  readonly #keys: MasterKeyReader
  readonly #log: RelayLog

  constructor(world: Pick<World, 'crypto' | 'addRedaction'>, readMasterKeys: ReadMasterKeys, log: RelayLog) {
    this.#world = world
    this.#keys = new MasterKeyReader(readMasterKeys)
    this.#log = log
  }

  /** Reads the master keys. Throws as `ReadMasterKeys`. */
  async load(): Promise<void> {
    await this.#keys.load()
  }

  /**
   * Decrypts the exchange key of a user. Details of a failure are logged for the operator; the client gets a general message.
   * @throws AxisorError no-credentials
   */
  async credentialsOf({ userId, userName, sealed }: WatchedAccount): Promise<Credentials> {
    if (sealed === null)
      throw new AxisorError('no-credentials', 'the relay has no exchange key for this user', {
        hint: `Run axisor relay credentials set ${userName}.`,
      })
    try {
      const credentials = await this.#unseal(sealed)
      this.#world.addRedaction(credentials.secret)
      this.#world.addRedaction(credentials.passphrase)
      return credentials
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.#log.warn('account not opened', { user: userId, why: error.message })
      throw new AxisorError('no-credentials', 'the relay cannot decrypt the exchange key of this user')
    }
  }

  async #unseal(sealed: SealedAccount): Promise<Credentials> {
    return openAccount(this.#world.crypto, await this.#keys.keysFor(sealed), sealed)
  }
}
