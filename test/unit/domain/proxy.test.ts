import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import {
  isOnionHost,
  NO_PROXY_RULES,
  type ProxyRules,
  type ProxyServer,
  proxyFor,
  proxyName,
  targetOfUrl,
} from '../../../src/domain/proxy.ts'

const serverOf = (protocol: ProxyServer['protocol'], origin: string): ProxyServer => ({
  ...{ protocol, host: 'proxy.test', port: 1080, user: 'trader', password: null },
  origin,
})

const RULES: ProxyRules = {
  http: serverOf('http', 'http_proxy'),
  https: serverOf('http', 'https_proxy'),
  other: serverOf('socks5h', 'all_proxy'),
  exempt: [],
}

const originFor = (url: string, exempt: readonly string[] = []) =>
  proxyFor({ ...RULES, exempt }, targetOfUrl(new URL(url)))?.origin ?? 'direct'

describe('a connection', () => {
  test.each([
    ['https://api.exchange.test/v3', 'https_proxy'],
    ['wss://stream.exchange.test', 'https_proxy'],
    ['http://192.168.1.5/topic', 'http_proxy'],
    ['ws://relay.test', 'http_proxy'],
    ['ws://127.0.0.1:8377', 'direct'],
    ['https://localhost', 'direct'],
    ['https://[::1]:8443', 'direct'],
    ['https://127.1.2.3', 'direct'],
    ['https://127.0.0.1.evil.test', 'https_proxy'],
    ['https://localhost.evil.test', 'https_proxy'],
    ['https://0.0.0.0', 'https_proxy'],
  ])('to %s uses %s', (url, origin) => {
    expect(originFor(url)).toBe(origin)
  })

  test('of another kind uses the proxy for all', () => {
    expect(proxyFor(RULES, { scheme: 'other', host: 'mail.test', port: 465 })).toBe(RULES.other)
    expect(proxyFor(RULES, { scheme: 'other', host: '::1', port: 25 })).toBeNull()
  })
})

describe('an entry of NO_PROXY', () => {
  test.each([
    ['exchange.test', 'api.exchange.test', true],
    ['.exchange.test', 'exchange.test', true],
    ['*.exchange.test', 'a.b.exchange.test', true],
    ['EXCHANGE.test.', 'api.exchange.test', true],
    ['change.test', 'exchange.test', false],
    ['exchange.test:443', 'exchange.test', true],
    ['exchange.test:8443', 'exchange.test', false],
    ['*', 'anything.test', true],
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['10.0.0.0/8', '10.evil.test', false],
    ['192.168.1.5', '192.168.1.5', true],
    ['168.1.5', '192.168.1.5', false],
    ['5', '192.168.1.5', false],
    ['[fd00::1]', '[fd00::1]', true],
    ['fd00::1', '[fd00::1]', true],
    ['[fd00::1]:443', '[fd00::1]', true],
    ['[fd00::1]:1', '[fd00::1]', false],
    ['.', 'exchange.test', false],
  ])('%s for %s: %s', (entry, host, isExempt) => {
    expect(originFor(`https://${host}`, ['other.test', entry])).toBe(isExempt ? 'direct' : 'https_proxy')
  })
})

describe('an onion name', () => {
  const ONION = 'abcdefghijklmnop.onion'
  const tor: ProxyRules = { ...RULES, http: serverOf('socks5h', '--proxy') }
  const refusal = (rules: ProxyRules, url: string): unknown => {
    try {
      return proxyFor(rules, targetOfUrl(new URL(url)))
    } catch (error) {
      return error
    }
  }

  test('is reached through a socks5h proxy', () => {
    expect(proxyFor(tor, targetOfUrl(new URL(`ws://${ONION}`)))).toBe(tor.http)
  })

  test.each([
    ['without a proxy', NO_PROXY_RULES, `ws://${ONION}`],
    ['through an HTTP proxy', RULES, `https://${ONION}`],
    ['if NO_PROXY lists it', { ...tor, exempt: ['onion'] }, `ws://${ONION}`],
    ['if NO_PROXY lists all', { ...tor, exempt: ['*'] }, `ws://${ONION}`],
    ['with a final dot', NO_PROXY_RULES, `ws://sub.${ONION}.`],
    ['in upper case', NO_PROXY_RULES, `ws://${ONION.toUpperCase()}`],
  ])('is refused %s', (_when, rules, url) => {
    const error = refusal(rules, url)
    expect(error).toBeInstanceOf(AxisorError)
    expect(error).toMatchObject({
      code: 'config',
      message: expect.stringMatching(/only through a socks5h:\/\/ proxy/),
    })
  })

  test('is no name that only contains the word', () => {
    expect(['onion.test', 'xonion', 'a.onion.test'].map(isOnionHost)).toEqual([false, false, false])
  })
})

test('the name of a proxy contains neither user nor password', () => {
  expect(proxyName(serverOf('socks5h', 'ALL_PROXY'))).toBe('the proxy socks5h://proxy.test:1080 (ALL_PROXY)')
})
