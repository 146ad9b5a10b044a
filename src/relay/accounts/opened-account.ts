import type { Network } from '../../domain/snapshot.ts'
import type { Store } from '../../store/store.ts'
import type { Ownership } from './account-messages.ts'

/** An account that is watched now. */
export interface OpenedAccount {
  readonly userId: string
  /** Changes with the user's exchange key. */
  readonly keyVersion: number
  /** Null without an exchange key. */
  readonly network: Network | null
  readonly store: Store
  /** Null if no other relay watches the account. */
  readonly ownership: Ownership | null
}
