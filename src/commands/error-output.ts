import type { AxisorError } from '../domain/error.ts'

/** A failure in one line: what happened, and what to do next. */
export function failureLine(error: AxisorError): string {
  const hint = error.hint === null ? '' : `. ${error.hint.replace(/[^.?!]$/, '$&.')}`
  return `axisor: ${oneLine(error.message + hint)}\n`
}

/** The same for scripts: one JSON object in one line. */
export function failureJson(error: AxisorError): string {
  const { code, message, hint, retryable, exitCode } = error
  return `${JSON.stringify({ error: { code, message, hint, retryable, exitCode } })}\n`
}

/** Without line breaks and other control characters: part of a message may come from far away. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
}
