import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readKeys } from '../../../../src/commands/secrets/keystrokes.ts'

/** Returns typed letters as they are, and other keys in brackets. */
function decoded(typed: string): string {
  return readKeys(typed)
    .map(key => (key.kind === 'text' ? key.text : `<${key.kind}>`))
    .join('')
}

test.each([
  ['abc\r', 'abc<enter>'],
  ['a\nb\r\nc', 'a<enter>b<enter>c'],
  ['ab\x7f\b', 'ab<back><back>'],
  ['\x15\x04\x03', '<clear><end><interrupt>'],
  ['\x1b', '<escape>'],
  ['\x1b[A\x1b[1;5C\x1bOPx', 'x'],
  ['\x1b[200~pasted\x1b[201~', 'pasted'],
  ['\x1b\r', '<escape><enter>'],
  ['\t\x00\x0bé🔑', 'é🔑'],
])('decodes %j as %s', (typed, keys) => {
  expect(decoded(typed)).toBe(keys)
})

test('returns any printable ASCII unchanged', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      expect(decoded(text)).toBe(text)
    }),
  )
})
