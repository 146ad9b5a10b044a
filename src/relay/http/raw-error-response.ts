import { type ErrorResponse, errorBody, errorHeaders, TIME_HEADER } from './error-response.ts'
import type { RawSocket } from './websocket-peer.ts'

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  426: 'Upgrade Required',
  503: 'Service Unavailable',
}

/**
 * Answers on the connection itself, and ends it. Nobody reads from it any more, so whoever keeps their own half open would otherwise
 * hold it, and what it costs us, for ever.
 */
export function sendRawError(raw: RawSocket, refusal: ErrorResponse, now: number): void {
  const body = errorBody(refusal, now)
  const headers = {
    ...errorHeaders(refusal),
    [TIME_HEADER]: String(now),
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${refusal.status} ${REASONS[refusal.status] ?? ''}\r\n${lines.join('')}\r\n`
  raw.end(`${head}${body}`, () => raw.destroy())
}
