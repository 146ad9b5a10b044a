import { type ErrorResponse, errorBody, errorHeaders, TIME_HEADER } from './error-response.ts'
import type { RawSocket } from './websocket-peer.ts'

const REASON_PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/**
 * Writes an error response to the socket and closes it. Nothing reads from it any more, so a client that keeps its
 * half open would otherwise hold it.
 */
export function sendRawError(
  raw: RawSocket,
  error: ErrorResponse,
  now: number,
  extraHeaders: Readonly<Record<string, string>>,
): void {
  const body = errorBody(error, now)
  const headers = {
    ...errorHeaders(error),
    ...extraHeaders,
    [TIME_HEADER]: String(now),
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${error.status} ${REASON_PHRASES[error.status] ?? ''}\r\n${lines.join('')}\r\n`
  raw.end(`${head}${body}`, () => raw.destroy())
}
