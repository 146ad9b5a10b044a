import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { Secret } from '../../../../src/domain/secret.ts'
import type { NotifierDeps } from '../../../../src/node/notify/notifier.ts'
import type { NotifierOptions } from '../../../../src/ports/notifier.ts'
import { type HttpService, openHttpService } from '../../../support/http-service.ts'
import { LONG_MS, openTestNotifier } from '../../../support/notifier-rig.ts'
import { TEST_CERTIFICATE } from '../../../support/test-certificate.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function serve(...args: Parameters<typeof openHttpService>): Promise<HttpService> {
  const service = await openHttpService(...args)
  open.push(service)
  return service
}

function notifierWith(options: Partial<NotifierOptions> = {}, deps: Partial<NotifierDeps> = {}) {
  const notifier = openTestNotifier(options, deps)
  open.unshift(notifier)
  return notifier
}

const ping = (url: string, timeoutMs = LONG_MS, options: Partial<NotifierOptions> = {}) =>
  notifierWith(options).ping(new Secret(url), timeoutMs)

describe('a heartbeat', () => {
  test('is delivered by any status 2xx to a GET', async () => {
    const service = await serve(() => ({ status: 200, body: 'OK' }))
    expect(await ping(`${service.origin}/ping/5f1d-secret?a=b`)).toEqual({ kind: 'delivered' })
    expect(service.last()).toMatchObject({ method: 'GET', target: '/ping/5f1d-secret?a=b', body: '' })
    expect(service.last().headers['user-agent']).toBe('axisor/1.2.3')
  })

  test('reuses its connections', async () => {
    const service = await serve(() => ({ status: 200 }))
    const notifier = notifierWith()
    for (let i = 0; i < 6; i += 1) await notifier.ping(new Secret(service.origin), LONG_MS)
    // The pool may open a second one while the end of a reply is still being processed.
    expect(service.connections()).toBeLessThanOrEqual(2)
  })

  test('fails for a check that the service does not know', async () => {
    const service = await serve(() => ({ status: 404, body: '(not found)' }))
    const host = `127.0.0.1:${service.port}`
    expect(await ping(`${service.origin}/5f1d`)).toEqual({
      kind: 'failed',
      why: `${host} replied 404: (not found)`,
    })
  })
})

