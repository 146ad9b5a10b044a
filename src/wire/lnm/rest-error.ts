import { AxisorError } from '../../domain/error.ts'
import { rateLimitText, retryAfterDetails } from '../../domain/retry-after.ts'

/** Returns the exchange's error code, or null unless it is short and in capitals. Its error texts are never shown. */
function errorCodeOf(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body)
    const code: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'code') : null
    return typeof code === 'string' && /^[A-Z][A-Z_]{2,39}$/.test(code) ? code : null
  } catch {
    return null
  }
}

/** The wait after a 429 that asks for none, or for less. */
const MIN_LIMITED_MS = 1_000

/** How long a 429 rejects further requests, by the wait that it asks for. */
export function limitedMs(retryAfterMs: number | null): number {
  return Math.max(MIN_LIMITED_MS, retryAfterMs ?? 0)
}

/** A REST reply with a status other than 200. */
export interface RestErrorResponse {
  /** The request, such as `GET /v3/account`. */
  readonly label: string
  /** Host of the exchange, for messages. */
  readonly host: string
  /** True if the request was signed: only then 401 and 403 concern the key. */
  readonly signed: boolean
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Maps a REST error to an AxisorError by its status; the body is optional. To a signed request 401 is `key-refused`
 * and 403 `missing-permission`; 429 is `rate-limited`, everything else `unavailable`. That is retryable: errors of proxies, firewalls
 * and broken deployments are often temporary, and an unattended monitor must recover.
 */
export function decodeRestError(response: RestErrorResponse, nowMs: number): AxisorError {
  const { status } = response
  const code = errorCodeOf(response.body)
  const message = `${response.host} answered ${status}${code === null ? '' : ` ${code}`} to ${response.label}`
  const details = { ...retryAfterDetails(response.headers, nowMs), httpStatus: status }
  if (status === 401 && response.signed) {
    return new AxisorError('key-refused', message, {
      ...details,
      hint: 'Check the API key, its secret and passphrase, and that the key belongs to this network.',
    })
  }
  if (status === 403 && response.signed) {
    return new AxisorError('missing-permission', message, {
      ...details,
      hint: 'Create a key with permission to read this part of the account.',
    })
  }
  if (status === 429) {
    const until = rateLimitText(nowMs + limitedMs(details.retryAfterMs ?? null))
    return new AxisorError('rate-limited', `${message}, ${until}`, {
      ...details,
      hint: 'Another program may be using the same key. axisor waits and retries.',
    })
  }
  if (status === 404 || status === 410) {
    return new AxisorError('unavailable', message, {
      ...details,
      hint: 'The exchange may have moved this route to a new generation of its API: update axisor.',
    })
  }
  if (status >= 500) {
    return new AxisorError('unavailable', message, {
      ...details,
      hint: 'The exchange may be under maintenance. axisor retries automatically.',
    })
  }
  return new AxisorError('unavailable', message, {
    ...details,
    hint: 'Check the API address. The exchange may have changed this route, or a proxy may be blocking it.',
  })
}

/**
 * Returns the error for a reply with status 200 that is a web page: a notice of maintenance, or the challenge of a firewall. Null for
 * any other reply.
 */
export function decodeWebPage({ label, host, headers, body }: RestErrorResponse): AxisorError | null {
  const isPage = /\bhtml\b/.test(headers['content-type'] ?? '') || body.trimStart().startsWith('<')
  if (!isPage) return null
  return new AxisorError('unavailable', `${host} answered a web page instead of data to ${label}`, {
    hint: 'The exchange may be under maintenance, or a firewall blocks the request. axisor retries automatically.',
  })
}
