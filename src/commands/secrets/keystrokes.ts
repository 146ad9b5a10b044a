/** What a keystroke at a question means. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'enter' | 'back' | 'clear' | 'end' | 'interrupt' | 'escape' }

/** Arrows, function keys and the marks around a paste: Esc, then a bracket or O, parameters, one letter or `~`. */
const SEQUENCE = /^(?:\[[0-?]*[ -/]*[@-~]|O.)/

const ESCAPE = '\x1b'

const BY_CHARACTER: Readonly<Record<string, Exclude<Key['kind'], 'text'>>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'back',
  '\b': 'back',
  '\x15': 'clear',
  '\x04': 'end',
  '\x03': 'interrupt',
  [ESCAPE]: 'escape',
}

/** Reads what was typed or pasted at once. What moves a cursor means nothing at a question that shows nothing. */
export function readKeys(typed: string): readonly Key[] {
  const keys: Key[] = []
  let rest = typed
  while (rest !== '') {
    const sequence = rest.startsWith(ESCAPE) ? SEQUENCE.exec(rest.slice(1))?.[0] : undefined
    const [first = ''] = rest
    const kind = BY_CHARACTER[first]
    // A line that ends with both ends once.
    const length = sequence === undefined ? (rest.startsWith('\r\n') ? 2 : first.length) : sequence.length + 1
    rest = rest.slice(length)
    if (sequence !== undefined) continue
    if (kind !== undefined) keys.push({ kind })
    else if (!/\p{Cc}/u.test(first)) keys.push({ kind: 'text', text: first })
  }
  return keys
}
