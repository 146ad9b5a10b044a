import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../src/domain/secret.ts'
import { decodeStoredSecret, encodeStoredSecret } from '../../../src/wire/stored-secret.ts'

const word = fc.string({ minLength: 1 })

describe('stored secret', () => {
  test('decodes the API key that it encoded', () => {
    fc.assert(
      fc.property(word, word, word, (key, secret, passphrase) => {
        const credentials = { key, secret: new Secret(secret), passphrase: new Secret(passphrase) }
        const back = decodeStoredSecret(encodeStoredSecret({ kind: 'direct', credentials }))
        if (!back.ok || back.value.kind !== 'direct') throw new Error('not read')
        expect(back.value.credentials.key).toBe(key)
        expect(back.value.credentials.secret.reveal()).toBe(secret)
        expect(back.value.credentials.passphrase.reveal()).toBe(passphrase)
        expect(JSON.stringify(back)).toContain('"secret":"•••","passphrase":"•••"')
      }),
    )
  })

  test.each([null, 'wss://relay.example/v1'])(
    'decodes the relay token that it encoded, with the address %s',
    url => {
      const back = decodeStoredSecret(encodeStoredSecret({ kind: 'relay', token: new Secret('t0ken'), url }))
      if (!back.ok || back.value.kind !== 'relay') throw new Error('not read')
      expect(back.value.token.reveal()).toBe('t0ken')
      expect(back.value.url).toBe(url)
    },
  )

  test.each([
    ['s3cret', 'is not valid JSON'],
    ['"s3cret"', 'the top-level value is not an object'],
    ['{"key":"s3cret"}', 'v is missing'],
    ['{"v":2,"key":"s3cret"}', 'v is from a newer version of axisor'],
    ['{"v":0}', 'v is out of range'],
    ['{"v":1,"key":"k","secret":"s3cret"}', 'passphrase is missing'],
    ['{"v":1,"key":"k","secret":["s3cret"],"passphrase":"p"}', 'secret is not a string'],
    ['{"v":1,"key":"","secret":"s3cret","passphrase":"p"}', 'key has an invalid length'],
    ['{"v":1,"token":null}', 'token is null'],
    ['{"v":1,"token":"s3cret","url":1}', 'url is not a string'],
  ])('rejects %s with a fault that names the field and quotes nothing', (text, message) => {
    const back = decodeStoredSecret(text)
    expect(back).toEqual({ ok: false, fault: { where: 'stored secret', message } })
  })
})
