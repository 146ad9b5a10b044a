import { RELAY_USER_HEADER } from '../../wire/relay/messages.ts'
import type { Headers } from './bearer.ts'
import { TIME_HEADER } from './error-response.ts'

/** Headers of answers that a page may read, besides the few that it always may. */
const EXPOSED = [TIME_HEADER, RELAY_USER_HEADER, 'etag', 'retry-after', 'www-authenticate'].join(', ')

/** How long a browser may remember the answer to a preflight request, in seconds. */
const PREFLIGHT_SECONDS = '600'

/** Returns the headers that let a page of an allowed origin read an answer. */
export function crossOriginHeaders(
  { origin }: Headers,
  allowedOrigins: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  if (allowedOrigins.size === 0) return {}
  // A cache must not give the answer for one origin to another.
  const vary = { vary: 'Authorization, Origin' }
  if (typeof origin !== 'string' || !allowedOrigins.has(origin)) return vary
  return { ...vary, 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED }
}

/** Returns true for the question of a browser whether a page may send a request. It never has a token. */
export function isPreflight(method: string, headers: Headers): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  )
}

/** Headers of the answer to a preflight request of an allowed origin. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
  'access-control-allow-headers': 'authorization, content-type, if-none-match',
  'access-control-max-age': PREFLIGHT_SECONDS,
}
