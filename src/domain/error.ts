/** Machine-readable kind of an error. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'no-credentials'
  | 'key-refused'
  | 'key-may-write'
  | 'missing-permission'
  | 'unreachable'
  | 'tls'
  | 'timeout'
  | 'connection-lost'
  | 'silence'
  | 'unreadable'
  | 'rate-limited'
  | 'unavailable'
  | 'refused'

/** Exit codes of the program; each command's help and the man page list the same numbers. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  /** Only of `check --nagios`. */
  unverified: 3,
  credentials: 4,
  network: 5,
  unreadable: 6,
  refused: 7,
  stale: 8,
  breached: 9,
  hungUp: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const BY_CODE: Record<ErrorCode, { exitCode: ExitCode; retryable: boolean }> = {
  usage: { exitCode: EXIT.usage, retryable: false },
  config: { exitCode: EXIT.usage, retryable: false },
  'no-credentials': { exitCode: EXIT.credentials, retryable: false },
  'key-refused': { exitCode: EXIT.credentials, retryable: false },
  'key-may-write': { exitCode: EXIT.credentials, retryable: false },
  'missing-permission': { exitCode: EXIT.credentials, retryable: false },
  unreachable: { exitCode: EXIT.network, retryable: true },
  tls: { exitCode: EXIT.network, retryable: true },
  timeout: { exitCode: EXIT.network, retryable: true },
  'connection-lost': { exitCode: EXIT.network, retryable: true },
  silence: { exitCode: EXIT.network, retryable: true },
  unreadable: { exitCode: EXIT.unreadable, retryable: true },
  'rate-limited': { exitCode: EXIT.refused, retryable: true },
  unavailable: { exitCode: EXIT.refused, retryable: true },
  refused: { exitCode: EXIT.refused, retryable: false },
}

export interface ErrorDetails {
  /** One sentence: what the user can do next. */
  readonly hint?: string
  readonly cause?: unknown
  /** Delay before the next attempt, requested by the exchange or relay. */
  readonly retryAfterMs?: number
  /** Status of the HTTP reply that the error is about. */
  readonly httpStatus?: number
  /** Lines that the message sums up, such as the mistakes of a file. */
  readonly lines?: readonly string[]
}

/**
 * An expected error. `message` is one line without secrets and without a final period. Any other thrown value is a bug. Only
 * `retryable` decides whether to retry.
 */
export class AxisorError extends Error {
  override readonly name = 'AxisorError'
  readonly code: ErrorCode
  readonly hint: string | null
  readonly retryAfterMs: number | null
  readonly httpStatus: number | null
  readonly lines: readonly string[]

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint ?? null
    this.retryAfterMs = details.retryAfterMs ?? null
    this.httpStatus = details.httpStatus ?? null
    this.lines = details.lines ?? []
  }

  get exitCode(): ExitCode {
    return BY_CODE[this.code].exitCode
  }

  get retryable(): boolean {
    return BY_CODE[this.code].retryable
  }
}

/** Unreadable input or a failed read. It is counted and shown, but does not stop the feed. */
export interface Fault {
  /** Source of the input, for example `stream futures/inverse/btc_usd/ticker` or `GET /v3/account`. */
  readonly where: string
  /** The problem, with the name of the field. Never contains the input itself, which is untrusted. */
  readonly message: string
}
