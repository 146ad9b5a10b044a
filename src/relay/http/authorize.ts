import { AxisorError } from '../../domain/error.ts'
import { LEGACY_PROTOCOL } from '../../wire/relay/legacy.ts'
import { mayAcknowledge } from '../auth/account-access.ts'
import type { Grant } from '../auth/token-grant.ts'
import type { RelayLog } from '../context.ts'
import { logBug } from '../log-bug.ts'
import type { Relay } from '../relay.ts'
import { bearerOf, type Headers, hasTokenInQuery } from './bearer.ts'
import { ERROR_RESPONSES, type ErrorResponse } from './error-response.ts'
import { ACCESS_ERRORS, requestedUser } from './requested-user.ts'
import { protocolAt } from './stream-paths.ts'

interface HandshakeRequest {
  readonly url?: string | undefined
  readonly headers: Headers & {
    readonly host?: string | undefined
    readonly origin?: string | undefined
    readonly upgrade?: string | undefined
  }
}

/** What a handshake is checked against. */
export interface AuthorizeOptions {
  readonly relay: Relay
  readonly log: RelayLog
  /** Web origins that may open a WebSocket. Requests of other programs have no origin. */
  readonly allowedOrigins: ReadonlySet<string>
  /** Returns true if the relay serves the name in a header `Host`. */
  isServedHost(header: string | undefined): boolean
  /** Returns true after the relay began to stop. */
  isStopping(): boolean
}

/** Returns the grant of a handshake, or why it is refused. */
export async function authorize(
  request: HandshakeRequest,
  options: AuthorizeOptions,
): Promise<Grant | ErrorResponse> {
  const { url = '', headers } = request
  if (!options.isServedHost(headers.host)) return ERROR_RESPONSES.host
  if (hasTokenInQuery(url)) return ERROR_RESPONSES.tokenInQuery
  const protocol = protocolAt(url)
  if (protocol === null) return ERROR_RESPONSES.notFound
  if (headers.upgrade?.toLowerCase() !== 'websocket') return ERROR_RESPONSES.noWebSocket
  if (headers.origin !== undefined && !options.allowedOrigins.has(headers.origin))
    return ERROR_RESPONSES.origin
  if (options.isStopping()) return ERROR_RESPONSES.stopping
  const token = bearerOf(headers)
  if (token === null) return ERROR_RESPONSES.noToken
  // Clients of the old system send parameters without a meaning here.
  const userName = protocol === LEGACY_PROTOCOL ? null : requestedUser(url)
  if (typeof userName === 'object' && userName !== null) return userName
  try {
    const grant = await options.relay.admit(token, userName)
    if (grant === null) return ERROR_RESPONSES.noToken
    if (typeof grant === 'string') return ACCESS_ERRORS[grant]
    return protocol === LEGACY_PROTOCOL && !mayAcknowledge(grant) ? ERROR_RESPONSES.scope : grant
  } catch (error) {
    if (error instanceof AxisorError) return ERROR_RESPONSES.database
    logBug(options.log, error)
    return ERROR_RESPONSES.bug
  }
}
