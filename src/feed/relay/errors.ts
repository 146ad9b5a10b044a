import { AxisorError, type ErrorCode } from '../../domain/error.ts'
import { retryAfterDetails } from '../../domain/retry-after.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { decodeCloseReason } from '../../wire/relay/decode.ts'
import {
  NO_RELAY_USER,
  RELAY_CLOSE,
  RELAY_PROTOCOL,
  RELAY_USER_HEADER,
  type RelayMessage,
} from '../../wire/relay/messages.ts'

/** Sent by a relay before it closes the socket, or in place of a snapshot. */
export type RelayErrorMessage = Extract<RelayMessage, { type: 'error' }>

const TOKEN_HINT =
  'The token may be expired or revoked: get a new one from the relay operator, then run axisor login --relay URL, or set AXISOR_RELAY_TOKEN'

const KEY_HINT = "The relay operator must set another key for you with 'axisor relay credentials set'"

const NO_KEY_HINT = `If the token reads other users, name one with --user: axisor status lists them. Otherwise: ${KEY_HINT}`

const WRITE_HINT =
  'The relay operator must set a read-only key for you, or accept this one with --allow-write-key'

/** A relay, and the user whose account is read there. */
export interface RelayTarget {
  readonly host: string
  /** Null: the user of the token. */
  readonly user: string | null
}

/** The error for an unknown, expired or revoked token. */
function tokenRefused(host: string): AxisorError {
  return new AxisorError('key-refused', `${host} rejected the relay token`, { hint: TOKEN_HINT })
}

/** The error for a valid token that does not read the account. */
function tokenForbidden({ host, user }: RelayTarget): AxisorError {
  if (user !== null)
    return new AxisorError(
      'missing-permission',
      `the relay token for ${host} may not read the user ${user}`,
      {
        hint: 'Ask the relay operator for a token with the scope read-all, or leave out --user',
      },
    )
  return new AxisorError('missing-permission', `the relay token for ${host} may not read an account`, {
    hint: 'Ask the relay operator for a token with the scope read',
  })
}

/** The error for a user who does not exist, or was removed. */
function noSuchUser({ host, user }: RelayTarget): AxisorError {
  return new AxisorError('refused', `${host} has no user ${user ?? ''}`.trimEnd(), {
    hint: 'axisor status lists the users that the token reads',
  })
}

/** The error for a relay that does not know the parameter `user`: it sends the account of its token, or rejects a request of the history. */
export function otherUser({ host, user }: RelayTarget): AxisorError {
  return new AxisorError(
    'refused',
    `${host} does not send the account of ${user ?? ''}: it is older than this axisor`,
    {
      hint: 'Ask the relay operator to update it, or leave out --user',
    },
  )
}

/**
 * Checks that a response is about the account that was requested.
 * @throws AxisorError refused, from a relay that does not know the parameter `user`
 */
export function requireSameUser(target: RelayTarget, headers: HttpResponse['headers']): void {
  if (target.user !== null && headers[RELAY_USER_HEADER] !== target.user) throw otherUser(target)
}

/**
 * Returns the relay's clock from the header of a reply, ms since 1970.
 * @throws AxisorError unreadable, for a reply that is not from a relay
 */
export function relayTimeOf({ host }: RelayTarget, headers: HttpResponse['headers']): number {
  const text = headers[RELAY_HEADER] ?? ''
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new AxisorError('unreadable', `${host}: the header ${RELAY_HEADER} is missing`, {
    hint: 'The server is not an axisor relay, or a proxy removes headers.',
  })
}

const MAX_REASON_LENGTH = 200

/** Returns the relay's reason as one printable line (it is untrusted text), or `fallback` if there is none. */
function relayReasonText(errorMessage: RelayErrorMessage | null, fallback: string): string {
  const reason = sanitize(errorMessage?.message ?? '', { maxLength: MAX_REASON_LENGTH })
  return reason === '' ? fallback : reason
}

/** The requested retry delay: from the last error message, else from the close reason. */
function retryAfter(
  errorMessage: RelayErrorMessage | null,
  reason: string,
): { readonly retryAfterMs?: number } {
  const retryAfterMs = errorMessage?.retryAfterMs ?? decodeCloseReason(reason)
  return retryAfterMs === null ? {} : { retryAfterMs }
}

