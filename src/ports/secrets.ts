import type { AxisorError } from '../domain/error.ts'
import type { Cancel } from './clock.ts'

/** The places that can hold a secret; `env` can't be written. Never one in clear text. */
export type StoreKind = 'env' | 'keychain' | 'vault'

/** The stores that the world opens; that of the environment is made of other ports, in config/. */
export type WritableStoreKind = Exclude<StoreKind, 'env'>

/** Whose secret it is. A secret that was stored for one place can't be read for another. */
export interface SecretId {
  readonly exchange: 'lnmarkets' | 'axisor-relay'
  /** `relay` for tokens of a relay and for a relay's own master key. */
  readonly network: 'mainnet' | 'signet' | 'simulator' | 'relay'
  readonly profile: string
}

/** Whether a store can be used at this moment. */
export type StoreState =
  | { readonly kind: 'ready' }
  /** It must be unlocked; by a dialog of the desktop if `canAsk`. */
  | { readonly kind: 'locked'; readonly canAsk: boolean; readonly error: AxisorError }
  /** It is not there, does not answer, or can't work here: the error says why, and its hint what to do. */
  | { readonly kind: 'unusable'; readonly error: AxisorError }

/** A store of secrets. Every call ends by itself within its time-out. One law suite runs against every store. */
export interface Secrets {
  readonly kind: StoreKind
  /** Asks nobody anything and changes nothing. */
  state(): Promise<StoreState>
  /**
   * The text; null when the store is ready and holds none for this place.
   * @throws AxisorError `no-credentials` when the store can't be used, or holds something that can't be opened
   */
  read(id: SecretId): Promise<string | null>
  /**
   * Replaces what was there: wholly, or not at all.
   * @throws AxisorError as above; `config` when the disk is full or a file can't be written
   */
  write(id: SecretId, text: string): Promise<void>
  /** Forgets it; false when there was nothing to forget. Throws as above. */
  remove(id: SecretId): Promise<boolean>
}

/** What a passphrase is wanted for. */
export interface PassphraseRequest {
  /** `new`: nothing is protected by it yet, so that a person must type it twice. */
  readonly purpose: 'open' | 'new'
  /** From 1; above that, the answer before was wrong, or too short for a new one. */
  readonly attempt: number
}

/**
 * Where the passphrase of a vault comes from. One source, one passphrase: once it was right, the stores know it, and do not ask the
 * same source again.
 */
export interface PassphraseSource {
  /** How often it makes sense to ask: 3 for a person, 1 for a file. */
  readonly tries: number
  /** @throws AxisorError, which ends the call of the store that asked */
  ask(request: PassphraseRequest): Promise<string>
}

/** A new passphrase has at least so many characters, after NFKC. */
export const MIN_PASSPHRASE_CHARACTERS = 12

export interface SecretsOptions {
  /** Null: nobody can be asked, and what a passphrase protects is an error. It is asked for nothing that does not need it. */
  readonly passphrase: PassphraseSource | null
  /** The keychain: what is written from now on is sealed with the passphrase too. What is read says itself how it was sealed. */
  readonly requirePassphrase?: boolean
  /**
   * A dialog of the desktop has come up, and is waited for, for 60 seconds at most. `cancel` gives up; what is returned is called
   * when the wait is over, however it ended.
   */
  readonly onDialog?: (cancel: () => void) => Cancel
}
