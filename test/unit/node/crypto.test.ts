import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openCrypto } from '../../../src/node/crypto.ts'

const crypto = openCrypto()

describe('openCrypto', () => {
  test('decrypts only with the same key and associated data', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, bound) => {
        const key = crypto.newKey()
        const sealed = crypto.encrypt(key, text, bound)
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(crypto.decrypt(key, sealed, bound)).toBe(Buffer.from(text, 'utf8').toString('utf8'))
        expect(crypto.decrypt(key, sealed, `${bound}!`)).toBeNull()
        expect(crypto.decrypt(crypto.newKey(), sealed, bound)).toBeNull()
      }),
      { numRuns: 50 },
    )
  })

  test('detects every modified byte and every truncation', () => {
    const key = crypto.newKey()
    const bytes = Buffer.from(crypto.encrypt(key, 'secret', 'here'), 'base64url')
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(crypto.decrypt(key, changed.toString('base64url'), 'here')).toBeNull()
      expect(crypto.decrypt(key, bytes.subarray(0, i).toString('base64url'), 'here')).toBeNull()
    }
  })

  test('never encrypts the same text to the same ciphertext', () => {
    const key = crypto.newKey()
    expect(crypto.encrypt(key, 'a', '')).not.toBe(crypto.encrypt(key, 'a', ''))
  })

  test('computes SHA-256, and compares texts of any length', () => {
    expect(crypto.sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(crypto.timingSafeEqual('a', 'a')).toBe(true)
    expect(crypto.timingSafeEqual('a', 'ab')).toBe(false)
  })
})
