import type { AxisorError } from '../domain/error.ts'
import type { Cancel } from './clock.ts'

/** Kinds of secret stores; `env` is read-only. None stores clear text. */
export type StoreKind = 'env' | 'keychain' | 'vault'

/** The stores opened by the platform; the `env` store is built from other ports, in config/. */
export type WritableStoreKind = Exclude<StoreKind, 'env'>

/** Identifies a secret. A secret stored for one id can't be read for another. */
export interface SecretId {
  readonly exchange: 'lnmarkets' | 'axisor-relay'
  /** `relay` for relay tokens and for the master key of a relay. */
  readonly network: 'mainnet' | 'signet' | 'simulator' | 'relay'
  readonly profile: string
  /** Name of an alert channel of the profile, or `heartbeat`; absent: the profile's own key or token. */
  readonly channel?: string
}

/** Current state of a store. */
export type StoreState =
  | { readonly kind: 'ready' }
  /** Must be unlocked; the desktop shows a dialog for it if `canAsk`. */
  | { readonly kind: 'locked'; readonly canAsk: boolean; readonly error: AxisorError }
  /** Missing, not responding or unsupported; see `error` and its hint. */
  | { readonly kind: 'unusable'; readonly error: AxisorError }

/** A secret store. Every call settles within its timeout. One contract suite tests all stores. */
export interface Secrets {
  readonly kind: StoreKind
  /** Returns the state, without prompts or changes. */
  state(): Promise<StoreState>
  /**
   * Returns the secret, or null if the store has none for this id.
   * @throws AxisorError `no-credentials` if the store can't be used, or the secret can't be decrypted
   */
  read(id: SecretId): Promise<string | null>
  /**
   * Stores or replaces a secret atomically.
   * @throws AxisorError as above; `config` if the disk is full or a file can't be written
   */
  write(id: SecretId, text: string): Promise<void>
  /** Removes a secret. Returns false if there was none. Throws as above. */
  remove(id: SecretId): Promise<boolean>
}

/** Request for a passphrase. */
export interface PassphraseRequest {
  /** `new`: chooses a passphrase, so a user must type it twice. */
  readonly purpose: 'open' | 'new'
  /** 1-based; greater than 1 after a rejected passphrase. */
  readonly attempt: number
}

/**
 * Source of the vault's passphrase. A source has one passphrase: stores cache it once it was correct and do not request it again.
 */
export interface PassphraseSource {
  /** Maximum number of attempts: 3 for a user, 1 for a file. */
  readonly tries: number
  /** @throws AxisorError, which the calling store rethrows */
  ask(request: PassphraseRequest): Promise<string>
}

/** Minimum length of a new passphrase in characters, after NFKC normalization. */
export const MIN_PASSPHRASE_CHARACTERS = 12

export interface SecretsOptions {
  /** Null: no prompts; secrets protected by a passphrase cause an error. The passphrase is requested only if needed. */
  readonly passphrase: PassphraseSource | null
  /** Keychain: also encrypts new secrets with the passphrase. Stored secrets record how they are encrypted. */
  readonly requirePassphrase?: boolean
  /**
   * Called when the desktop shows a dialog; the store waits for it up to 60 s. `cancel` aborts the wait. The returned function is called
   * when the wait ends, for any reason.
   */
  readonly onDialog?: (cancel: () => void) => Cancel
  /** Keychain: called when a write created the file that decrypts its entries. Entries from before cannot be decrypted with it. */
  readonly onNewKeyFile?: (path: string) => void
}
