import type { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'

/** Returns a failure as one line for people: the message and the hint. */
export function failureLine(error: AxisorError): string {
  const hint = error.hint === null ? '' : `. ${error.hint.replace(/[^.?!]$/, '$&.')}`
  return `axisor: ${sanitize(error.message + hint)}\n`
}

/** Returns a failure as one line of JSON for scripts. */
export function failureJson(error: AxisorError): string {
  const { code, message, hint, retryable, exitCode } = error
  return `${JSON.stringify({ error: { code, message, hint, retryable, exitCode } })}\n`
}
