import type * as z from 'zod/mini'
import { type Decoded, decoded, invalid } from '../decoded.ts'
import { parseJson, validate } from '../validate.ts'
import { clientSchema, closeSchema, envelopeSchema, MESSAGES } from './message-schemas.ts'
import type { ClientMessage, RelayMessage } from './messages.ts'

/** Validates the body of a message and builds the message. */
function decodeBody<T extends object>(
  schema: z.ZodMiniType<T>,
  value: unknown,
  where: string,
  build: (body: T) => RelayMessage,
): Decoded<RelayMessage> {
  const checked = validate(schema, value, where)
  return checked.ok ? decoded(build(checked.value)) : checked
}

function decodeUpdate(value: unknown, kind: unknown, sentAt: number): Decoded<RelayMessage> {
  const where = 'relay data_update'
  if (kind === 'snapshot')
    return decodeBody(MESSAGES.snapshot(), value, where, body => ({ type: 'snapshot', sentAt, ...body }))
  if (kind === 'delta')
    return decodeBody(MESSAGES.delta(), value, where, body => ({ type: 'delta', sentAt, ...body }))
  return invalid(where, kind === undefined ? 'kind is missing' : 'kind has an unknown value')
}

/**
 * Decodes one text frame of a relay, or the body of its HTTP snapshot; never throws. Ignores unknown fields. The fault names the field and
 * contains no value.
 */
export function decodeRelayMessage(text: string): Decoded<RelayMessage> {
  const parsed = parseJson(text, 'relay')
  if (!parsed.ok) return parsed
  const envelope = validate(envelopeSchema(), parsed.value, 'relay')
  if (!envelope.ok) return envelope
  const { type, kind, timestamp: sentAt } = envelope.value
  const { value } = parsed
  switch (type) {
    case 'data_update':
      return decodeUpdate(value, kind, sentAt)
    case 'connection':
      return decodeBody(MESSAGES[type](), value, 'relay connection', body => ({ type, sentAt, ...body }))
    case 'upstream':
      return decodeBody(MESSAGES[type](), value, 'relay upstream', body => ({ type, sentAt, ...body }))
    case 'error':
      return decodeBody(MESSAGES[type](), value, 'relay error', body => ({ type, sentAt, ...body }))
    case 'pong':
      return decodeBody(MESSAGES[type](), value, 'relay pong', body => ({ type, sentAt, ...body }))
    case 'heartbeat':
      return decodeBody(MESSAGES[type](), value, 'relay heartbeat', body => ({ type, sentAt, ...body }))
    default:
      return invalid('relay', 'message of an unknown type')
  }
}

/** Decodes a client message; never throws. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  const parsed = parseJson(text, 'client')
  return parsed.ok ? validate(clientSchema(), parsed.value, 'client') : parsed
}

/** Returns the reconnect delay in ms from a close reason such as `{"retryAfterMs":1250}`, or null if it has none. */
export function decodeCloseReason(reason: string): number | null {
  const parsed = parseJson(reason, 'close')
  const checked = parsed.ok ? validate(closeSchema(), parsed.value, 'close') : parsed
  return checked.ok ? checked.value.retryAfterMs : null
}
