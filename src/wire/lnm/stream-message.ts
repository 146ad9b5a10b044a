import type { Change } from '../../domain/snapshot.ts'
import type { Decoded } from '../decoded.ts'

/** One thing that the stream said, with the exchange's own time of it (ms since 1970), where the message carries one. */
export interface StreamMessage {
  readonly change: Change
  readonly sourceAt: number | null
}

/** News that was read well. */
export function streamMessage(change: Change, sourceAt: number | null): Decoded<StreamMessage> {
  return { ok: true, value: { change, sourceAt } }
}
