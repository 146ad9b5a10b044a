import type { AccountState } from './account-state.ts'
import type { RestPoint, TimeWindow } from './funds-timeline.ts'
import type { BookedRows, Posting } from './postings.ts'

/** What is wrong with the records. */
export type FindingKind =
  | 'fill-missing'
  | 'funding-doubled'
  | 'funding-missing'
  | 'trade-missing'
  | 'deposit-missing'
  | 'withdrawal-missing'
  | 'swap-missing'
  | 'cross-unexplained'

/** Records that do not agree with the funds. */
export interface AuditFinding {
  readonly kind: FindingKind
  /** How much of the rest it explains; null if it does not say. */
  readonly sats: bigint | null
  /** When it happened; null if that is unknown. */
  readonly window: TimeWindow | null
  /** Ids of the records concerned; empty if the record is the one that is missing. */
  readonly records: readonly string[]
  readonly text: string
}

/** The input of the search. */
export interface AuditedBooks {
  readonly rows: BookedRows
  readonly postings: readonly Posting[]
  readonly state: AccountState
  /** Rests at all samples; the last one is that of `state`. */
  readonly points: readonly RestPoint[]
  /** Signed quantity of the replayed cross position. */
  readonly crossQuantityUsd: number | null
}
