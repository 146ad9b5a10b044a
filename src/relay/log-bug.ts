import type { RelayLog } from './context.ts'

/** Logs an unexpected error: the relay stays, and only what met the error fails. Never logs its message, which may quote data. */
export function logBug(log: RelayLog, error: unknown): void {
  log.warn('bug', { at: stackOf(error) })
}

/** Returns the name and the stack frames of an error. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const frames = (error.stack ?? '').split('\n').filter(line => line.startsWith('    at '))
  return [error.name, ...frames.map(line => line.trim())].join(' ')
}
