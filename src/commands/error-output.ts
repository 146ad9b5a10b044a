import type { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'

/** Returns a failure as one line of text: the message and the hint. */
export function failureLine(error: AxisorError): string {
  const hint = error.hint === null ? '' : `. ${error.hint.replace(/[^.?!]$/, '$&.')}`
  // Not cut: the hint is at the end, and only a whole secret can be redacted.
  return `axisor: ${sanitize(error.message + hint, { maxLength: Number.POSITIVE_INFINITY })}\n`
}

/** Returns a failure as one line of JSON for scripts. */
export function failureJson(error: AxisorError): string {
  const { code, message, hint, retryable, exitCode } = error
  return `${JSON.stringify({ error: { code, message, hint, retryable, exitCode } })}\n`
}
