import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { AxisorError } from '../../src/domain/error.ts'
import { NO_PROXY_RULES, type ProxyServer } from '../../src/domain/proxy.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openClock } from '../../src/node/clock.ts'
import { openHttp } from '../../src/node/net/http.ts'
import { openSockets } from '../../src/node/net/sockets.ts'
import { openStandInProxy, type StandInOptions, type StandInProxy } from '../support/stand-in-proxy.ts'
import { NAMES_CERTIFICATE } from '../support/test-certificate.ts'

const HOST = 'api.exchange.test'
const before = getCACertificates('default')
const closing: (() => unknown)[] = []

beforeAll(() => setDefaultCACertificates([...before, NAMES_CERTIFICATE.cert]))
afterAll(() => setDefaultCACertificates(before))
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Opens a server that echoes the target of a GET, and greets on a WebSocket before it is asked. */
async function openTarget(isSecure: boolean): Promise<number> {
  const echo: RequestListener = (request, response) => response.end(request.url)
  const server: Server = isSecure ? createSecureServer(NAMES_CERTIFICATE, echo) : createServer(echo)
  const streams = new WebSocketServer({ server: server as never })
  streams.on('connection', peer => peer.send('hello'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const peer of streams.clients) peer.terminate()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function openProxy(options: StandInOptions): Promise<StandInProxy> {
  const proxy = await openStandInProxy(options)
  closing.push(() => proxy.close())
  return proxy
}

type Protocol = ProxyServer['protocol']

function clientsThrough(
  protocol: Protocol,
  port: number,
  credentials: string | null = null,
  host = '127.0.0.1',
) {
  const [user = null, password = null] = credentials?.split(':') ?? []
  const server: ProxyServer = {
    ...{ protocol, host, port, user, origin: '--proxy' },
    password: password === null ? null : new Secret(password),
  }
  const proxies = { ...NO_PROXY_RULES, http: server, https: server, other: server }
  const http = openHttp('axisor/test', proxies)
  closing.push(() => http.close())
  return { http, sockets: openSockets('axisor/test', openClock(), proxies) }
}

async function failureOf(work: Promise<unknown>): Promise<AxisorError> {
  const error: unknown = await work.then(
    () => null,
    cause => cause,
  )
  if (!(error instanceof AxisorError)) throw new Error(`not an AxisorError: ${String(error)}`)
  return error
}

/** Resolves with the first text frame; rejects with the failure. */
function firstFrame(sockets: ReturnType<typeof openSockets>, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = sockets.open(url, {
      opened() {},
      text: resolve,
      pong() {},
      failed: reject,
      closed() {},
    })
    closing.push(() => socket.terminate())
  })
}

const PROTOCOLS: readonly Protocol[] = ['http', 'socks5h']

