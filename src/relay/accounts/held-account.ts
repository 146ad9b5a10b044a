import type { Ownership, Upstream } from './account-messages.ts'

/** An account that is watched also without subscribers. */
export interface HeldAccount {
  readonly store: Upstream['store']
  /** Null if no other relay watches the account. */
  readonly ownership: Ownership | null
  /** Requests fresh data from the exchange, unless that was done recently. */
  refresh(): void
  /** The account is watched no longer than for its subscribers. */
  release(): void
}
