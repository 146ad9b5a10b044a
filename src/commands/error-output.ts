import type { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'

/** A failure in one line: what happened, and what to do next. */
export function failureLine(error: AxisorError): string {
  const hint = error.hint === null ? '' : `. ${error.hint.replace(/[^.?!]$/, '$&.')}`
  return `axisor: ${sanitize(error.message + hint)}\n`
}

/** The same for scripts: one JSON object in one line. */
export function failureJson(error: AxisorError): string {
  const { code, message, hint, retryable, exitCode } = error
  return `${JSON.stringify({ error: { code, message, hint, retryable, exitCode } })}\n`
}
