/** A key press at a prompt. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'enter' | 'back' | 'clear' | 'end' | 'interrupt' | 'escape' }

/** Escape sequences of arrows, function keys and bracketed paste: Esc, then a bracket or O, parameters, one letter or `~`. */
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

/** Decodes text that was typed or pasted at once. Cursor keys are ignored: a prompt without echo has no cursor. */
export function readKeys(typed: string): readonly Key[] {
  const keys: Key[] = []
  let rest = typed
  while (rest !== '') {
    const sequence = rest.startsWith(ESCAPE) ? SEQUENCE.exec(rest.slice(1))?.[0] : undefined
    const [first = ''] = rest
    const kind = BY_CHARACTER[first]
    // CR LF is one Enter.
    const length = sequence === undefined ? (rest.startsWith('\r\n') ? 2 : first.length) : sequence.length + 1
    rest = rest.slice(length)
    if (sequence !== undefined) continue
    if (kind !== undefined) keys.push({ kind })
    else if (!/\p{Cc}/u.test(first)) keys.push({ kind: 'text', text: first })
  }
  return keys
}
