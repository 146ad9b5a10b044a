import { describe, expect, test } from 'vitest'
import { openRelayForTest as open, raw, statusOf as status } from '../support/relay-fixture.ts'
import { bearer, connect } from '../support/relay-server.ts'

const DESK = 'https://desk.example'
const UNKNOWN = `axr_${'0'.repeat(64)}`

const upgrade = (headers: string) =>
  `GET /v1/stream HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n\r\n`

const get = (path: string, headers: string) =>
  `GET ${path} HTTP/1.1\r\nConnection: close\r\n${headers}\r\n\r\n`

describe('the header Host', () => {
  const foreign = [
    'evil.example',
    'evil.example:8377',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '',
  ]
  const more = [
    'desk.example@evil.example',
    'relay.example.org.evil.example',
    '[::2]',
    '10.0.0.1',
    '128.0.0.1',
  ]

  test.each([...foreign, ...more])('%j is refused with 421 on every path, whatever the token', async host => {
    const { port, token } = await open({ publicHosts: ['relay.example.org'], snapshot: () => ({}) })
    const authorization = `Authorization: Bearer ${await token('ann')}`
    for (const path of ['/v1/snapshot', '/healthz', '/metrics', '/nowhere'])
      expect(await raw(port, get(path, `Host: ${host}\r\n${authorization}`)), path).toMatch(
        /^HTTP\/1\.1 421 /,
      )
    expect(await raw(port, upgrade(`Host: ${host}\r\n${authorization}`))).toMatch(/^HTTP\/1\.1 421 /)
  })

  test.each([
    'relay.example.org',
    'RELAY.Example.ORG.',
    'relay.example.org:8443',
    'localhost:8377',
    '127.0.0.9',
  ])('%j is served', async host => {
    const { port, token } = await open({ publicHosts: ['relay.example.org'] })
    const headers = `Host: ${host}\r\nAuthorization: Bearer ${await token('ann')}`
    expect(await raw(port, get('/v1/snapshot', headers))).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('is not checked without a list of names', async () => {
    const { port } = await open()
    expect(await raw(port, get('/healthz', 'Host: any.example'))).toMatch(/^HTTP\/1\.1 200 /)
  })
})

test.each([
  ['203.0.113.7:4711', '203.0.113.7'],
  ['203.0.113.7', '203.0.113.7:1'],
  ['[2001:db8::7]:4711', '2001:db8::9'],
  ['[2001:db8::7]', '[2001:db8::8]:80'],
])('counts %s and %s as one address behind a proxy', async (one, other) => {
  const { stream, token } = await open({ trustProxy: true, limits: { perAddress: 1 } })
  const from = (name: string, address: string) =>
    token(name).then(text =>
      connect(stream, { headers: { ...bearer(text), 'x-forwarded-for': `198.51.100.1, ${address}` } }),
    )
  await (await from('ann', one)).receives(/"kind":"snapshot"/)
  expect(await (await from('bob', other)).closed).toBe(4429)
})

describe('a web page of an allowed origin', () => {
  const cors = (response: Response) => response.headers.get('access-control-allow-origin')

  test('may read every answer, and no other page may', async () => {
    const { base, token } = await open({ allowedOrigins: [DESK] })
    const good = bearer(await token('ann'))
    const requests = [
      ['/v1/snapshot', good, 200],
      ['/v1/snapshot', {}, 401],
      ['/v1/stream', good, 426],
      ['/v1/snapshot?token=x', {}, 400],
      ['/metrics', good, 403],
      ['/nowhere', {}, 404],
      ['/healthz', {}, 200],
      ['/%', {}, 400],
    ] as const
    for (const [path, headers, expected] of requests) {
      const response = await fetch(`${base}${path}`, { headers: { ...headers, origin: DESK } })
      expect([path, response.status, cors(response)]).toEqual([path, expected, DESK])
      expect(response.headers.get('access-control-expose-headers')).toMatch(/axisor-time/)
      expect(response.headers.get('vary')).toMatch(/Origin/)
      const other = await fetch(`${base}${path}`, { headers: { ...headers, origin: 'https://evil.example' } })
      expect(cors(other)).toBeNull()
      const none = await fetch(`${base}${path}`, { headers })
      expect(cors(none)).toBeNull()
    }
  })

  test('may send its token: a preflight request is answered, one of another origin is refused', async () => {
    const { base } = await open({ allowedOrigins: [DESK] })
    const ask = (origin: string, path = '/v1/snapshot') =>
      fetch(`${base}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
        },
      })
    for (const path of ['/v1/snapshot', '/v1/tokens', '/v1/alerts/rules']) {
      const response = await ask(DESK, path)
      expect([response.status, cors(response)]).toEqual([204, DESK])
      expect(response.headers.get('access-control-allow-headers')).toMatch(/authorization/)
      expect(response.headers.get('access-control-allow-methods')).toMatch(/PUT/)
    }
    expect((await ask('https://evil.example')).status).toBe(403)
    expect((await ask('null')).status).toBe(403)
  })

  test('learns over the subprotocol that its token is not valid, was revoked or may not read', async () => {
    const { stream, token, store } = await open({ allowedOrigins: [DESK] })
    const revoked = await token('bob')
    const [kept] = await store.tokens('id-bob')
    await store.revokeToken(kept?.id ?? '', 1)
    const cases = [
      [UNKNOWN, 4401],
      ['not-a-token', 4401],
      [revoked, 4401],
      [await token('old', ['read'], -1), 4401],
      [await token('root', ['admin']), 4403],
    ] as const
    for (const [text, code] of cases) {
      const client = await connect(stream, { origin: DESK, protocols: ['axisor.v1', `bearer.${text}`] })
      expect(await client.closed).toBe(code)
      expect(client.socket.protocol).toBe('axisor.v1')
      expect(JSON.parse(client.received[0] ?? '{}')).toMatchObject({ type: 'error', retryable: false })
    }
    expect(await (await connect(stream, { origin: DESK, protocols: ['axisor.v1'] })).closed).toBe(4401)
    await expect(connect(stream, { protocols: [`bearer.${UNKNOWN}`] })).rejects.toThrow('401')
  })

  test('costs its address no more than some of these answers a second', async () => {
    const { stream } = await open()
    const codes: (number | string)[] = []
    for (let n = 0; n < 60; n += 1)
      codes.push(
        await connect(stream, { protocols: ['axisor.v1', `bearer.${UNKNOWN}`] }).then(
          client => client.closed,
          (error: Error) => error.message,
        ),
      )
    expect(codes[0]).toBe(4401)
    expect(codes).toContain('answered 429')
  })

  test('cannot keep a refused socket open', async () => {
    const { stream } = await open()
    const client = await connect(stream, { protocols: ['axisor.v1', `bearer.${UNKNOWN}`] })
    const below = (client.socket as unknown as { readonly _socket: { pause(): void; resume(): void } })
      ._socket
    below.pause()
    const startedAt = performance.now()
    setTimeout(() => below.resume(), 3_000)
    await client.closed
    expect(performance.now() - startedAt).toBeLessThan(6_000)
  })
})

test('answers HEAD on the health paths', async () => {
  const { base } = await open()
  for (const path of ['/healthz', '/readyz', '/healthz/alerts']) {
    const response = await fetch(`${base}${path}`, { method: 'HEAD' })
    expect([path, response.status, await response.text()]).toEqual([path, 200, ''])
    expect(response.headers.get('axisor-time')).toMatch(/^\d+$/)
  }
})

test('answers HEAD on the documents as it does GET', async () => {
  const { base, token } = await open()
  for (const path of ['/metrics', '/v1/snapshot', '/v1/users'])
    expect([path, await status(fetch(`${base}${path}`, { method: 'HEAD' }))]).toEqual([path, 401])
  const headers = bearer(await token('root', ['admin']))
  const response = await fetch(`${base}/metrics`, { method: 'HEAD', headers })
  expect([response.status, await response.text()]).toEqual([200, ''])
})

test('serves metrics to administrators only, also on this machine', async () => {
  const { base, token } = await open()
  expect(await status(fetch(`${base}/metrics`))).toBe(401)
  expect(await status(fetch(`${base}/metrics`, { headers: bearer(await token('ann')) }))).toBe(403)
  expect(await status(fetch(`${base}/metrics`, { headers: bearer(await token('root', ['admin'])) }))).toBe(
    200,
  )
})
