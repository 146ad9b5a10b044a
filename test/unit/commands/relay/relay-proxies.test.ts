import { expect, test } from 'vitest'
import { reportProxies } from '../../../../src/commands/relay/relay-proxies.ts'
import { NO_PROXY_RULES, type ProxyServer } from '../../../../src/domain/proxy.ts'
import { Secret } from '../../../../src/domain/secret.ts'

const TOR: ProxyServer = {
  ...{ protocol: 'socks5h', host: 'tor.test', port: 9050, user: 'relay', origin: '--proxy' },
  password: new Secret('canary'),
}

test.each([
  [null, false, []],
  [TOR, true, ['info connections lead through the proxy socks5h://tor.test:9050 (--proxy)']],
  [TOR, false, ['info connections lead through', 'warn alerts are not sent through a proxy']],
] as const)(
  'reports the proxy %o of a relay (private channels allowed: %s)',
  (https, allowPrivateChannels, lines) => {
    const logged: string[] = []
    const log = {
      info: (text: string) => void logged.push(`info ${text}`),
      warn: (text: string) => void logged.push(`warn ${text}`),
      error() {},
    }
    reportProxies({ proxies: { ...NO_PROXY_RULES, https }, allowPrivateChannels }, log)
    expect(logged).toEqual(lines.map(line => expect.stringContaining(line)))
    expect(logged.join()).not.toContain('canary')
  },
)
