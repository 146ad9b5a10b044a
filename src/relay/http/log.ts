import pino from 'pino'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RelayLog } from '../context.ts'

const REDACTED = '•••'

/** Field names that may hold a secret, should one ever be logged. */
const SECRET_PATHS = ['token', 'secret', 'passphrase', 'key', 'sealed', 'authorization', 'password'].flatMap(
  name => [name, `*.${name}`, `*.*.${name}`],
)

/** Patterns of tokens and of passwords in database URLs. */
const SECRET_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/axr_[A-Za-z0-9_-]+/g, `axr_${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"]*):[^\s@/"]+@/g, `$1:${REDACTED}@`],
  [/\bBearer\s+[^\s"]+/gi, `Bearer ${REDACTED}`],
]

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogOptions {
  readonly level: LogLevel
  readonly clock: Clock
  /** The lines go to the journal of systemd: each begins with its priority. Default: false. */
  readonly isJournal?: boolean
  /** Writes a line; the caller redacts secrets of this process by value before a terminal shows it. */
  write(line: string): void
}

/** Opens a log with one line of JSON per event. Secrets are redacted twice: by field name and by pattern. */
export function openLog({ level, clock, isJournal = false, write }: LogOptions): RelayLog {
  const log = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date(wallNow(clock)).toISOString()}"`,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: SECRET_PATHS, censor: REDACTED },
    },
    { write: line => write(isJournal ? withPriority(redactLine(line)) : redactLine(line)) },
  )
  return {
    info: (event, fields) => log.info(fields ?? {}, event),
    warn: (event, fields) => log.warn(fields ?? {}, event),
    error: (event, fields) => log.error(fields ?? {}, event),
  }
}

/** Priorities of syslog by level. */
const PRIORITIES: Readonly<Record<string, number>> = { error: 3, warn: 4, info: 6, debug: 7 }

function withPriority(line: string): string {
  const [, level = ''] = /^\{"level":"(\w+)"/.exec(line) ?? []
  return `<${PRIORITIES[level] ?? PRIORITIES.info}>${line}`
}

function redactLine(line: string): string {
  let safe = line
  for (const [pattern, replacement] of SECRET_PATTERNS) safe = safe.replace(pattern, replacement)
  return safe
}
