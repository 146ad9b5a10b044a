import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { openRelayForTest as open, positionOf, raw, statusOf as status } from '../support/relay-fixture.ts'
import { bearer, connect } from '../support/relay-server.ts'
import { SHORT, statusEvent, T0 } from '../support/samples.ts'

describe('without a valid token', () => {
  test('refuses the stream and the snapshot', async () => {
    const { base, stream, token } = await open()
    await token('ann')
    const wrong = [
      {},
      bearer('axr_'.padEnd(47, 'x')),
      bearer("axr_' OR 1=1 --"),
      { authorization: 'Basic YTpi' },
    ]
    for (const headers of wrong) {
      expect(await status(fetch(`${base}/v1/snapshot`, { headers }))).toBe(401)
      await expect(connect(stream, { headers })).rejects.toThrow('401')
    }
  })

  test('refuses a token in the URL, even if valid or beside a valid header', async () => {
    const { base, stream, token } = await open()
    const good = await token('ann')
    for (const query of [
      `token=${good}`,
      `access_token=${good}`,
      `x=${good}`,
      `x=${encodeURIComponent(good)}`,
    ]) {
      expect(await status(fetch(`${base}/v1/snapshot?${query}`, { headers: bearer(good) }))).toBe(400)
      await expect(connect(`${stream}?${query}`, { headers: bearer(good) })).rejects.toThrow('400')
    }
  })

  test('refuses two tokens that differ', async () => {
    const { stream, token } = await open()
    const protocols = ['axisor.v1', `bearer.${await token('bob')}`]
    const headers = bearer(await token('ann'))
    expect(await (await connect(stream, { protocols, headers })).closed).toBe(4401)
  })

  test('refuses expired and revoked tokens on the stream and over HTTP', async () => {
    const { base, stream, token, store } = await open()
    const expired = await token('ann', ['read'], -1)
    const revoked = await token('bob')
    const [kept] = await store.tokens('id-bob')
    await store.revokeToken(kept?.id ?? '', T0)
    for (const headers of [bearer(expired), bearer(revoked)]) {
      expect(await status(fetch(`${base}/v1/snapshot`, { headers }))).toBe(401)
      await expect(connect(stream, { headers })).rejects.toThrow('401')
    }
  })
})

test("accepts a browser's token as a subprotocol and never returns it", async () => {
  const { stream, token } = await open()
  const client = await connect(stream, { protocols: ['axisor.v1', `bearer.${await token('ann')}`] })
  expect(client.socket.protocol).toBe('axisor.v1')
  await client.receives(/"kind":"snapshot"/)
})

test('refuses a web origin that is not allowed whatever its token, and accepts one that is', async () => {
  const { base, stream, token } = await open({ allowedOrigins: ['https://desk.example'] })
  const headers = bearer(await token('ann'))
  await expect(connect(stream, { headers, origin: 'https://evil.example' })).rejects.toThrow('403')
  await expect(connect(stream, { headers, origin: 'null' })).rejects.toThrow('403')
  await (await connect(stream, { headers, origin: 'https://desk.example' })).receives(/"kind":"snapshot"/)
  const over = (origin: string) => status(fetch(`${base}/v1/snapshot`, { headers: { ...headers, origin } }))
  expect(await over('https://evil.example')).toBe(403)
  expect(await over('https://desk.example')).toBe(200)
})

test('closes a live socket with 4401 within a second after its token was revoked or expired', async () => {
  const { stream, token, store } = await open()
  const ann = await connect(stream, { headers: bearer(await token('ann')) })
  const bob = await connect(stream, { headers: bearer(await token('bob', ['read'], 700)) })
  const [kept] = await store.tokens('id-ann')
  const revokedAt = performance.now()
  await store.revokeToken(kept?.id ?? '', T0)
  expect(await ann.closed).toBe(4401)
  expect(performance.now() - revokedAt).toBeLessThan(1_000)
  expect(await bob.closed).toBe(4401)
})

