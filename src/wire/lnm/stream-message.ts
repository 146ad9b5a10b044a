import type { Change } from '../../domain/snapshot.ts'
import type { Decoded } from '../decoded.ts'

/** A change from the stream, with the exchange's time in ms since 1970; null if the message has none. */
export interface StreamMessage {
  readonly change: Change
  readonly sourceAt: number | null
}

/** Returns a decoded stream message. */
export function streamMessage(change: Change, sourceAt: number | null): Decoded<StreamMessage> {
  return { ok: true, value: { change, sourceAt } }
}
