import { AxisorError } from '../../domain/error.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Http } from '../../ports/net.ts'
import { decodeRelayMessage } from '../../wire/relay/decode.ts'
import { decodeRelayUsers, type ReadableUser } from '../../wire/relay/users-document.ts'
import { relayAddresses } from './addresses.ts'
import { httpError, RELAY_HEADER } from './errors.ts'

const PATH = '/v1/users'

/** Address and token of a relay. */
export interface RelayUsersOptions {
  readonly url: string
  readonly token: Secret
  readonly requestMs: number
}

/**
 * Reads the users whose accounts a token reads on a relay, sorted by name: all for a token with the scope `read-all`, else its own.
 * @throws AxisorError refused, from a relay that does not know the request; else as other requests to a relay
 */
export async function readRelayUsers(
  { http, clock }: { readonly http: Http; readonly clock: Clock },
  { url, token, requestMs }: RelayUsersOptions,
): Promise<readonly ReadableUser[]> {
  const { httpOrigin, basePath } = relayAddresses(url)
  const { host } = new URL(httpOrigin)
  const headers = { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' }
  const reply = await http.get(httpOrigin, `${basePath}${PATH}`, headers, requestMs)
  if (reply.status !== 200) {
    if (reply.status === 404 && reply.headers[RELAY_HEADER] !== undefined)
      throw new AxisorError(
        'refused',
        `${host} does not list its users: the relay is older than this axisor`,
        {
          hint: 'Ask the operator of the relay to update it.',
        },
      )
    const error = decodeRelayMessage(reply.body)
    const message = error.ok && error.value.type === 'error' ? error.value : null
    throw httpError({ host, user: null }, reply, message, clock.nowMs(), PATH)
  }
  const decoded = decodeRelayUsers(reply.body)
  if (decoded.ok) return decoded.value
  throw new AxisorError('unreadable', `${decoded.fault.where}: ${decoded.fault.message}`, {
    hint: 'The relay may be newer than this axisor: update axisor.',
  })
}
