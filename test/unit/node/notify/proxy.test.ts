import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { NO_PROXY_RULES, type ProxyRules, type ProxyServer } from '../../../../src/domain/proxy.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import type { Notifier, NotifierOptions } from '../../../../src/ports/notifier.ts'
import { openHttpService } from '../../../support/http-service.ts'
import { openMailServer } from '../../../support/mail-server.ts'
import { channelOf, LONG_MS, MESSAGE, openTestNotifier } from '../../../support/notifier-rig.ts'
import { openStandInProxy, type StandInOptions } from '../../../support/stand-in-proxy.ts'
import { NAMES_CERTIFICATE, TEST_CERTIFICATE } from '../../../support/test-certificate.ts'

const RECIPIENT = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e'
const NOSTR_KEY = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa'

const before = getCACertificates('default')
const open: { close(): Promise<void> }[] = []
beforeAll(() => setDefaultCACertificates([...before, NAMES_CERTIFICATE.cert, TEST_CERTIFICATE.cert]))
afterAll(() => setDefaultCACertificates(before))
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

function opened<Service extends { close(): Promise<void> }>(service: Service): Service {
  open.push(service)
  return service
}

function rulesFor(
  protocol: ProxyServer['protocol'],
  port: number,
  exempt: readonly string[] = [],
): ProxyRules {
  const server = { ...{ protocol, host: '127.0.0.1', port, user: null, password: null }, origin: 'ALL_PROXY' }
  return { http: server, https: server, other: server, exempt }
}

/** Opens a notifier whose resolver fails the test: no name may be looked up. */
function notifierWith(proxies: ProxyRules, options: Partial<NotifierOptions> = {}) {
  const lookUps: string[] = []
  const resolve = (host: string, done: (error: Error | null, addresses: []) => void) => {
    lookUps.push(host)
    done(null, [])
  }
  const notifier: Notifier = opened(openTestNotifier({ proxies, ...options }, { resolve }))
  return { notifier, lookUps }
}

const proxyWith = async (options: StandInOptions) => opened(await openStandInProxy(options))