describe.each(PROTOCOLS)('through a proxy of the protocol %s', protocol => {
  test.each([true, false])('REST and WebSocket reach a host by its name (TLS: %s)', async isSecure => {
    const port = await openTarget(isSecure)
    const proxy = await openProxy({ reply: () => ({ port }) })
    const { http, sockets } = clientsThrough(protocol, proxy.port)
    const [s, at] = isSecure ? ['s', 443] : ['', 80]
    expect(await http.get(`http${s}://${HOST}`, '/v3/x?a=%3A', {}, 5_000)).toMatchObject({
      body: '/v3/x?a=%3A',
    })
    expect(await firstFrame(sockets, `ws${s}://${HOST}/v1`)).toBe('hello')
    expect(proxy.targets).toEqual([`${HOST}:${at}`, `${HOST}:${at}`])
  })

  test('a connection is kept for further requests', async () => {
    const port = await openTarget(true)
    const proxy = await openProxy({ reply: () => ({ port }) })
    const { http } = clientsThrough(protocol, proxy.port)
    for (const target of ['/a', '/b', '/c']) await http.get(`https://${HOST}`, target, {}, 5_000)
    expect(proxy.targets).toHaveLength(1)
  })

  test('user and password are sent to the proxy alone', async () => {
    const port = await openTarget(true)
    const proxy = await openProxy({ reply: () => ({ port }), credentials: 'trader:pa55-wörd' })
    const { http } = clientsThrough(protocol, proxy.port, 'trader:pa55-wörd')
    expect(await http.get(`https://${HOST}`, '/a', {}, 5_000)).toMatchObject({ status: 200 })
    expect(proxy.credentials).toEqual(['trader:pa55-wörd'])
  })

  test('a rejected password is the failure of the proxy', async () => {
    const proxy = await openProxy({ reply: () => 'cut', credentials: 'trader:right' })
    const { http, sockets } = clientsThrough(protocol, proxy.port, 'trader:wrong-password')
    const error = await failureOf(http.get(`https://${HOST}`, '/a', {}, 5_000))
    const why =
      protocol === 'http'
        ? /rejected the user or the password \(status 407\)$/
        : /could not connect to .*: general failure$/
    expect([error.code, error.message]).toEqual(['unreachable', expect.stringMatching(why)])
    expect(error.message).toContain(`the proxy ${protocol}://127.0.0.1:${proxy.port} (--proxy)`)
    expect((await failureOf(firstFrame(sockets, `wss://${HOST}`))).message).toBe(error.message)
  })

  test('a proxy that requires a user is named', async () => {
    const proxy = await openProxy({ reply: () => 'cut', credentials: 'trader:right' })
    const { http } = clientsThrough(protocol, proxy.port)
    const error = await failureOf(http.get(`https://${HOST}`, '/a', {}, 5_000))
    expect([error.code, error.message]).toEqual([
      'unreachable',
      expect.stringMatching(/ requires a user and a password /),
    ])
  })

  test.each([
    ['hang', 'timeout', /^no response from api\.exchange\.test through the proxy .* within 0\.3 s$/],
    ['cut', 'unreachable', /^the proxy .* closed the connection without an answer$/],
    ['garbage', 'unreachable', /^the proxy .* sent an answer that is not (HTTP|SOCKS 5)$/],
    ['cut-after', 'unreachable', /^the proxy .* cut the connection to api\.exchange\.test$/],
  ] as const)('a proxy that does "%s" is named in one line', async (reply, code, message) => {
    const proxy = await openProxy({ reply: () => reply })
    const { http, sockets } = clientsThrough(protocol, proxy.port)
    const timeoutMs = reply === 'hang' ? 300 : 5_000
    const error = await failureOf(http.get(`https://${HOST}`, '/a', {}, timeoutMs))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
    if (reply === 'hang') return
    expect((await failureOf(firstFrame(sockets, `wss://${HOST}`))).message).toBe(error.message)
  })

  test('a proxy that is not running is named', async () => {
    const { http } = clientsThrough(protocol, 1)
    const error = await failureOf(http.get(`https://${HOST}`, '/a', {}, 5_000))
    expect([error.code, error.message]).toEqual([
      'unreachable',
      `cannot connect to the proxy ${protocol}://127.0.0.1:1 (--proxy) (ECONNREFUSED)`,
    ])
  })

  test('the certificate is that of the target, and is verified', async () => {
    const port = await openTarget(true)
    const proxy = await openProxy({ reply: () => ({ port }) })
    const { http } = clientsThrough(protocol, proxy.port)
    const error = await failureOf(http.get('https://other.test', '/a', {}, 5_000))
    expect([error.code, error.message]).toEqual([
      'tls',
      expect.stringMatching(
        /^no secure connection to other\.test through the proxy .* \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
      ),
    ])
  })

  test('this machine is reached directly', async () => {
    const port = await openTarget(false)
    const proxy = await openProxy({ reply: () => ({ refuse: 1 }) })
    const { http, sockets } = clientsThrough(protocol, proxy.port)
    expect(await http.get(`http://127.0.0.1:${port}`, '/a', {}, 5_000)).toMatchObject({ body: '/a' })
    expect(await firstFrame(sockets, `ws://127.0.0.1:${port}`)).toBe('hello')
    expect(proxy.targets).toEqual([])
  })
})

