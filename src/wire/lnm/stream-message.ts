import type { Change } from '../../domain/snapshot.ts'
import type { Decoded } from '../decoded.ts'
import type { FieldFault } from '../validate.ts'

/** A change from the stream, with the exchange's time in ms since 1970; null if the message has none. */
export interface StreamMessage {
  readonly change: Change
  readonly sourceAt: number | null
  /** Fields that were converted or read as null. */
  readonly faults: readonly FieldFault[]
}

/** Returns a decoded stream message. */
export function streamMessage(
  change: Change,
  sourceAt: number | null,
  faults: readonly FieldFault[] = [],
): Decoded<StreamMessage> {
  return { ok: true, value: { change, sourceAt, faults } }
}