/** Serves a Nostr relay that accepts every event. */
async function openNostrRelay(): Promise<number> {
  const server = createServer(NAMES_CERTIFICATE)
  const relay = new WebSocketServer({ server })
  relay.on('connection', peer =>
    peer.on('message', data => {
      const [, { id }] = JSON.parse(String(data)) as [string, { id: string }]
      peer.send(JSON.stringify(['OK', id, true, '']))
    }),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  opened({
    close: async () => {
      for (const peer of relay.clients) peer.terminate()
      server.close()
    },
  })
  return (server.address() as AddressInfo).port
}

const mailChannel = (host: string, port: number, security: 'tls' | 'starttls' | 'none') =>
  channelOf(
    { type: 'smtp', host, port, security, user: null, from: 'a@example.org', to: 'b@example.org' },
    '',
  )

describe.each(['http', 'socks5h'] as const)('a channel behind a proxy of the protocol %s', protocol => {
  test('over HTTP reaches its service by name', async () => {
    const service = opened(await openHttpService(() => ({ status: 200 }), { secure: true }))
    const proxy = await proxyWith({ reply: () => ({ port: service.port }) })
    const { notifier, lookUps } = notifierWith(rulesFor(protocol, proxy.port))
    expect(await notifier.ping(new Secret('https://localhost.exchange.test/x'), LONG_MS)).toMatchObject({
      kind: 'retry',
      why: expect.stringMatching(/no secure connection to localhost\.exchange\.test through the proxy/),
    })
    expect(proxy.targets).toEqual(['localhost.exchange.test:443'])
    expect(lookUps).toEqual([])
  })

  test.each(['tls', 'starttls'] as const)('by e-mail with %s reaches its server by name', async security => {
    const mail = opened(await openMailServer({ security }))
    const reply = () => ({ port: mail.port, speaksFirst: security === 'starttls' })
    const proxy = await proxyWith({ reply })
    const { notifier, lookUps } = notifierWith(rulesFor(protocol, proxy.port))
    // The mail server has the certificate of localhost.
    const result = await notifier.send(mailChannel('mail.test', 2525, security), MESSAGE, LONG_MS)
    expect(result).toMatchObject({
      kind: 'retry',
      why: expect.stringMatching(/ERR_TLS_CERT_ALTNAME_INVALID|ALTNAME|altnames/),
    })
    expect(proxy.targets).toEqual(['mail.test:2525'])
    expect(lookUps).toEqual([])
  })

  test('over Nostr reaches its relay by name', async () => {
    const port = await openNostrRelay()
    const proxy = await proxyWith({ reply: () => ({ port }) })
    const { notifier, lookUps } = notifierWith(rulesFor(protocol, proxy.port))
    const settings = { type: 'nostr', recipient: RECIPIENT, relays: ['wss://relay.test'] } as const
    expect(await notifier.send(channelOf(settings, NOSTR_KEY), MESSAGE, LONG_MS)).toEqual({
      kind: 'delivered',
    })
    expect(proxy.targets).toEqual(['relay.test:443'])
    expect(lookUps).toEqual([])
  })

  test('fails with the words of the proxy', async () => {
    const proxy = await proxyWith({ reply: () => 'garbage' })
    const { notifier } = notifierWith(rulesFor(protocol, proxy.port))
    const why = expect.stringMatching(
      /^the proxy .* \(ALL_PROXY\) sent an answer that is not (HTTP|SOCKS 5)$/,
    )
    const settings = { type: 'nostr', recipient: RECIPIENT, relays: ['wss://relay.test'] } as const
    expect(await notifier.ping(new Secret('https://ntfy.test/x'), LONG_MS)).toMatchObject({
      kind: 'retry',
      why,
    })
    expect(await notifier.send(mailChannel('mail.test', 465, 'tls'), MESSAGE, LONG_MS)).toMatchObject({
      kind: 'retry',
      why,
    })
    expect(await notifier.send(channelOf(settings, NOSTR_KEY), MESSAGE, LONG_MS)).toMatchObject({
      kind: 'retry',
      why: expect.stringMatching(/sent an answer that is not/),
    })
  })

  test('names the proxy when time runs out', async () => {
    const proxy = await proxyWith({ reply: () => 'hang' })
    const { notifier } = notifierWith(rulesFor(protocol, proxy.port))
    expect(await notifier.ping(new Secret('https://ntfy.test/x'), 200)).toEqual({
      kind: 'retry',
      why: `no reply within 0.2 s through the proxy ${protocol}://127.0.0.1:${proxy.port} (ALL_PROXY)`,
      afterMs: null,
    })
  })
})

describe('with a proxy', () => {
  test('this machine and hosts of NO_PROXY are reached directly', async () => {
    const service = opened(await openHttpService(() => ({ status: 200 })))
    const proxy = await proxyWith({ reply: () => 'cut' })
    const { notifier, lookUps } = notifierWith(rulesFor('http', proxy.port, ['ntfy.test']))
    expect(await notifier.ping(new Secret(`${service.origin}/x`), LONG_MS)).toEqual({ kind: 'delivered' })
    expect(await notifier.ping(new Secret('https://ntfy.test/x'), LONG_MS)).toMatchObject({ kind: 'retry' })
    expect(lookUps).toEqual(['ntfy.test'])
    expect(proxy.targets).toEqual([])
  })

  test('a relay that may not reach private addresses sends nothing', async () => {
    const proxy = await proxyWith({ reply: () => 'cut' })
    const { notifier, lookUps } = notifierWith(rulesFor('socks5h', proxy.port), {
      allowPrivateAddresses: false,
    })
    const refused = {
      kind: 'failed',
      why: expect.stringMatching(/--allow-private-channels or AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS=1$/),
    }
    expect(await notifier.ping(new Secret('https://ntfy.test/x'), LONG_MS)).toMatchObject(refused)
    expect(await notifier.send(mailChannel('mail.test', 465, 'tls'), MESSAGE, LONG_MS)).toMatchObject(refused)
    const settings = { type: 'nostr', recipient: RECIPIENT, relays: ['wss://relay.test'] } as const
    expect(await notifier.send(channelOf(settings, NOSTR_KEY), MESSAGE, LONG_MS)).toMatchObject(refused)
    expect([proxy.targets, lookUps]).toEqual([[], []])
  })

  test('the exchange is refused as without one', async () => {
    const proxy = await proxyWith({ reply: () => 'cut' })
    const { notifier } = notifierWith(rulesFor('http', proxy.port), { refusedHosts: ['*.lnmarkets.com'] })
    expect(await notifier.ping(new Secret('https://api.lnmarkets.com/x'), LONG_MS)).toMatchObject({
      kind: 'failed',
    })
    expect(proxy.targets).toEqual([])
  })

  test.each([
    ['http://ntfy.example/x', 'failed'],
    ['http://203.0.113.9/x', 'retry'],
    ['http://8.8.8.8/x', 'failed'],
    ['http://ntfy.lan/x', 'retry'],
    ['http://abcdefghijklmnop.onion/x', 'retry'],
  ] as const)('without TLS, %s is %s', async (url, kind) => {
    const proxy = await proxyWith({ reply: () => 'cut' })
    const { notifier, lookUps } = notifierWith(rulesFor('socks5h', proxy.port))
    expect(await notifier.ping(new Secret(url), LONG_MS)).toMatchObject({ kind })
    expect(proxy.targets).toHaveLength(kind === 'retry' ? 1 : 0)
    expect(lookUps).toEqual([])
  })

  test('e-mail without TLS is not sent through it', async () => {
    const proxy = await proxyWith({ reply: () => 'cut' })
    const { notifier } = notifierWith(rulesFor('http', proxy.port))
    expect(await notifier.send(mailChannel('mail.example', 25, 'none'), MESSAGE, LONG_MS)).toMatchObject({
      kind: 'failed',
    })
    expect(proxy.targets).toEqual([])
  })
})

test('without a proxy, an onion service is refused before any look-up', async () => {
  const { notifier, lookUps } = notifierWith(NO_PROXY_RULES)
  const refused = { kind: 'failed', why: expect.stringMatching(/only through a socks5h:\/\/ proxy/) }
  expect(await notifier.ping(new Secret('http://abcdefghijklmnop.onion/x'), LONG_MS)).toMatchObject(refused)
  expect(
    await notifier.send(mailChannel('abcdefghijklmnop.onion', 465, 'tls'), MESSAGE, LONG_MS),
  ).toMatchObject(refused)
  expect(lookUps).toEqual([])
})
