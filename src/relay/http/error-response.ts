import type { ErrorCode } from '../../domain/error.ts'
import { encodeRelayMessage } from '../../wire/relay/encode.ts'

/** Why a request is not answered with what it asks for. Never quotes it. */
export interface ErrorResponse {
  readonly status: 400 | 401 | 403 | 404 | 413 | 426 | 429 | 500 | 502 | 503
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
  /** With `Retry-After`. */
  readonly afterSeconds?: number
}

export const ERROR_RESPONSES = {
  tokenInQuery: {
    status: 400,
    code: 'refused',
    message:
      'a token in the address ends up in logs: send it in the header Authorization, and replace it now',
    retryable: false,
  },
  noToken: { status: 401, code: 'key-refused', message: 'this needs a token that counts', retryable: false },
  origin: {
    status: 403,
    code: 'refused',
    message: 'pages of this origin may not use the relay',
    retryable: false,
  },
  scope: { status: 403, code: 'refused', message: 'the token does not allow this', retryable: false },
  unreadable: { status: 400, code: 'refused', message: 'the request can’t be read', retryable: false },
  notFound: { status: 404, code: 'refused', message: 'there is nothing here', retryable: false },
  noWebSocket: { status: 426, code: 'refused', message: 'this is a WebSocket', retryable: false },
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
    message: 'the relay can’t read its database',
    retryable: true,
    afterSeconds: 5,
  },
  bug: { status: 500, code: 'unavailable', message: 'the relay failed; it wrote why', retryable: true },
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
    message: 'there is no picture of the account yet',
    retryable: true,
    afterSeconds: 2,
  },
} as const satisfies Record<string, ErrorResponse>

/** On every answer: the relay's clock, ms since 1970, by which clients know how old things are. */
export const TIME_HEADER = 'axisor-time'

/** The body of a refusal: the same error message as on a stream. */
export function errorBody({ code, message, retryable }: ErrorResponse, now: number): string {
  return encodeRelayMessage({ type: 'error', sentAt: now, code, message, retryable })
}

/** The headers that a refusal has besides those of every answer. */
export function errorHeaders({ status, afterSeconds }: ErrorResponse): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="axisor relay"'
  if (status === 426) headers.upgrade = 'websocket'
  if (afterSeconds !== undefined) headers['retry-after'] = String(afterSeconds)
  return headers
}
