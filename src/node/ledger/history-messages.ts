import type { SentError } from './worker-messages.ts'

/** What the thread of a ledger is started with: the file, whose folder exists or can be made. */
export interface HistoryThreadStart {
  readonly path: string
}

/** The calls of the ledger that a thread serves, by the name of the method. */
type LedgerCall =
  | 'read'
  | 'unfinishedTrades'
  | 'routes'
  | 'marks'
  | 'commit'
  | 'lease'
  | 'release'
  | 'thinSamples'
  | 'close'

/** Those of the history. */
export const HISTORY_CALLS = ['summary', 'rows', 'story'] as const

export type CallName = LedgerCall | (typeof HISTORY_CALLS)[number]

/** To the thread. Calls are served in order. */
export interface HistoryCall {
  readonly id: number
  readonly name: CallName
  readonly args: readonly unknown[]
}

/** From the thread. The first message is the reply to `id` 0: the ledger is open. */
export type HistoryReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: SentError }
