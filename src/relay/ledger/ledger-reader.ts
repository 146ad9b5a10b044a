import type { LedgerReads } from '../../ports/ledger-worker.ts'
import type { WatchedAccount } from '../accounts/room-registry.ts'

/** Reads the history of one account from the exchange. */
export interface LedgerReader extends LedgerReads {
  close(): void
}

/** What the live account of a relay knows. */
interface ReaderTerms {
  /** False as soon as this relay may not request the account any more. */
  holdsLease(): boolean
  /** The exchange's clock minus ours, in ms; null if it is not measured. */
  readonly clockOffsetMs: number | null
}

/**
 * Opens the reader of an account. Its requests have low priority within the limits of the account's key.
 * @throws AxisorError if there is no key, or it cannot be decrypted
 */
export type OpenLedgerReader = (account: WatchedAccount, terms: ReaderTerms) => Promise<LedgerReader>
