import type { ErrorCode } from '../../domain/error.ts'
import { encodeRelayMessage } from '../../wire/relay/encode.ts'
import { NO_RELAY_USER, RELAY_USER_HEADER } from '../../wire/relay/messages.ts'

/** An HTTP error. It never quotes the request. */
export interface ErrorResponse {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 421 | 426 | 429 | 500 | 501 | 502 | 503
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
  /** The value of `Retry-After`, in seconds. */
  readonly afterSeconds?: number
}

export const ERROR_RESPONSES = {
  tokenInQuery: {
    status: 400,
    code: 'refused',
    message:
      'a token in a URL ends up in logs: send it in the Authorization header, and replace this one now',
    retryable: false,
  },
  noToken: { status: 401, code: 'key-refused', message: 'a valid token is required', retryable: false },
  origin: {
    status: 403,
    code: 'refused',
    message: 'requests from this web origin are not allowed',
    retryable: false,
  },
  scope: {
    status: 403,
    code: 'refused',
    message: 'the token does not have the required scope',
    retryable: false,
  },
  otherUser: {
    status: 403,
    code: 'refused',
    message: 'the token reads the account of its own user only: others need the scope read-all',
    retryable: false,
  },
  ownUserOnly: {
    status: 403,
    code: 'refused',
    message:
      'this request concerns the user of the token only: the scope read-all changes nothing of other users',
    retryable: false,
  },
  mayNotIssue: {
    status: 403,
    code: 'refused',
    message: 'only a token with the scope read-all issues one',
    retryable: false,
  },
  host: {
    status: 421,
    code: 'refused',
    message: 'the relay does not serve this host name: its operator adds names with --public-host',
    retryable: false,
  },
  unreadable: { status: 400, code: 'refused', message: 'the request cannot be parsed', retryable: false },
  notFound: { status: 404, code: 'refused', message: 'not found', retryable: false },
  noSuchUser: { status: 404, code: 'refused', message: 'the relay has no such user', retryable: false },
  noWebSocket: {
    status: 426,
    code: 'refused',
    message: 'this path serves WebSockets only',
    retryable: false,
  },
  tooMany: {
    status: 429,
    code: 'rate-limited',
    message: 'too many requests',
    retryable: true,
    afterSeconds: 1,
  },
  database: {
    status: 503,
    code: 'unavailable',
    message: 'the relay cannot read its database',
    retryable: true,
    afterSeconds: 5,
  },
  broker: {
    status: 503,
    code: 'unavailable',
    message: 'the relay cannot reach the broker of its cluster',
    retryable: true,
    afterSeconds: 1,
  },
  blind: {
    status: 503,
    code: 'unavailable',
    message: 'no fresh data for 2 minutes for an account whose alerts this relay delivers',
    retryable: true,
    afterSeconds: 10,
  },
  bug: {
    status: 500,
    code: 'unavailable',
    message: 'internal error: see the log of the relay',
    retryable: true,
  },
  noLedgers: {
    status: 501,
    code: 'refused',
    message: 'this relay keeps no ledgers: its source has no history',
    retryable: false,
  },
  noCandles: {
    status: 501,
    code: 'refused',
    message: 'this relay reads no candles: its source has none',
    retryable: false,
  },
  starting: {
    status: 503,
    code: 'unavailable',
    message: 'the relay waits for its database or its broker',
    retryable: true,
    afterSeconds: 2,
  },
  stopping: {
    status: 503,
    code: 'unavailable',
    message: 'the relay is stopping',
    retryable: true,
    afterSeconds: 2,
  },
  noSnapshot: {
    status: 503,
    code: 'unavailable',
    message: 'there is no snapshot of the account yet',
    retryable: true,
    afterSeconds: 2,
  },
} as const satisfies Record<string, ErrorResponse>

/** In every response: the relay's clock in ms since 1970, by which clients determine the age of data. */
export const TIME_HEADER = 'axisor-time'

/** A request that cannot be served as it is. `message` contains no secret. */
export function badRequest(message: string): ErrorResponse {
  return { status: 400, code: 'refused', message, retryable: false }
}

/** Returns the body of an error response: the same error message as on a stream. */
export function errorBody({ code, message, retryable }: ErrorResponse, now: number): string {
  return encodeRelayMessage({ type: 'error', sentAt: now, code, message, retryable })
}

/** Returns the headers of an error response, besides the common ones. */
export function errorHeaders(error: ErrorResponse): Readonly<Record<string, string>> {
  const { status, afterSeconds } = error
  const headers: Record<string, string> = {}
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="axisor relay"'
  if (error === ERROR_RESPONSES.noSuchUser) headers[RELAY_USER_HEADER] = NO_RELAY_USER
  if (status === 426) headers.upgrade = 'websocket'
  if (afterSeconds !== undefined) headers['retry-after'] = String(afterSeconds)
  return headers
}
