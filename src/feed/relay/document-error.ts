import { AxisorError } from '../../domain/error.ts'
import { sanitize } from '../../domain/sanitize.ts'
import type { HttpReply } from '../../ports/net.ts'
import { decodeRelayMessage } from '../../wire/relay/decode.ts'
import { RELAY_USER_HEADER } from '../../wire/relay/messages.ts'
import { authErrorOf, httpError, otherUser, RELAY_HEADER, type RelayTarget } from './errors.ts'

/** The list that a cursor belongs to has changed. */
export class ListChanged extends Error {}

/** The name of the only document that is not of a ledger. */
export const CANDLES = 'candles'

/** What was requested from which relay, and the time now. */
interface DocumentRequest {
  readonly name: string
  readonly target: RelayTarget
  readonly now: number
}

/** Returns the error for a reply without a document. */
export function documentError({ name, target, now }: DocumentRequest, reply: HttpReply): Error {
  const { host } = target
  const authError = authErrorOf(target, reply)
  if (authError !== null) return authError
  const decoded = decodeRelayMessage(reply.body)
  const message = decoded.ok && decoded.value.type === 'error' ? decoded.value : null
  const reason = sanitize(message?.message ?? '', { maxLength: 200 })
  if (reply.headers[RELAY_HEADER] !== undefined) {
    if (reply.status === 409 && name !== CANDLES) return new ListChanged()
    if (reply.status === 404)
      return new AxisorError('refused', `${host} ${olderText(name)}`, {
        hint: 'Ask the operator of the relay to update it.',
        httpStatus: 404,
      })
    // A relay that knows the parameter names the user in every reply of an account that it reads.
    if (reply.status === 400 && target.user !== null && reply.headers[RELAY_USER_HEADER] === undefined)
      return otherUser(target)
    if (reply.status === 400) return new AxisorError('usage', reason || `${host} answered 400`)
    if (reply.status === 501)
      return new AxisorError('refused', `${host}: ${reason || `the relay does not serve ${name}`}`, {
        hint: 'Connect to the exchange with --direct and an API key.',
        httpStatus: 501,
      })
  }
  const error = httpError(target, reply, message, now, `/v1/${name}`)
  if (error.code !== 'unavailable' || message === null || message.code === 'unavailable') return error
  return new AxisorError(message.code, `${host}: ${reason}`)
}

/** What a relay of an earlier version does not do. */
function olderText(name: string): string {
  return name === CANDLES
    ? 'sends 1m and 1h candles only; update the relay'
    : `does not serve ${name}: the relay is older than this axisor`
}
