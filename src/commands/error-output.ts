import type { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'

/** Returns a failure as one line of text, the message and the hint, after the lines that it sums up. */
export function failureLine(error: AxisorError): string {
  const hint = error.hint === null ? '' : `. ${error.hint.replace(/[^.?!]$/, '$&.')}`
  // Not cut: the hint is at the end, and only a whole secret can be redacted.
  const lines = [...error.lines, `axisor: ${error.message}${hint}`]
  return lines.map(line => `${sanitize(line, { maxLength: Number.POSITIVE_INFINITY })}\n`).join('')
}

/** Returns a failure as one line of JSON for scripts. */
export function failureJson(error: AxisorError): string {
  const { code, message, hint, retryable, exitCode, lines } = error
  const details = lines.length === 0 ? {} : { lines }
  return `${JSON.stringify({ error: { code, message, hint, retryable, exitCode, ...details } })}\n`
}
