import { AxisorError } from '../../domain/error.ts'
import { rateLimitText, retryAfterDetails } from '../../domain/retry-after.ts'
import { sanitize } from '../../domain/sanitize.ts'

function parsedOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Returns the exchange's error code, or null unless it is short and in capitals. Its error texts are never shown. */
function errorCodeOf(parsed: unknown): string | null {
  const code: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'code') : null
  return typeof code === 'string' && /^[A-Z][A-Z_]{2,39}$/.test(code) ? code : null
}

/** True for a body that no API sends: a web page, or text for people. Truncated JSON is none, and neither is an empty body. */
function isForeignText(body: string): boolean {
  return body.trim() !== '' && !/^\s*[[{"]/.test(body) && parsedOf(body) === undefined
}

type Reply = Pick<RestErrorResponse, 'headers' | 'body'>

function isWebPage({ headers, body }: Reply): boolean {
  return /\bhtml\b/.test(headers['content-type'] ?? '') || body.trimStart().startsWith('<')
}

/** True for a refusal by a firewall or proxy: a web page, or the one line of Cloudflare. Other text may be of the exchange. */
function isFirewallReply(reply: Reply): boolean {
  return isForeignText(reply.body) && (isWebPage(reply) || /^\s*error code: \d/i.test(reply.body))
}

/** The wait after a 429 that asks for none, or for less. */
const MIN_LIMITED_MS = 1_000

/** How long a 429 rejects further requests, by the wait that it asks for. */
export function limitedMs(retryAfterMs: number | null): number {
  return Math.max(MIN_LIMITED_MS, retryAfterMs ?? 0)
}

/** The hint for a 403 that the exchange did not send. */
export const FIREWALL_HINT =
  'A firewall in front of the exchange blocks the request. axisor retries automatically.'

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
 * and 403 `missing-permission`; a 401 of a firewall or proxy is no verdict on the key. 429 is `rate-limited`, everything else `unavailable`.
 * That is retryable: errors of proxies, firewalls and broken deployments are often temporary, and an unattended monitor must recover.
 * `maxPauseMs` is the longest pause after which the caller tries again, whatever a 429 asks for; a caller that gives up has none.
 */
export function decodeRestError(
  response: RestErrorResponse,
  nowMs: number,
  maxPauseMs = Number.POSITIVE_INFINITY,
): AxisorError {
  const { status } = response
  const code = errorCodeOf(parsedOf(response.body))
  const message = `${response.host} answered ${status}${code === null ? '' : ` ${code}`} to ${response.label}`
  const details = { ...retryAfterDetails(response.headers, nowMs), httpStatus: status }
  const isFirewall = isFirewallReply(response)
  if (status === 401 && response.signed && !isFirewall) {
    return new AxisorError('key-refused', message, {
      ...details,
      hint: 'Check the API key, its secret and passphrase, and that the key belongs to this network.',
    })
  }
  if (status === 403 && response.signed) {
    return new AxisorError('missing-permission', message, {
      ...details,
      hint: isFirewall ? FIREWALL_HINT : 'Create a key with permission to read this part of the account.',
    })
  }
  if (status === 429) {
    const until = rateLimitText(nowMs + Math.min(limitedMs(details.retryAfterMs ?? null), maxPauseMs))
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
  if (status >= 300 && status < 400) {
    return new AxisorError('unavailable', `${message}: a redirect${redirectTarget(response)}`, {
      ...details,
      hint: 'Check the API address. A proxy, or the log-in page of a network, may be in between.',
    })
  }
  return new AxisorError('unavailable', message, {
    ...details,
    hint: 'Check the API address. The exchange may have changed this route, or a proxy may be blocking it.',
  })
}

/** Returns the host of a redirect for a message, such as ` to portal.example`; empty if it can't be read or is ours. */
function redirectTarget({ headers, host }: RestErrorResponse): string {
  const url = URL.parse(headers.location ?? '')
  return url === null || url.host === '' || url.host === host
    ? ''
    : ` to ${sanitize(url.host, { maxLength: 100 })}`
}

/**
 * Returns the error for a reply with status 200 that is not JSON: a notice of maintenance, the challenge of a firewall, or nothing. Null for
 * JSON, whatever its content type, and for truncated JSON.
 */
export function decodeForeignReply(response: RestErrorResponse): AxisorError | null {
  const { label, host, body } = response
  if (body.trim() !== '' && !isForeignText(body)) return null
  const what = body.trim() === '' ? 'an empty reply' : isWebPage(response) ? 'a web page' : 'text'
  return new AxisorError('unavailable', `${host} answered ${what} instead of data to ${label}`, {
    hint: 'The exchange may be under maintenance, or a firewall blocks the request. axisor retries automatically.',
  })
}

/** Returns the error for an error object with status 200, or null for any other JSON. Call it for a reply that is not the data. */
export function decodeErrorObject(
  { label, host }: Pick<RestErrorResponse, 'label' | 'host'>,
  parsed: unknown,
): AxisorError | null {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
  const nested: unknown = Object.hasOwn(parsed, 'error') ? Reflect.get(parsed, 'error') : null
  const code = errorCodeOf(parsed) ?? errorCodeOf(nested)
  if (code === null && !nested) return null
  return new AxisorError(
    'unavailable',
    `${host} answered an error${code === null ? '' : `, ${code},`} with status 200 to ${label}`,
    {
      hint: 'The exchange may be under maintenance. axisor retries automatically.',
    },
  )
}
