import { describe, expect, test } from 'vitest'
import { proxyWarning } from '../../../src/commands/proxy-warning.ts'
import { openFakeWorld } from '../../support/fake-world.ts'

const PROXY = { HTTPS_PROXY: 'http://proxy.example:3128' }
const API = 'https://api.lnmarkets.com/v3'

describe('the warning of an unused proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])('names %s and the host', name => {
    const warning = proxyWarning(API, { [name]: 'http://user:pa55@proxy.example:3128' })
    expect(warning).toContain(`${name} is set, but axisor uses no proxy: it connects to api.lnmarkets.com`)
    expect(warning).not.toContain('pa55')
  })

  test.each([
    ['no proxy is set', API, {}],
    ['the proxy is empty', API, { HTTPS_PROXY: '' }],
    ['the address is of this machine', 'http://127.0.0.1:1/v3', PROXY],
    ['NO_PROXY names the host', API, { ...PROXY, NO_PROXY: 'localhost, api.lnmarkets.com' }],
    ['NO_PROXY names its domain', API, { ...PROXY, no_proxy: '.lnmarkets.com' }],
    ['NO_PROXY names every host', API, { ...PROXY, NO_PROXY: '*' }],
  ])('is absent if %s', (_when, url, env) => {
    expect(proxyWarning(url, env)).toBeNull()
  })

  test('is present if NO_PROXY names another host that ends alike', () => {
    expect(proxyWarning(API, { ...PROXY, NO_PROXY: 'markets.com' })).not.toBeNull()
  })
})

test('a command that connects prints it once to stderr', async () => {
  const world = openFakeWorld({ env: PROXY })
  await world.run('snapshot', '--json')
  expect(world.err().match(/uses no proxy/g) ?? []).toHaveLength(1)
})
