import { AxisorError } from '../domain/error.ts'
import type { Reader } from './parsers.ts'

/** A text and where it was said; the earlier of several origins wins. */
export interface Said {
  readonly text: string
  readonly origin: 'flag' | 'environment' | 'file'
  /** `--interval`, `AXISOR_INTERVAL`, or `interval in /home/…/config.json`. */
  readonly place: string
}

const LONGEST_QUOTE = 60

/** A value as an error may show it: printable, short, and without what an address may hold of secrets: name, password, query. */
function quoted(text: string): string {
  const plain = text
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/\/\/[^/]*@/g, '//•••@')
    .replace(/(:\/\/[^?#]*[?#]).+/, '$1•••')
  return plain.length <= LONGEST_QUOTE ? plain : `${plain.slice(0, LONGEST_QUOTE)}…`
}

function described({ text, origin, place }: Said): string {
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
export function readSaid<T>(said: Said, reader: Reader<T>): T {
  const reading = reader(said.text)
  if (reading.ok) return reading.value
  const code = said.origin === 'flag' ? 'usage' : 'config'
  throw new AxisorError(code, `${described(said)}: not ${reading.expected}`)
}
