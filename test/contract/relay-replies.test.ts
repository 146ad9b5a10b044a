import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { RelayStore } from '../../src/ports/relay-store.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { openRelayForTest as open, positionOf, raw, statusOf as status } from '../support/relay-fixture.ts'
import { bearer, connect } from '../support/relay-server.ts'

test("answers an invalid URL with the relay's own error, without quoting it", async () => {
  const { port } = await open()
  for (const path of ['/%', '/secret-path%ff']) {
    const response = await raw(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(response).toMatch(/^HTTP\/1\.1 400 .*"type":"error"/s)
    expect(response).toMatch(/\r\naxisor-time: \d+\r\n/)
    expect(response).not.toMatch(/%|secret-path|FST_/)
  }
})

test('logs a bug without the data that it failed on, and hides it from the client', async () => {
  const memory = openMemoryRelayStore()
  const store = {
    ...memory,
    findUser: async () => {
      throw new TypeError('inner detail')
    },
  }
  const { base, token, log } = await open({ store })
  const response = await fetch(`${base}/v1/tokens`, {
    method: 'POST',
    headers: { ...bearer(await token('root', ['admin'])), 'content-type': 'application/json' },
    body: '{"user":"root","name":"x"}',
  })
  expect(response.status).toBe(500)
  expect(await response.text()).not.toContain('inner detail')
  expect(log()).toMatch(/"at":"TypeError at .*admin-route/)
  expect(log()).not.toContain('inner detail')
})

describe('a failing database', () => {
  const detail = 'no connection to db.internal:5432'
  const memory = () => {
    const store = openMemoryRelayStore()
    const failing = new Set<keyof RelayStore>()
    const requestToken =
      <A extends readonly unknown[], T>(name: keyof RelayStore, response: (...args: A) => Promise<T>) =>
      async (...args: A) => {
        if (failing.has(name)) throw new AxisorError('config', detail)
        return response(...args)
      }
    return {
      failing,
      store: {
        ...store,
        findToken: requestToken('findToken', store.findToken),
        account: requestToken('account', store.account),
        revision: requestToken('revision', store.revision),
      },
    }
  }

  test('is not named to clients, which are asked to retry', async () => {
    const { store, failing } = memory()
    const { base, stream, token } = await open({ store })
    const headers = bearer(await token('ann'))
    failing.add('findToken')
    const response = await fetch(`${base}/v1/snapshot`, { headers })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await response.text()).toContain('"message":"the relay cannot read its database","retryable":true')
    await expect(connect(stream, { headers })).rejects.toThrow('503')
    failing.delete('findToken')
    failing.add('account')
    const client = await connect(stream, { headers })
    expect(await client.closed).toBe(1012)
    expect(client.received.join('')).not.toContain('db.internal')
  })

  test('is logged once, and once when it is back', async () => {
    const { store, failing } = memory()
    const { log } = await open({ store, limits: { revisionCheckMs: 5 } })
    failing.add('revision')
    await expect.poll(log).toContain('db.internal')
    failing.delete('revision')
    await expect.poll(log).toContain('database readable again')
    expect(log().split('db.internal')).toHaveLength(2)
  })
})

describe('a new token over HTTP', () => {
  const requestToken = (base: string, headers: Record<string, string>, body: unknown) =>
    fetch(`${base}/v1/tokens`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  test('is issued to administrators only, and works for its user', async () => {
    const { base, token } = await open({ snapshot: positionOf })
    const reader = bearer(await token('ann'))
    const admin = bearer(await token('root', ['admin']))
    expect(await status(requestToken(base, {}, { user: 'ann', name: 'x' }))).toBe(401)
    expect(await status(requestToken(base, reader, { user: 'ann', name: 'x' }))).toBe(403)
    const response = await requestToken(base, admin, { user: 'ann', name: 'phone' })
    expect(response.status).toBe(201)
    const made = (await response.json()) as { token: string; scopes: unknown }
    expect(made.scopes).toEqual(['read'])
    const snapshot = await fetch(`${base}/v1/snapshot`, { headers: bearer(made.token) })
    expect(await snapshot.text()).toContain('position-of-ann')
  })

  test('is refused for an invalid request or an unknown user', async () => {
    const { base, token } = await open()
    const admin = bearer(await token('root', ['admin']))
    const invalid = [
      {},
      { user: 'root' },
      { user: 'root', name: 'x', scopes: ['write'] },
      { user: 1, name: 'x' },
      { user: 'root', name: 'a\u001b[2Jred' },
      { user: 'root', name: 'two\nlines' },
      { user: 'root', name: 'x'.repeat(65) },
      { user: 'root', name: 'x', expiresAt: '2020-01-01T00:00:00Z' },
      [],
    ]
    for (const request of invalid) expect(await status(requestToken(base, admin, request))).toBe(400)
    expect(await status(requestToken(base, admin, { user: 'unknown', name: 'x' }))).toBe(404)
    expect(await status(requestToken(base, admin, { user: 'root', name: 'x'.repeat(10_000) }))).toBe(413)
  })
})
