import type { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'
import { wallNow } from '../domain/wall-clock.ts'
import type { Clock } from '../ports/clock.ts'
import type { Terminal } from '../ports/terminal.ts'

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

/** True for a service whose stderr is a log that programs read: all of it is JSON then. */
export function logsErrors(argv: readonly string[], { stderr }: Pick<Terminal, 'stderr'>): boolean {
  const [group, command] = argv.filter(word => !word.startsWith('-'))
  return group === 'relay' && command === 'serve' && stderr.isTTY !== true
}

/** The priority of a failure that ends a service, in the journal of systemd: critical. */
const JOURNAL_PREFIX = '<2>'

/** Returns what ended a service as one line of its log. `fields` come after the level, the time and the event. */
export function failureLogLine(
  event: string,
  fields: Readonly<Record<string, unknown>>,
  { clock, terminal }: { readonly clock: Clock; readonly terminal: Pick<Terminal, 'isJournal'> },
): string {
  const time = new Date(wallNow(clock)).toISOString()
  const line = JSON.stringify({ level: 'fatal', time, ...fields, event })
  return `${terminal.isJournal ? JOURNAL_PREFIX : ''}${line}\n`
}

/** Returns an expected error as the last line of the log of a service. */
export function errorLogLine(error: AxisorError, world: Parameters<typeof failureLogLine>[2]): string {
  const { code, message, hint, exitCode, lines } = error
  return failureLogLine(message, { code, hint, exitCode, ...(lines.length === 0 ? {} : { lines }) }, world)
}
