import { expect, test } from 'vitest'
import { usd } from '../../src/domain/units.ts'
import { openRelayForTest as open } from '../support/relay-fixture.ts'
import { bearer, connect, openTestRelay } from '../support/relay-server.ts'
import { changeEvent } from '../support/samples.ts'

test('answers 304 to the tag of the current snapshot until something changes', async () => {
  const { base, token, account } = await open()
  const headers = bearer(await token('ann'))
  const first = await fetch(`${base}/v1/snapshot`, { headers })
  const etag = first.headers.get('etag') ?? ''
  expect(await first.json()).toMatchObject({ type: 'data_update', kind: 'snapshot' })
  const tagged = { ...headers, 'if-none-match': etag }
  const same = await fetch(`${base}/v1/snapshot`, { headers: tagged })
  expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag])
  expect(Number(same.headers.get('axisor-time'))).toBeGreaterThan(1_700_000_000_000)
  const change = { kind: 'index', indexUsd: usd(70_001) } as const
  account('ann').dispatch(changeEvent(Date.now(), change))
  const next = await fetch(`${base}/v1/snapshot`, { headers: tagged })
  expect(next.status).toBe(200)
  expect(await next.text()).toContain('70001')
})

test('forbids caches to store a snapshot, or to serve it to another token', async () => {
  const { base, token } = await open()
  const response = await fetch(`${base}/v1/snapshot`, { headers: bearer(await token('ann')) })
  expect(response.headers.get('cache-control')).toBe('private, no-cache')
  expect(response.headers.get('vary')).toBe('Authorization')
  const tagged = { ...bearer(await token('bob')), 'if-none-match': response.headers.get('etag') ?? '' }
  expect((await fetch(`${base}/v1/snapshot`, { headers: tagged })).status).toBe(200)
})

test('answers 503 with Retry-After when there is no snapshot in time', async () => {
  const { base, token } = await open({ snapshot: () => null, limits: { firstSnapshotMs: 50 } })
  const response = await fetch(`${base}/v1/snapshot`, { headers: bearer(await token('ann')) })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({ type: 'error', code: 'unavailable', retryable: true })
})

test('fails readiness before a stop closes the clients', async () => {
  const relay = await openTestRelay({ unreadyMs: 300 })
  const client = await connect(relay.stream, { headers: bearer(await relay.token('ann')) })
  await client.receives(/"kind":"snapshot"/)
  expect((await fetch(`${relay.base}/readyz`)).status).toBe(200)
  const stopped = relay.stop()
  expect((await fetch(`${relay.base}/readyz`)).status).toBe(503)
  expect((await fetch(`${relay.base}/healthz`)).status).toBe(200)
  client.socket.send('{"type":"ping","t":5}')
  await client.receives(/"pong"/)
  await expect(connect(relay.stream, { headers: bearer(await relay.token('ann')) })).rejects.toThrow('503')
  expect(await client.closed).toBe(1012)
  await stopped
  await expect(fetch(`${relay.base}/healthz`)).rejects.toThrow()
})