describe('a service', () => {
  test('that hangs is left at the time-out', async () => {
    const service = await serve(() => 'hang')
    expect(await ping(service.origin, 50)).toEqual({
      kind: 'retry',
      why: 'no reply within 0.1 s',
      afterMs: null,
    })
  })

  test('that refuses connections is tried again', async () => {
    const service = await serve(() => 'hang')
    await service.close()
    open.pop()
    expect(await ping(`${service.origin}/s3cr3t`)).toEqual({
      kind: 'retry',
      why: `cannot connect to 127.0.0.1:${service.port} (ECONNREFUSED)`,
      afterMs: null,
    })
  })

  test('that drops the connection is tried again', async () => {
    const service = await serve(() => 'drop')
    const why = expect.stringContaining(`127.0.0.1:${service.port}`)
    expect(await ping(service.origin)).toEqual({ kind: 'retry', why, afterMs: null })
  })

  test('with a wrong certificate is tried again and named as such', async () => {
    const service = await serve(() => ({ status: 200 }), { secure: true })
    expect(await ping(service.origin)).toEqual({
      kind: 'retry',
      why: `no secure connection to 127.0.0.1:${service.port} (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      afterMs: null,
    })
    expect(service.requests).toEqual([])
  })

  test('with a trusted certificate gets the request', async () => {
    const service = await serve(() => ({ status: 200 }), { secure: true })
    const before = getCACertificates('default')
    setDefaultCACertificates([...before, TEST_CERTIFICATE.cert])
    try {
      expect(await ping(service.origin)).toEqual({ kind: 'delivered' })
    } finally {
      setDefaultCACertificates(before)
    }
  })

  test.each([301, 302, 303, 307, 308])('is not followed to another host with status %i', async status => {
    const target = await serve(() => ({ status: 200 }))
    const location = `${target.origin}/t0p-secret`
    const service = await serve(() => ({ status, headers: { location } }))
    expect(await ping(service.origin)).toEqual({
      kind: 'failed',
      why: `127.0.0.1:${service.port} redirects to 127.0.0.1:${target.port}, which axisor does not follow`,
    })
    expect(target.requests).toEqual([])
  })

  test('may request a delay as seconds or as a date, up to an hour', async () => {
    const date = new Date().toUTCString()
    const later = new Date(Date.parse(date) + 90_000).toUTCString()
    const headers = [{ 'retry-after': '7' }, { 'retry-after': later, date }, { 'retry-after': '999999' }, {}]
    const service = await serve(() => ({ status: 503, headers: headers[service.requests.length - 1] ?? {} }))
    const notifier = notifierWith()
    const delays: unknown[] = []
    for (const _each of headers) {
      const result = await notifier.ping(new Secret(service.origin), LONG_MS)
      delays.push(result.kind === 'retry' ? result.afterMs : result)
    }
    expect(delays).toEqual([7_000, 90_000, 3_600_000, null])
  })

  test('is read up to 64 KiB', async () => {
    const body = 'x'.repeat(100_000)
    const service = await serve(() => ({ status: 500, body, endless: true }))
    expect(await ping(service.origin)).toMatchObject({
      kind: 'retry',
      why: expect.stringMatching(/ 500: x+…$/),
    })
  })

  test('gets nothing more after the notifier is closed', async () => {
    const service = await serve(() => 'hang')
    const notifier = openTestNotifier()
    const running = notifier.ping(new Secret(service.origin), LONG_MS)
    await service.received()
    await notifier.close()
    expect(await running).toEqual({ kind: 'retry', why: 'the notifier was closed', afterMs: null })
    expect(await notifier.ping(new Secret(service.origin), LONG_MS)).toMatchObject({
      kind: 'retry',
      why: 'the notifier is closed',
    })
    expect(service.requests).toHaveLength(1)
  })
})

describe('an address', () => {
  const RELAY = { allowPrivateAddresses: false, allowLocalChannels: false }

  test.each([
    'https://127.0.0.1',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://0x7f000001',
    'https://0',
  ])('that is private is refused as %s', async url => {
    const service = await serve(() => ({ status: 200 }), { secure: true })
    const result = await ping(`${url}:${service.port}/`, LONG_MS, RELAY)
    expect(result).toMatchObject({ kind: 'failed', why: expect.stringMatching(/private or reserved/) })
    expect(service.connections()).toBe(0)
  })

  test('that a name resolves to is refused if it is private', async () => {
    const service = await serve(() => ({ status: 200 }), { secure: true })
    const result = await ping(`https://localhost:${service.port}/`, LONG_MS, RELAY)
    expect(result).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/^localhost \(.+\) is a private/),
    })
    expect(service.connections()).toBe(0)
  })

  test('is checked for every connection, so that a name cannot change it later', async () => {
    const service = await serve(() => ({ status: 200 }), { secure: true })
    const resolved = ['::ffff:127.0.0.1', '127.0.0.1']
    const notifier = notifierWith(RELAY, {
      resolve: (_name, done) => {
        const address = resolved.shift() ?? ''
        done(null, [{ address, family: address.includes(':') ? 6 : 4 }])
      },
    })
    const url = new Secret(`https://rebind.example:${service.port}/`)
    for (let i = 0; i < 2; i += 1) {
      expect(await notifier.ping(url, LONG_MS)).toMatchObject({ kind: 'failed' })
    }
    expect(resolved).toEqual([])
    expect(service.connections()).toBe(0)
  })

  test('is only used without encryption if it is private', async () => {
    const publicName: NotifierDeps['resolve'] = (_name, done) =>
      done(null, [{ address: '8.8.8.8', family: 4 }])
    const notifier = notifierWith({}, { resolve: publicName })
    const why = 'hook.example (8.8.8.8) is a public address, to which axisor only connects over TLS'
    expect(await notifier.ping(new Secret('http://hook.example/'), LONG_MS)).toEqual({ kind: 'failed', why })
    expect(await ping('http://127.0.0.1:1/', LONG_MS, RELAY)).toEqual({
      kind: 'failed',
      why: 'the URL does not start with https://; http:// to a private address needs --allow-private-channels or AXISOR_RELAY_ALLOW_PRIVATE_CHANNELS=1',
    })
  })

  test.each(['https://api.lnmarkets.com/v3', 'https://API.LNMARKETS.COM./v3', 'https://x.lnmarkets.com'])(
    'of the exchange is refused: %s',
    async url => {
      const resolve: NotifierDeps['resolve'] = () => expect.unreachable('a refused host is not resolved')
      const notifier = notifierWith({ refusedHosts: ['*.lnmarkets.com'] }, { resolve })
      const result = await notifier.ping(new Secret(url), LONG_MS)
      expect(result).toMatchObject({
        kind: 'failed',
        why: expect.stringContaining('is a host of the exchange'),
      })
    },
  )

  test('with a user name is rejected without naming it', async () => {
    expect(await ping('https://alice:hidden@localhost/')).toEqual({
      kind: 'failed',
      why: 'the URL contains a user name or a password',
    })
  })
})
