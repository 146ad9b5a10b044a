import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openRedactor } from '../../../src/node/redactor.ts'

describe('redaction by value', () => {
  test('takes out a value in the spellings of JSON, addresses, base64 and hexadecimal', () => {
    const redactor = openRedactor({})
    const value = 'p"ss/w+rd é'
    redactor.add(value)
    const bytes = Buffer.from(value)
    for (const text of [
      value,
      JSON.stringify(value),
      encodeURIComponent(value),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
    ])
      expect(redactor.redact(`before ${text} after`)).toMatch(/^before "?•••=*"? after$/)
  })

  test('knows the secrets of the environment, and not its other values', () => {
    const env = {
      AXISOR_API_KEY: 'public-id',
      AXISOR_API_SECRET: 'the-secret',
      AXISOR_API_PASSPHRASE: 'the-passphrase',
      AXISOR_RELAY_TOKEN: 'axr_token',
      AXISOR_NETWORK: 'signet',
    }
    expect(openRedactor(env).redact(Object.values(env).join(' '))).toBe('public-id ••• ••• ••• signet')
  })

  test('a value inside another leaves nothing of either', () => {
    const redactor = openRedactor({})
    redactor.add('abcd')
    redactor.add('abcdefgh')
    expect(redactor.redact('abcdefgh abcd')).toBe('••• •••')
  })

  test('leaves alone what is too short to be told from other words', () => {
    const redactor = openRedactor({})
    redactor.add('in')
    redactor.add('')
    expect(redactor.redact('nothing in it')).toBe('nothing in it')
  })

  test('no text that holds a value still holds it afterwards', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (value, before, after) => {
        const redactor = openRedactor({})
        redactor.add(value)
        fc.pre(!'•••'.includes(value))
        expect(redactor.redact(`${before}•${value}•${after}`)).not.toContain(`•${value}•`)
      }),
    )
  })
})
