import { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { Parser } from './parsers.ts'

/** The text of a setting and its origin. Origins are listed by precedence, highest first. */
export interface RawSetting {
  readonly text: string
  readonly origin: 'flag' | 'environment' | 'file'
  /** `--interval`, `AXISOR_INTERVAL`, or `interval in /home/…/config.json`. */
  readonly place: string
}

const MAX_QUOTE = 60

/** Returns a value for error messages: printable, short, and with user name, password and query of addresses redacted. */
function quote(text: string): string {
  // Truncated last: the pattern would not match a truncated address.
  const printable = sanitize(text, { asciiOnly: true, maxLength: Number.POSITIVE_INFINITY })
  const redacted = printable.replace(/\/\/[^/]*@/g, '//•••@').replace(/(:\/\/[^?#]*[?#]).+/, '$1•••')
  return sanitize(redacted, { maxLength: MAX_QUOTE })
}

function describeSetting({ text, origin, place }: RawSetting): string {
  switch (origin) {
    case 'flag':
      return `${place} ${quote(text)}`
    case 'environment':
      return `${place}=${quote(text)} (environment)`
    case 'file':
      return `${place}: ${quote(text)}`
  }
}

/**
 * Parses a setting.
 * @throws AxisorError usage (a flag) or config, naming the origin and describing valid input
 */
export function parseSetting<T>(setting: RawSetting, parser: Parser<T>): T {
  const result = parser(setting.text)
  if (result.ok) return result.value
  const code = setting.origin === 'flag' ? 'usage' : 'config'
  throw new AxisorError(code, `${describeSetting(setting)}: not ${result.expected}`)
}
