import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText } from '../../../src/domain/decode-text.ts'

test('decodes UTF-8 with and without a mark, and UTF-16 with one, to the same text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
      for (const bytes of [`\ufeff${text}`, text].map(each => Buffer.from(each)))
        expect(decodeText(bytes)).toBe(text.replace(/^\ufeff/, ''))
      expect(decodeText(utf16)).toBe(text)
      expect(decodeText(Buffer.from(utf16).swap16())).toBe(text)
    }),
  )
})
