import { AxisorError, type ErrorCode } from '../../domain/error.ts'
import type { Env } from '../../ports/env.ts'
import type {
  KeepOutcome,
  LedgerJob,
  LedgerReadReply,
  LedgerResult,
  LiveRows,
} from '../../ports/ledger-worker.ts'

/** What the thread is started with. */
export interface WorkerStart {
  /** A folder, or a PostgreSQL with what its driver reads from the environment. The thread has no other setting or secret of the relay. */
  readonly place: { readonly folder: string } | { readonly database: string; readonly env: Env }
  /** Name of the writer in the lease of each ledger: that of the process, so that a new thread continues at once. */
  readonly writer: string
}

/** An error that crosses threads. `code` is null for a bug. */
export interface SentError {
  readonly code: ErrorCode | null
  readonly message: string
  readonly hint: string | null
  readonly httpStatus: number | null
  readonly retryAfterMs: number | null
}

/** What a request returns: a document, the outcomes of rows to keep, or nothing. */
export type JobResult = LedgerResult | readonly KeepOutcome[] | null

/** To the thread. */
export type ToWorker =
  | { readonly type: 'run'; readonly id: number; readonly job: LedgerJob }
  | { readonly type: 'keep'; readonly id: number; readonly items: readonly LiveRows[] }
  | { readonly type: 'retain'; readonly id: number; readonly userIds: readonly string[] }
  | { readonly type: 'reply'; readonly call: number; readonly reply: LedgerReadReply }
  | { readonly type: 'refused'; readonly call: number; readonly error: SentError }
  | { readonly type: 'ping' }
  | { readonly type: 'close' }

/** From the thread. `id` is that of the request. */
export type FromWorker =
  | {
      readonly type: 'read'
      readonly id: number
      readonly call: number
      readonly route: string
      readonly query: object | undefined
    }
  | { readonly type: 'rows'; readonly id: number; readonly rows: number }
  | { readonly type: 'done'; readonly id: number; readonly result: JobResult }
  | { readonly type: 'failed'; readonly id: number; readonly error: SentError }
  | { readonly type: 'pong' }
  | { readonly type: 'closed' }

/** Returns an error as it crosses threads. */
export function sentError(error: unknown): SentError {
  if (error instanceof AxisorError) {
    const { code, message, hint, httpStatus, retryAfterMs } = error
    return { code, message, hint, httpStatus, retryAfterMs }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { code: null, message, hint: null, httpStatus: null, retryAfterMs: null }
}

/** Returns the error that crossed threads. */
export function receivedError({ code, message, hint, httpStatus, retryAfterMs }: SentError): Error {
  if (code === null) return new Error(message)
  return new AxisorError(code, message, {
    ...(hint === null ? {} : { hint }),
    ...(httpStatus === null ? {} : { httpStatus }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  })
}
