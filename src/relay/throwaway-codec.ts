import type { Decoded } from '../wire/decoded.ts'
import { read, unread } from '../wire/decoded.ts'
import type { ClientMessage, RelayMessage } from '../wire/relay/messages.ts'

/** Stands in for the codec of `wire/relay/` until that is here. */
export function encodeRelayMessage(message: RelayMessage): string {
  const { type } = message
  const isData = type === 'snapshot' || type === 'delta'
  return JSON.stringify({ ...message, ...(isData ? { type: 'data_update', kind: type } : {}) })
}

/** The same for what clients say. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  try {
    const value = JSON.parse(text) as { type?: unknown; t?: unknown }
    if (value.type === 'refresh_data') return read({ type: 'refresh_data' })
    if (value.type === 'ping' && typeof value.t === 'number') return read({ type: 'ping', t: value.t })
  } catch {
    // Told below.
  }
  return unread('message', 'is not one of the protocol')
}
