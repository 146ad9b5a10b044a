import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sanitize } from '../../../src/domain/sanitize.ts'
import { widthOf } from '../../../src/tui/paint/width.ts'

describe('sanitize', () => {
  test.each([
    ['escape sequences', '\u{1b}[2J\u{1b}]0;owned\u{7}x\u{9b}31m', '?[2J?]0;owned?x?31m'],
    ['line breaks and tabs', ' a\r\n\tb\u{2028}c\u{2029} ', 'a b c'],
    ['bidirectional controls', '\u{202e}evil\u{2066}\u{200f}', '?evil??'],
    ['invisible characters', 'a\u{200b}b\u{ad}c\u{3164}d\u{2060}', 'a?b?c?d?'],
    ['half surrogates', 'a\u{d83d}b', 'a?b'],
    ['tags and variation selectors', '❤\u{fe0f}\u{e0041}', '❤?'],
    ['combining marks', `e\u{301}x${'\u{335}'.repeat(50)}`, 'éx'],
    ['joined emoji', '👩\u{200d}🚀 👍\u{1f3fd}', '👩🚀 👍'],
    ['halves of flags', '🇩🇪 ok', '?? ok'],
  ])('replaces or drops %s', (_what, text, expected) => {
    expect(sanitize(text)).toBe(expected)
  })

  test('keeps visible letters, numbers, signs and emoji', () => {
    for (const text of ['é漢👍', 'Größe ‼ 12,5 € — “ok”', '']) expect(sanitize(text)).toBe(text)
  })

  test('cuts a long text and marks the cut', () => {
    expect(sanitize('x'.repeat(5_000))).toBe(`${'x'.repeat(999)}…`)
    expect(sanitize('abcdef', { maxLength: 4 })).toBe('abc…')
    expect(sanitize('ab👍👍', { maxLength: 4 })).toBe('ab…')
  })

  test('composes a letter of many marks without their quadratic sorting', () => {
    // Half a minute when each mark is sorted into place.
    const marks = `${'\u{315}'.repeat(150_000)}${'\u{300}'.repeat(150_000)}`
    const maxLength = Number.POSITIVE_INFINITY
    expect(sanitize(`e\u{301} a${marks}b`, { maxLength })).toBe('é ab')
    expect(sanitize('e\u{323}\u{302} e\u{302}\u{323}', { maxLength })).toBe('ệ ệ')
  })

  test('reads no more of a long text than the result can hold', () => {
    expect(sanitize(`ab${'\u{301}'.repeat(10_000)}c`, { maxLength: 10 })).toBe('ab…')
    expect(sanitize(`a${' '.repeat(10_000)}c`, { maxLength: 10 })).toBe('a…')
  })

  test('replaces everything outside ASCII with `asciiOnly`', () => {
    expect(sanitize('wоrk 👍', { asciiOnly: true })).toBe('w?rk ?')
  })
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)),
    maxLength: 60,
  }),
  fc.string({
    unit: fc.constantFrom('\u{1100}', '\u{200d}', '\u{1161}', ' ', '\u{301}', 'e', '\u{3000}'),
    maxLength: 20,
  }),
)
const options = fc.record({ maxLength: fc.integer({ min: 1, max: 40 }), asciiOnly: fc.boolean() })

describe('a sanitized text', () => {
  test('never holds an unsafe character', () => {
    fc.assert(
      fc.property(anyText, options, (text, how) => {
        const clean = sanitize(text, how)
        expect(clean).not.toMatch(
          /[\p{C}\p{M}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|^\s|\s$|\s\s|[^\S ]/u,
        )
        if (how.asciiOnly) expect(clean).toMatch(/^[\x20-\x7e…]*$/)
      }),
    )
  })

  test('stays the same when it is sanitized a second time', () => {
    fc.assert(
      fc.property(anyText, options, (text, how) => {
        const clean = sanitize(text, how)
        expect(sanitize(clean, how)).toBe(clean)
      }),
    )
  })

  test('never has more cells, and never more characters than allowed', () => {
    fc.assert(
      fc.property(anyText, options, (text, how) => {
        const clean = sanitize(text, how)
        expect(clean.length).toBeLessThanOrEqual(how.maxLength)
        expect(widthOf(clean)).toBeLessThanOrEqual(widthOf(text))
      }),
    )
  })
})
