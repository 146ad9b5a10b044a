import type * as z from 'zod/mini'
import { type Decoded, read, unread } from '../decoded.ts'
import { parseJson, validate } from '../lnm/validate.ts'
import { clientSchema, closeSchema, envelopeSchema, MESSAGES } from './message-schemas.ts'
import type { ClientMessage, RelayMessage } from './messages.ts'

/** Checks what a kind of message has besides its envelope, and makes the message of both. */
function message<T extends object>(
  schema: z.ZodMiniType<T>,
  value: unknown,
  where: string,
  made: (body: T) => RelayMessage,
): Decoded<RelayMessage> {
  const checked = validate(schema, value, where)
  return checked.ok ? read(made(checked.value)) : checked
}

function decodeUpdate(value: unknown, kind: unknown, sentAt: number): Decoded<RelayMessage> {
  const where = 'relay data_update'
  if (kind === 'snapshot')
    return message(MESSAGES.snapshot(), value, where, body => ({ type: 'snapshot', sentAt, ...body }))
  if (kind === 'delta')
    return message(MESSAGES.delta(), value, where, body => ({ type: 'delta', sentAt, ...body }))
  return unread(where, kind === undefined ? 'kind is missing' : 'kind has an unknown value')
}

/**
 * Reads one text frame of a relay, or the body of its HTTP snapshot. Total: unknown fields are ignored, and whatever else is wrong
 * is a fault that names the field and quotes nothing.
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
      return message(MESSAGES[type](), value, 'relay connection', body => ({ type, sentAt, ...body }))
    case 'upstream':
      return message(MESSAGES[type](), value, 'relay upstream', body => ({ type, sentAt, ...body }))
    case 'error':
      return message(MESSAGES[type](), value, 'relay error', body => ({ type, sentAt, ...body }))
    case 'pong':
      return message(MESSAGES[type](), value, 'relay pong', body => ({ type, sentAt, ...body }))
    case 'heartbeat':
      return message(MESSAGES[type](), value, 'relay heartbeat', body => ({ type, sentAt, ...body }))
    default:
      return unread('relay', 'a message of an unknown type')
  }
}

/** Reads what a client says. Total, as above. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  const parsed = parseJson(text, 'client')
  return parsed.ok ? validate(clientSchema(), parsed.value, 'client') : parsed
}

/** When to come back, as the reason of a close says it: `{"retryAfterMs":1250}`. Null: it does not. */
export function decodeCloseReason(reason: string): number | null {
  const parsed = parseJson(reason, 'close')
  const checked = parsed.ok ? validate(closeSchema(), parsed.value, 'close') : parsed
  return checked.ok ? checked.value.retryAfterMs : null
}
