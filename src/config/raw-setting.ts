import { AxisorError } from '../domain/error.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { Parser } from './parsers.ts'

/** A text and where it was said; the earlier of several origins wins. */
export interface RawSetting {
  readonly text: string
  readonly origin: 'flag' | 'environment' | 'file'
  /** `--interval`, `AXISOR_INTERVAL`, or `interval in /home/…/config.json`. */
  readonly place: string
}

const MAX_QUOTE = 60

/** A value as an error may show it: printable, short, and without what an address may hold of secrets: name, password, query. */
function quoted(text: string): string {
  // Cut last: half an address would not be recognized as one.
  const plain = sanitize(text, { asciiOnly: true, maxLength: Number.POSITIVE_INFINITY })
  const redacted = plain.replace(/\/\/[^/]*@/g, '//•••@').replace(/(:\/\/[^?#]*[?#]).+/, '$1•••')
  return sanitize(redacted, { maxLength: MAX_QUOTE })
}

function described({ text, origin, place }: RawSetting): string {
  switch (origin) {
    case 'flag':
      return `${place} ${quoted(text)}`
    case 'environment':
      return `${place}=${quoted(text)} (environment)`
    case 'file':
      return `${place}: ${quoted(text)}`
  }
}

/**
 * What was said, read.
 * @throws AxisorError usage (a flag) or config, naming the place and what was expected there
 */
export function parseSetting<T>(said: RawSetting, reader: Parser<T>): T {
  const reading = reader(said.text)
  if (reading.ok) return reading.value
  const code = said.origin === 'flag' ? 'usage' : 'config'
  throw new AxisorError(code, `${described(said)}: not ${reading.expected}`)
}
