import { describe, expect, test } from 'vitest'
import { proxyRulesOf } from '../../../src/config/proxy.ts'
import { AxisorError } from '../../../src/domain/error.ts'
import { NO_PROXY_RULES, type ProxyServer, proxyAddress } from '../../../src/domain/proxy.ts'
import type { Env } from '../../../src/ports/env.ts'

const rulesOf = (env: Env, proxy: string | null = null, file: string | null = null) =>
  proxyRulesOf({
    flags: { proxy },
    env,
    file: file === null ? null : { path: '/c/config.json', values: { proxy: file } },
  })

const shown = (server: ProxyServer | null) => server && `${proxyAddress(server)} ${server.origin}`

function failureOf(work: () => unknown): AxisorError {
  try {
    work()
  } catch (error) {
    if (error instanceof AxisorError) return error
  }
  throw new Error('no AxisorError')
}

describe('the variables of other programs', () => {
  test('are none if unset or empty', () => {
    expect(rulesOf({ HTTPS_PROXY: '', all_proxy: '' })).toEqual({ ...NO_PROXY_RULES })
  })

  test('count by the scheme of the target, lower case first', () => {
    const { https, http, other } = rulesOf({
      HTTPS_PROXY: 'http://a:1',
      https_proxy: 'http://b:2',
      http_proxy: 'http://c:3',
      ALL_PROXY: 'socks5h://d:4',
    })
    expect([https, http, other].map(shown)).toEqual([
      'http://b:2 https_proxy',
      'http://c:3 http_proxy',
      'socks5h://d:4 ALL_PROXY',
    ])
  })

  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
    '%s alone is used for everything, so that nothing goes around it',
    name => {
      const { https, http, other } = rulesOf({ [name]: 'http://a:1' })
      expect([https, http, other].map(shown)).toEqual(Array(3).fill(`http://a:1 ${name}`))
    },
  )

  test('list exempt hosts, separated by commas or spaces', () => {
    expect(rulesOf({ NO_PROXY: 'a.test, .b.test c.test' }).exempt).toEqual(['a.test', '.b.test', 'c.test'])
    expect(rulesOf({ NO_PROXY: 'a.test', no_proxy: 'b.test' }).exempt).toEqual(['b.test'])
  })

  test('are not read with NO_PROXY=*', () => {
    expect(rulesOf({ HTTPS_PROXY: 'nonsense://', NO_PROXY: '*' })).toBe(NO_PROXY_RULES)
  })
})

test('the setting takes precedence over them: flag, variable, file', () => {
  const env = { HTTPS_PROXY: 'nonsense://', AXISOR_PROXY: 'http://b:2' }
  expect(shown(rulesOf(env, 'http://a:1', 'http://c:3').other)).toBe('http://a:1 --proxy')
  expect(shown(rulesOf(env, null, 'http://c:3').https)).toBe('http://b:2 AXISOR_PROXY')
  expect(shown(rulesOf({}, null, 'http://c:3').http)).toBe('http://c:3 proxy in /c/config.json')
})

describe('an address', () => {
  test.each([
    ['http://proxy.test', 'http://proxy.test:80'],
    ['https://proxy.test/', 'https://proxy.test:443'],
    ['socks5h://proxy.test', 'socks5h://proxy.test:1080'],
    ['socks5h://proxy.test:80', 'socks5h://proxy.test:80'],
    ['SOCKS5H://Proxy.Test:9050', 'socks5h://proxy.test:9050'],
    ['proxy.test:3128', 'http://proxy.test:3128'],
    ['http://[::1]:3128', 'http://[::1]:3128'],
  ])('%s is %s', (text, address) => {
    expect(shown(rulesOf({ AXISOR_PROXY: text }).https)).toBe(`${address} AXISOR_PROXY`)
  })

  test.each([
    ['http://trader:p%40ss:w@rd@proxy.test', 'trader', 'p@ss:w@rd'],
    ['trader:pass@proxy.test:3128', 'trader', 'pass'],
    ['socks5h://trader:@proxy.test', 'trader', ''],
    ['socks5h://trader@proxy.test', 'trader', null],
    ['socks5h://proxy.test', null, null],
  ])('%s has user and password', (text, user, password) => {
    const server = rulesOf({ ALL_PROXY: text }).other
    expect([server?.user, server?.password?.reveal() ?? null, server?.host]).toEqual([
      user,
      password,
      'proxy.test',
    ])
  })

  test.each([
    'socks5://proxy.test:1080',
    'socks4://proxy.test',
    'socks://proxy.test',
    'ftp://proxy.test',
    'http://',
    'http://proxy.test/path',
    'http://proxy.test?x',
    'http://proxy.test:0',
    'http://proxy.test:65536',
    'http://:pa55word@proxy.test',
    'http://a%zz:pa55word@proxy.test',
    'http://trader:pa55word@',
    'trader:pa55word@proxy test',
  ])('%s is refused without its password', text => {
    const error = failureOf(() => rulesOf({ HTTPS_PROXY: text }))
    expect([error.code, error.message]).toEqual(['config', expect.stringMatching(/^HTTPS_PROXY=/)])
    expect(`${error.message} ${error.hint}`).not.toContain('pa55word')
  })

  test('socks5:// is refused with the reason', () => {
    expect(failureOf(() => rulesOf({}, 'socks5://a:1'))).toMatchObject({
      code: 'usage',
      message:
        '--proxy socks5://a:1: not socks5h://, by which the proxy resolves all names (socks5:// lets this machine resolve them)',
    })
  })

  test('with a password is refused on the command line and in the file', () => {
    const flag = failureOf(() => rulesOf({}, 'http://trader:pa55word@a:1'))
    const file = failureOf(() => rulesOf({}, null, 'http://trader:pa55word@a:1'))
    expect([flag.code, file.code]).toEqual(['usage', 'config'])
    expect(`${flag.message}${file.message}`).not.toContain('pa55word')
  })
})