describe("another user's account", () => {
  test('cannot be reached with any parameter, header or message', async () => {
    const { base, stream, token } = await open({ snapshot: positionOf })
    const ann = await token('ann')
    const bob = await connect(stream, { headers: bearer(await token('bob')) })
    await bob.receives(/position-of-bob/)
    const headers = { ...bearer(ann), 'x-user': 'bob', 'x-user-id': 'id-bob', cookie: 'user=bob' }
    const paths = [
      '/v1/snapshot',
      '/v1/snapshot?user=ann',
      '/v1/snapshot?userId=id-bob&user_id=id-bob',
      '/v1/snapshot#bob',
      '/v1/snapshot?user[]=bob&__proto__[userId]=id-bob',
    ]
    for (const path of paths) {
      const body = await (await fetch(`${base}${path}`, { headers })).text()
      expect(body).toContain('position-of-ann')
      expect(body).not.toContain('bob')
    }
    for (const name of ['bob', 'dora', 'BOB', '%62ob']) {
      const response = await fetch(`${base}/v1/snapshot?user=${name}`, { headers })
      expect([response.status, await response.text()]).toEqual([
        403,
        expect.not.stringMatching(/position|bob/),
      ])
      await expect(connect(`${stream}?user=${name}`, { headers })).rejects.toThrow('403')
    }
    const client = await connect(`${stream}?user=ann&userId=id-bob`, { headers })
    await client.receives(/position-of-ann/)
    const messages = [
      { type: 'refresh_data', user: 'bob', userId: 'id-bob' },
      { type: 'refresh_data', token: 'x', epoch: 'bob' },
      { type: 'ping', t: 1, user: 'bob' },
    ]
    for (const message of messages) client.socket.send(JSON.stringify(message))
    await client.receives(/"pong"/)
    expect(client.received.join('')).not.toContain('bob')
  })

  test('answers all spellings of other paths with 404', async () => {
    const { base, port, token } = await open({ snapshot: positionOf })
    const ann = await token('ann')
    const paths = [
      '/v1/snapshot/id-bob',
      '/v1/users/id-bob/snapshot',
      '/v1/snapshot/../../../../etc/passwd',
      '/v1/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc/passwd',
      '//v1/snapshot',
      '/v1/snapshot%00bob',
      '/v1\\..\\snapshot',
      '/%',
    ]
    for (const path of paths) {
      const response = await raw(
        port,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ann}\r\nConnection: close\r\n\r\n`,
      )
      expect(response, path).toMatch(/^HTTP\/1\.1 40[04] /)
      expect(response, path).not.toMatch(/root:|position-of|id-bob/)
    }
    expect(base).toContain('127.0.0.1')
  })

  test("shows no account to an administrator's token without the scope read", async () => {
    const { base, stream, token } = await open({ snapshot: positionOf })
    const headers = bearer(await token('root', ['admin']))
    expect(await status(fetch(`${base}/v1/snapshot`, { headers }))).toBe(403)
    await expect(connect(stream, { headers })).rejects.toThrow('403')
  })
})

test('refuses header injection through token, subprotocol and address', async () => {
  const { port, token } = await open()
  const good = await token('ann')
  const upgrade = (more: string) =>
    `GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n\r\n`
  const attacks = [
    upgrade(`Authorization: Bearer x%0d%0aX-Evil: 1`),
    upgrade(`Sec-WebSocket-Protocol: axisor.v1, bearer.${good}%0d%0aX-Evil`),
    upgrade(`Authorization: Bearer ${good}\nX-Forwarded-For: \x00`),
    `GET /v1/snapshot%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    `GET /v1/snapshot HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n`,
  ]
  for (const attack of attacks) {
    const response = await raw(port, attack)
    expect(response).toMatch(/^HTTP\/1\.1 (4\d\d |101 [\s\S]*a valid token is required)/)
    expect(response).not.toMatch(/x-evil/i)
    expect(response).not.toContain(good)
  }
})

test('writes no secret into logs or metrics, and no name into labels', async () => {
  const { base, stream, token, account, log, metrics: relayMetrics } = await open()
  const canary = await token('canary-name')
  const client = await connect(stream, { headers: bearer(canary) })
  await client.receives(/"kind":"snapshot"/)
  await connect(stream, { headers: bearer(`${canary}x`) }).catch(() => {})
  await connect(`${stream}?token=${canary}`).catch(() => {})
  await fetch(`${base}/v1/snapshot?x=${canary}`)
  await fetch(`${base}/${canary}`)
  const lastError = new AxisorError('key-refused', `the exchange sent: ${canary}`)
  account('canary-name').dispatch(statusEvent(T0, { link: 'stopped', lastError }))
  expect(await client.closed).toBe(4500)
  const metrics = await relayMetrics()
  expect(metrics).toContain('axisor_relay_connections')
  for (const text of [metrics, log()]) {
    expect(text).not.toContain(canary.slice(4))
    expect(text).not.toContain(SHORT.id)
    expect(text).not.toMatch(/2015086|712758/)
  }
  expect(metrics).not.toContain('canary-name')
})
