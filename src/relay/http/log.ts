import pino from 'pino'
import type { Clock } from '../../ports/clock.ts'
import type { RelayLog } from '../context.ts'

const REDACTED = '•••'

/** Where something secret could be, should a field of that name ever be logged. */
const SECRET_PATHS = ['token', 'secret', 'passphrase', 'key', 'sealed', 'authorization', 'password'].flatMap(
  name => [name, `*.${name}`, `*.*.${name}`],
)

/** What looks like a token, or like the password of a database, wherever it is. */
const SECRET_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/axr_[A-Za-z0-9_-]+/g, `axr_${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"]*):[^\s@/"]+@/g, `$1:${REDACTED}@`],
  [/\bBearer\s+[^\s"]+/gi, `Bearer ${REDACTED}`],
]

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogOptions {
  readonly level: LogLevel
  readonly clock: Clock
  /** Takes a line; if it goes to a person, secrets that this process holds are taken out there, by their value. */
  write(line: string): void
}

/** One line of JSON for each event. Secrets are taken out twice: by the name of their field, and by what they look like. */
export function openLog({ level, clock, write }: LogOptions): RelayLog {
  const log = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date(clock.nowMs()).toISOString()}"`,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: SECRET_PATHS, censor: REDACTED },
    },
    { write: line => write(redactLine(line)) },
  )
  return {
    info: (event, fields) => log.info(fields ?? {}, event),
    warn: (event, fields) => log.warn(fields ?? {}, event),
  }
}

function redactLine(line: string): string {
  let safe = line
  for (const [look, instead] of SECRET_PATTERNS) safe = safe.replace(look, instead)
  return safe
}
