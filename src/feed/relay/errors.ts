import { AxisorError, type ErrorCode } from '../../domain/error.ts'
import { retryAfterDetails } from '../../domain/retry-after.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { decodeCloseReason } from '../../wire/relay/decode.ts'
import { RELAY_CLOSE, RELAY_PROTOCOL, type RelayMessage } from '../../wire/relay/messages.ts'

/** What a relay said before it closed, or in place of a snapshot. */
export type RelayErrorMessage = Extract<RelayMessage, { type: 'error' }>

const TOKEN_HINT =
  'The token may have expired or been revoked: ask who runs the relay for a new one, then run axisor login --relay URL, or set AXISOR_RELAY_TOKEN'

const KEY_HINT = "Whoever runs the relay must set another key for you with 'axisor relay credentials set'"

const WRITE_HINT =
  'Whoever runs the relay must set a read-only key for you, or have it accept this one with --allow-write-key'

/** The relay does not know this token, or no longer. */
function tokenRefused(host: string): AxisorError {
  return new AxisorError('key-refused', `${host} refused the relay token`, { hint: TOKEN_HINT })
}

/** It knows the token, which does not allow this. */
function tokenForbidden(host: string): AxisorError {
  return new AxisorError('missing-permission', `${host} does not let this relay token read an account`, {
    hint: 'Ask who runs the relay for a token with the scope read',
  })
}

const MAX_REASON = 200

/** What the relay gave as its reason, in one printable line, for it comes from far away. Without one, `otherwise`. */
function relayReasonText(errorMessage: RelayErrorMessage | null, otherwise: string): string {
  const reason = sanitize(errorMessage?.message ?? '', { maxLength: MAX_REASON })
  return reason === '' ? otherwise : reason
}

/** When to come back: as the last message said, or else the reason of the close. */
function pause(errorMessage: RelayErrorMessage | null, reason: string): { readonly retryAfterMs?: number } {
  const retryAfterMs = errorMessage?.retryAfterMs ?? decodeCloseReason(reason)
  return retryAfterMs === null ? {} : { retryAfterMs }
}

const CREDENTIALS = new Set<ErrorCode>(['key-refused', 'key-may-write', 'missing-permission'])

/** The exchange has refused the key that the relay holds: nothing that this machine could change. */
function upstreamRefused(host: string, errorMessage: RelayErrorMessage | null): AxisorError {
  const code = errorMessage !== null && CREDENTIALS.has(errorMessage.code) ? errorMessage.code : 'key-refused'
  const why = relayReasonText(errorMessage, 'the exchange refused the key that the relay holds')
  return new AxisorError(code, `${host} can't watch the account: ${why}`, {
    hint: code === 'key-may-write' ? WRITE_HINT : KEY_HINT,
  })
}

/** Why a relay closed the socket: its code, and what it said just before; null for a code that is not one of the protocol's. */
export function closeError(
  { code, reason }: { readonly code: number; readonly reason: string },
  host: string,
  errorMessage: RelayErrorMessage | null,
): AxisorError | null {
  switch (code) {
    case RELAY_CLOSE.unauthenticated:
      return tokenRefused(host)
    case RELAY_CLOSE.forbidden:
      return tokenForbidden(host)
    case RELAY_CLOSE.upstreamRefused:
      return upstreamRefused(host, errorMessage)
    case RELAY_CLOSE.tooSlow:
      return new AxisorError('connection-lost', `${host} closed the connection: it was read too slowly`, {
        ...pause(errorMessage, reason),
        hint: 'The network may be too thin; axisor reconnects by itself.',
      })
    case RELAY_CLOSE.tooMany:
      return new AxisorError(
        'rate-limited',
        `${host}: ${relayReasonText(errorMessage, 'too many connections')}`,
        {
          ...pause(errorMessage, reason),
          hint: 'Close other programs that use this token; axisor tries again by itself.',
        },
      )
    case RELAY_CLOSE.restarting: {
      const why = relayReasonText(errorMessage, '')
      return new AxisorError('unavailable', why === '' ? `${host} restarts` : `${host}: ${why}`, {
        ...pause(errorMessage, reason),
        hint: 'axisor reconnects by itself.',
      })
    }
    default:
      return null
  }
}

interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** What an answer says of the token for good; null when it says nothing, or may say something else the next time. */
export function authErrorOf(host: string, { status, headers }: HttpAnswer): AxisorError | null {
  if (status === 401) return tokenRefused(host)
  // Anything on the way may answer 403; only the relay's own word is a verdict.
  return status === 403 && headers[RELAY_HEADER] !== undefined ? tokenForbidden(host) : null
}

/** An answer without a snapshot in it. `complaint` is its body, where a relay wrote that. */
export function httpError(
  host: string,
  answer: HttpAnswer,
  errorMessage: RelayErrorMessage | null,
  nowMs: number,
): AxisorError {
  const { status, headers } = answer
  const verdict = authErrorOf(host, answer)
  if (verdict !== null) return verdict
  if (errorMessage !== null && CREDENTIALS.has(errorMessage.code)) return upstreamRefused(host, errorMessage)
  const details = retryAfterDetails(headers, nowMs)
  if (status === 429) return new AxisorError('rate-limited', `${host} answered 429`, details)
  const why = relayReasonText(errorMessage, `${host} answered ${status} to GET /v1/snapshot`)
  return new AxisorError('unavailable', why, {
    ...details,
    hint: `Check that an axisor relay (${RELAY_PROTOCOL}) is there; axisor tries again by itself.`,
  })
}

/** On every HTTP answer of a relay: its clock at that moment, ms since 1970. What lacks it was not written by a relay. */
export const RELAY_HEADER = 'axisor-time'
