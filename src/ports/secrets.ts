import type { AxisorError } from '../domain/error.ts'

/** The places that can hold a secret; `env` can't be written. Never one in clear text. */
export type StoreKind = 'env' | 'keychain' | 'vault'

/** Whose secret it is. A secret that was stored for one place can't be read for another. */
export interface SecretPlace {
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
  read(place: SecretPlace): Promise<string | null>
  /**
   * Replaces what was there: wholly, or not at all.
   * @throws AxisorError as above; `config` when the disk is full or a file can't be written
   */
  write(place: SecretPlace, text: string): Promise<void>
  /** Forgets it; false when there was nothing to forget. Throws as above. */
  remove(place: SecretPlace): Promise<boolean>
}
