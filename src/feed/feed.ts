import type { Fault } from '../domain/error.ts'
import type { AccountSnapshot, Change } from '../domain/snapshot.ts'
import type { Status } from '../domain/status.ts'

/** What a feed tells, in order. `at` is our clock on arrival. Never `change` before the first `reset`. */
export type FeedEvent =
  | { readonly type: 'status'; readonly at: number; readonly status: Status }
  /**
   * The whole picture; replaces what was known before. What was opened before `asOf` and is not in it is gone: where somebody passes on
   * what they know at a moment, that moment (our clock); without it, when the reading began.
   */
  | {
      readonly type: 'reset'
      readonly at: number
      readonly snapshot: AccountSnapshot
      readonly asOf?: number | undefined
    }
  /** One delta; `sourceAt` is the exchange's own time, null where the message carries none. */
  | {
      readonly type: 'change'
      readonly at: number
      readonly sourceAt: number | null
      readonly change: Change
    }
  | { readonly type: 'fault'; readonly at: number; readonly fault: Fault }

/** A source of data that keeps itself alive. */
export interface Feed {
  /** Begins to tell; called once. */
  start(on: (event: FeedEvent) => void): void
  /** Ends it for good: nothing is told afterwards. */
  stop(): void
  /** Reads the whole picture again now, within the rate budget. */
  resync(): void
}
