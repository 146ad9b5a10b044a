import { AxisorError } from '../../domain/error.ts'
import { retryAfterDetails } from '../../domain/retry-after.ts'

/** The exchange's own word for the error; null unless it is short and in capitals. Its sentences are never passed on. */
function errorCodeOf(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body)
    const code: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'code') : null
    return typeof code === 'string' && /^[A-Z][A-Z_]{2,39}$/.test(code) ? code : null
  } catch {
    return null
  }
}

/** A REST reply that is not 200: who asked for what. */
export interface RestErrorResponse {
  /** `GET /v3/account`. */
  readonly label: string
  /** Host of the exchange, for the message. */
  readonly host: string
  /** The request was signed with a key, so that a refusal may be about its rights. */
  readonly signed: boolean
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * A REST error as a failure that we can explain. The status decides; every member of the body is optional. 401 is `key-refused`,
 * 403 to a signed request `missing-permission`, 429 `rate-limited`, all else `unavailable`: whatever a proxy, a firewall or a
 * broken deployment answers may be gone in an hour, and a monitor left overnight must come back.
 */
export function decodeRestError(refusal: RestErrorResponse, nowMs: number): AxisorError {
  const { status } = refusal
  const code = errorCodeOf(refusal.body)
  const said = `${refusal.host} answered ${status}${code === null ? '' : ` ${code}`} to ${refusal.label}`
  const details = retryAfterDetails(refusal.headers, nowMs)
  if (status === 401) {
    return new AxisorError('key-refused', said, {
      hint: 'Check the API key, its secret and its passphrase, and that the key belongs to this network.',
    })
  }
  if (status === 403 && refusal.signed) {
    return new AxisorError('missing-permission', said, {
      hint: 'Make a key that may read this part of the account.',
    })
  }
  if (status === 429) {
    return new AxisorError('rate-limited', said, {
      ...details,
      hint: 'Something else may use the same key; axisor waits and tries again.',
    })
  }
  if (status >= 500) {
    return new AxisorError('unavailable', said, {
      ...details,
      hint: 'The exchange may be under maintenance; axisor tries again by itself.',
    })
  }
  return new AxisorError('unavailable', said, {
    ...details,
    hint: 'Check the API address; the exchange may have changed this route, or something in between refuses.',
  })
}
