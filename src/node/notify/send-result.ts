import { sanitize } from '../../domain/sanitize.ts'
import type { SendResult } from '../../ports/notifier.ts'

const MAX_REASON_LENGTH = 200

/** Sanitized before it is cut, so that no part of a secret remains at the end of the visible text. */
const MAX_READ_LENGTH = 4_000

export const DELIVERED: SendResult = { kind: 'delivered' }

/** A passing failure; `afterMs` is the delay that the service requests, or null. */
export function retry(why: string, afterMs: number | null = null): SendResult {
  return { kind: 'retry', why, afterMs }
}

/** A failure that repeats with every attempt. */
export function failed(why: string): SendResult {
  return { kind: 'failed', why }
}

/** Ends an attempt with a result from any depth. Caught by the notifier. */
export class SendError extends Error {
  readonly result: SendResult

  constructor(result: SendResult) {
    super(result.kind)
    this.result = result
  }
}

/** Returns the result with a reason that is safe to show: masked, sanitized, one line of at most 200 characters. */
export function presentable(result: SendResult, redact: (text: string) => string): SendResult {
  if (result.kind === 'delivered') return result
  // Masked twice: sanitizing may reassemble a secret from which a service has separated the characters.
  const clean = redact(sanitize(redact(result.why), { maxLength: MAX_READ_LENGTH }))
  return { ...result, why: sanitize(clean, { maxLength: MAX_REASON_LENGTH }) }
}
