import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openRedactor } from '../../../src/node/redactor.ts'

describe('openRedactor', () => {
  test('masks a secret encoded as JSON, URL, base64 or hexadecimal', () => {
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

  test('masks the password in the address of a proxy, encoded or not, with or without a scheme', () => {
    const env = {
      AXISOR_PROXY: 'http://trader:pa55%2Fword@proxy.test',
      https_proxy: 'socks5h://trader:canary-two@proxy.test',
      ALL_PROXY: 'trader:canary-three@proxy.test:3128',
      NO_PROXY: 'name:canary-four@x',
    }
    const text = [...Object.values(env), 'pa55/word'].join(' ')
    expect(openRedactor(env).redact(text)).toBe(
      'http://trader:•••@proxy.test socks5h://trader:•••@proxy.test trader:•••@proxy.test:3128 name:canary-four@x •••',
    )
  })

  test('masks the secrets of the environment, but no other values', () => {
    const env = {
      AXISOR_API_KEY: 'public-id',
      AXISOR_API_SECRET: 'the-secret',
      AXISOR_API_PASSPHRASE: 'the-passphrase',
      AXISOR_RELAY_TOKEN: 'axr_token',
      AXISOR_NETWORK: 'signet',
    }
    expect(openRedactor(env).redact(Object.values(env).join(' '))).toBe('public-id ••• ••• ••• signet')
  })

  test('masks both secrets if one contains the other', () => {
    const redactor = openRedactor({})
    redactor.add('abcd')
    redactor.add('abcdefgh')
    expect(redactor.redact('abcdefgh abcd')).toBe('••• •••')
  })

  test('masks secrets that overlap in a text whole', () => {
    const redactor = openRedactor({})
    redactor.add('abcd')
    redactor.add('cdefgh')
    expect(redactor.redact('abcdefgh cdefgh-abcd')).toBe('••• •••-•••')
  })

  test('does not mask secrets shorter than four characters', () => {
    const redactor = openRedactor({})
    redactor.add('in')
    redactor.add('')
    expect(redactor.redact('nothing in it')).toBe('nothing in it')
  })

  test('leaves no occurrence of a secret in any text', () => {
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