test('a proxy over TLS shows its own certificate, and is verified', async () => {
  const port = await openTarget(true)
  const proxy = await openProxy({ reply: () => ({ port }) })
  const front = createTlsServer(NAMES_CERTIFICATE, socket => {
    const far = connect(proxy.port, '127.0.0.1')
    socket.on('error', () => far.destroy()).pipe(far)
    far.on('error', () => socket.destroy()).pipe(socket)
  })
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve))
  closing.push(() => front.close())
  const at = (front.address() as AddressInfo).port
  const { http, sockets } = clientsThrough('https', at, null, 'localhost')
  expect(await http.get(`https://${HOST}`, '/a', {}, 5_000)).toMatchObject({ body: '/a' })
  expect(await firstFrame(sockets, `wss://${HOST}`)).toBe('hello')
  // The certificate is not for the address.
  const byAddress = clientsThrough('https', at)
  expect(await failureOf(byAddress.http.get(`https://${HOST}`, '/a', {}, 5_000))).toMatchObject({
    code: 'tls',
    message: `no secure connection to the proxy https://127.0.0.1:${at} (--proxy) (ERR_TLS_CERT_ALTNAME_INVALID)`,
  })
})

test.each([403, 502])('an HTTP proxy that refuses with %i is named with its status', async status => {
  const proxy = await openProxy({ reply: () => ({ refuse: status }) })
  const { http } = clientsThrough('http', proxy.port)
  const error = await failureOf(http.get(`https://${HOST}`, '/a', {}, 5_000))
  expect(error).toMatchObject({
    code: 'unreachable',
    httpStatus: status,
    message: `the proxy http://127.0.0.1:${proxy.port} (--proxy) refused the connection to ${HOST}:443 with status ${status}`,
  })
})

test.each([
  [2, 'not allowed by its rules'],
  [4, 'host unreachable'],
  [5, 'connection refused'],
  [0x77, null],
])('a SOCKS proxy that replies with code %i is named with its reason', async (code, reason) => {
  const proxy = await openProxy({ reply: () => ({ refuse: code }) })
  const { http } = clientsThrough('socks5h', proxy.port)
  const error = await failureOf(http.get(`https://${HOST}`, '/a', {}, 5_000))
  const name = `the proxy socks5h://127.0.0.1:${proxy.port} (--proxy)`
  expect(error.message).toBe(
    reason === null
      ? `${name} sent an answer that is not SOCKS 5`
      : `${name} could not connect to ${HOST}:443: ${reason}`,
  )
})

test('a user that is too long for SOCKS 5 is an error, not a crash', async () => {
  const proxy = await openProxy({ reply: () => 'cut' })
  const { http } = clientsThrough('socks5h', proxy.port, `${'u'.repeat(256)}:x`)
  expect((await failureOf(http.get(`https://${HOST}`, '/a', {}, 5_000))).message).toMatch(
    /more than 255 bytes/,
  )
})

test.each(['http', null] as const)(
  'an onion name fails before any look-up with the proxy %s',
  async protocol => {
    const proxy = await openProxy({ reply: () => 'cut' })
    const { http, sockets } =
      protocol === null
        ? { http: openHttp('axisor/test'), sockets: openSockets('axisor/test') }
        : clientsThrough(protocol, proxy.port)
    const host = 'abcdefghijklmnop.onion'
    for (const work of [http.get(`http://${host}`, '/', {}, 5_000), firstFrame(sockets, `ws://${host}/v1`)]) {
      const error = await failureOf(work)
      expect([error.code, error.message]).toEqual([
        'config',
        expect.stringMatching(/only through a socks5h:\/\/ proxy/),
      ])
    }
    expect(proxy.targets).toEqual([])
  },
)

test('an onion service without TLS is reached through a socks5h proxy', async () => {
  const port = await openTarget(false)
  const proxy = await openProxy({ reply: () => ({ port, speaksFirst: false }) })
  const { sockets } = clientsThrough('socks5h', proxy.port)
  expect(await firstFrame(sockets, 'ws://abcdefghijklmnop.onion/v1')).toBe('hello')
  expect(proxy.targets).toEqual(['abcdefghijklmnop.onion:80'])
})
