import type { AxisorError } from '../../domain/error.ts'
import type { RelayMessage } from '../../wire/relay/messages.ts'

/** Converts an error into a message for clients. */
export function errorMessageOf(error: AxisorError, now: number): Extract<RelayMessage, { type: 'error' }> {
  const { code, message, retryable, retryAfterMs } = error
  const pause = retryAfterMs === null ? {} : { retryAfterMs }
  return { type: 'error', sentAt: now, code, message, retryable, ...pause }
}