const CREDENTIALS = new Set<ErrorCode>(['key-refused', 'key-may-write', 'missing-permission'])

/** The error for an API key of the relay that the exchange rejected: nothing this machine can fix. */
function upstreamRefused({ host, user }: RelayTarget, errorMessage: RelayErrorMessage | null): AxisorError {
  const code = errorMessage !== null && CREDENTIALS.has(errorMessage.code) ? errorMessage.code : 'key-refused'
  const lacksKey = errorMessage?.code === 'no-credentials'
  const reasonText = relayReasonText(errorMessage, "the exchange rejected the relay's API key")
  return new AxisorError(code, `${host} can't watch the account: ${reasonText}`, {
    hint: code === 'key-may-write' ? WRITE_HINT : lacksKey && user === null ? NO_KEY_HINT : KEY_HINT,
  })
}

/** Maps a relay's close code and last error message to an error, or null if the code is not part of the protocol. */
export function closeError(
  { code, reason }: { readonly code: number; readonly reason: string },
  target: RelayTarget,
  errorMessage: RelayErrorMessage | null,
): AxisorError | null {
  const { host } = target
  switch (code) {
    case RELAY_CLOSE.unauthenticated:
      return tokenRefused(host)
    case RELAY_CLOSE.forbidden:
      return tokenForbidden(target)
    case RELAY_CLOSE.noSuchUser:
      return noSuchUser(target)
    case RELAY_CLOSE.upstreamRefused:
      return upstreamRefused(target, errorMessage)
    case RELAY_CLOSE.tooSlow:
      return new AxisorError('connection-lost', `${host} closed the connection: it was read too slowly`, {
        ...retryAfter(errorMessage, reason),
        hint: 'The network may be too slow; axisor reconnects automatically.',
      })
    case RELAY_CLOSE.tooMany:
      return new AxisorError(
        'rate-limited',
        `${host}: ${relayReasonText(errorMessage, 'too many connections')}`,
        {
          ...retryAfter(errorMessage, reason),
          hint: 'Close other programs that use this token; axisor retries automatically.',
        },
      )
    case RELAY_CLOSE.restarting: {
      const reasonText = relayReasonText(errorMessage, '')
      return new AxisorError(
        'unavailable',
        reasonText === '' ? `${host} restarts` : `${host}: ${reasonText}`,
        {
          ...retryAfter(errorMessage, reason),
          hint: 'axisor reconnects automatically.',
        },
      )
    }
    default:
      return null
  }
}

interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** Maps a response to an error about the token or the user, or null if it is about something else or may be temporary. */
export function authErrorOf(target: RelayTarget, { status, headers }: HttpResponse): AxisorError | null {
  // A proxy, a firewall or the portal of a network may reply so too; only the relay's own reply is final.
  if (headers[RELAY_HEADER] === undefined) return null
  if (status === 401) return tokenRefused(target.host)
  if (status === 404 && headers[RELAY_USER_HEADER] === NO_RELAY_USER) return noSuchUser(target)
  return status === 403 ? tokenForbidden(target) : null
}

/** Maps a response that is an error. `errorMessage` is its body if a relay sent it, `path` what was requested. */
export function httpError(
  target: RelayTarget,
  response: HttpResponse,
  errorMessage: RelayErrorMessage | null,
  nowMs: number,
  path = '/v1/snapshot',
): AxisorError {
  const { host } = target
  const { status, headers } = response
  const authError = authErrorOf(target, response)
  if (authError !== null) return authError
  if (errorMessage !== null && CREDENTIALS.has(errorMessage.code))
    return upstreamRefused(target, errorMessage)
  const details = retryAfterDetails(headers, nowMs)
  if (status === 429) return new AxisorError('rate-limited', `${host} answered 429`, details)
  const reasonText = relayReasonText(errorMessage, `${host} answered ${status} to GET ${path}`)
  return new AxisorError('unavailable', reasonText, {
    ...details,
    hint: `Check that an axisor relay (${RELAY_PROTOCOL}) runs at this address; axisor retries automatically.`,
  })
}

/** Header of every HTTP response of a relay: its clock, ms since 1970. Responses without it are not from a relay. */
export const RELAY_HEADER = 'axisor-time'
