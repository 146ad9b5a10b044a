/** Strings and structure of JSON text. Numbers, literals and white space in between have no effect. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g

/** Keys with any other character are untrusted text, which faults must not contain. */
const PRINTABLE = /^[\w.-]{1,64}$/

/** An object, or null for a list, that the scan is in. */
interface Scope {
  readonly keys: Set<string> | null
  isKeyNext: boolean
}

/**
 * Returns the keys that occur twice in one object of valid JSON text, each once; of an object, a parser keeps the last value of a key.
 * A key that is not printable is returned as `a key`.
 */
export function duplicateKeys(text: string): readonly string[] {
  const found = new Set<string>()
  const scopes: Scope[] = []
  for (const [token] of text.matchAll(TOKENS)) {
    const scope = scopes.at(-1)
    if (token === '{') scopes.push({ keys: new Set(), isKeyNext: true })
    else if (token === '[') scopes.push({ keys: null, isKeyNext: false })
    else if (token === '}' || token === ']') scopes.pop()
    else if (token === ',') {
      if (scope !== undefined) scope.isKeyNext = true
    } else if (scope?.isKeyNext === true && scope.keys !== null) {
      scope.isKeyNext = false
      const key: unknown = JSON.parse(token)
      if (typeof key !== 'string') continue
      if (scope.keys.has(key)) found.add(PRINTABLE.test(key) ? key : 'a key')
      scope.keys.add(key)
    }
  }
  return [...found]
}
