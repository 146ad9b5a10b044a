import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openSeal } from '../../../src/node/crypto.ts'

const seal = openSeal()

describe('a seal', () => {
  test('gives back what it hid, to the same key and place only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, bound) => {
        const key = seal.newKey()
        const sealed = seal.seal(key, text, bound)
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(seal.open(key, sealed, bound)).toBe(Buffer.from(text, 'utf8').toString('utf8'))
        expect(seal.open(key, sealed, `${bound}!`)).toBeNull()
        expect(seal.open(seal.newKey(), sealed, bound)).toBeNull()
      }),
      { numRuns: 50 },
    )
  })

  test('shows every changed byte and every cut', () => {
    const key = seal.newKey()
    const bytes = Buffer.from(seal.seal(key, 'secret', 'here'), 'base64url')
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(seal.open(key, changed.toString('base64url'), 'here')).toBeNull()
      expect(seal.open(key, bytes.subarray(0, i).toString('base64url'), 'here')).toBeNull()
    }
  })

  test('never hides the same text twice in the same way', () => {
    const key = seal.newKey()
    expect(seal.seal(key, 'a', '')).not.toBe(seal.seal(key, 'a', ''))
  })

  test('digests as SHA-256 does, and compares texts of any length', () => {
    expect(seal.sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(seal.same('a', 'a')).toBe(true)
    expect(seal.same('a', 'ab')).toBe(false)
  })
})
