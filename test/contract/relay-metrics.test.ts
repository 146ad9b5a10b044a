import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { RelayStore } from '../../src/ports/relay-store.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { bearer, connect, openTestRelay, type TestRelay } from '../support/relay-server.ts'

const docs = (name: string) =>
  readFileSync(new URL(`../../docs/observability/${name}`, import.meta.url), 'utf8')

const namesIn = (text: string): ReadonlySet<string> => new Set(text.match(/axisor_relay_[a-z0-9_]+/g) ?? [])

let relay: TestRelay
let metrics: string
let isDown = false
let isFull = false

/** A store that can fail. */
function fragile(): RelayStore {
  const store = openMemoryRelayStore()
  const guard = <A extends readonly unknown[], T>(query: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      if (isDown) throw new AxisorError('config', 'the database is out of reach')
      return query(...args)
    }
  }
  // A full disk can still be read.
  const guardWrite: typeof guard = query => {
    return async (...args) => {
      if (isFull) throw new AxisorError('config', 'the disk is full')
      return query(...args)
    }
  }
  return {
    ...store,
    revision: guard(store.revision),
    findToken: guard(store.findToken),
    touchTokens: guardWrite(store.touchTokens),
  }
}

beforeAll(async () => {
  relay = await openTestRelay({ store: fragile(), limits: { revisionCheckMs: 20, lastUsedWriteMs: 20 } })
  const client = await connect(relay.stream, { headers: bearer(await relay.token('ann')) })
  await client.receives(/"kind":"snapshot"/)
  client.socket.send('nonsense')
  client.socket.send('{"type":"refresh_data"}')
  await client.receives(/"type":"error"/)
  await fetch(`${relay.base}/nowhere`)
  client.socket.send(new Uint8Array(1))
  await client.closed
  await vi.waitFor(() => expect(relay.relay.load().connections).toBe(0))
  metrics = await relay.metrics()
})

afterAll(() => relay.stop())

test('every metric of the relay is documented, and every documented metric exists', () => {
  const own = [...namesIn(metrics)].filter(name => !/_(process|nodejs)_/.test(name))
  expect([...namesIn(docs('README.md'))].sort()).toEqual(expect.arrayContaining(own.sort()))
  for (const name of namesIn(docs('README.md'))) expect(metrics).toContain(name)
})

test('the dashboard shows existing metrics only, and all of them', () => {
  const shown = namesIn(docs('grafana-dashboard.json'))
  for (const name of shown) expect(metrics).toContain(name)
  const own = [...namesIn(metrics)].filter(name => !/_(process|nodejs)_/.test(name))
  expect([...shown]).toEqual(expect.arrayContaining(own))
})

test('counters match the events', () => {
  const value = (name: string) => Number(new RegExp(`^axisor_relay_${name} (\\S+)$`, 'm').exec(metrics)?.[1])
  expect(value('accounts')).toBe(1)
  expect(value('connections')).toBe(0)
  expect(value('snapshots_total')).toBe(2)
  expect(value('received_total')).toBe(2)
  expect(value('unreadable_total')).toBe(1)
  expect(value('refreshes_total')).toBe(1)
  expect(value('upstream_refreshes_total')).toBe(1)
  expect(value('refused_total{status="404"}')).toBe(1)
})

test('refuses new clients while the database is down, and keeps existing ones', async () => {
  const token = await relay.token('bob')
  const bob = await connect(relay.stream, { headers: bearer(token) })
  await bob.receives(/"kind":"snapshot"/)
  isDown = true
  await expect.poll(() => relay.log()).toContain('database not readable')
  await expect(connect(relay.stream, { headers: bearer(token) })).rejects.toThrow('503')
  const response = await fetch(`${relay.base}/v1/snapshot`, { headers: bearer(token) })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  bob.socket.send('{"type":"ping","t":7}')
  await bob.receives(/"pong"/)
  isDown = false
  const back = await connect(relay.stream, { headers: bearer(token) })
  await back.receives(/"kind":"snapshot"/)
})

test('keeps running while the disk is full; only the last use of tokens is not written', async () => {
  const token = await relay.token('cleo')
  const cleo = await connect(relay.stream, { headers: bearer(token) })
  isFull = true
  await expect.poll(() => relay.log()).toContain('the disk is full')
  const later = await connect(relay.stream, { headers: bearer(token) })
  await later.receives(/"kind":"snapshot"/)
  await cleo.receives(/"kind":"snapshot"/)
  expect((await fetch(`${relay.base}/readyz`)).status).toBe(200)
  isFull = false
})

test('is ready only while the broker of its cluster is connected', async () => {
  let isUp = true
  const member = await openTestRelay({ broker: { isUp: () => isUp } })
  onTestFinished(() => member.stop())
  const readiness = async () => (await fetch(`${member.base}/readyz`)).status
  expect(await readiness()).toBe(200)
  expect(await member.metrics()).toMatch(/^axisor_relay_broker_connected 1$/m)
  isUp = false
  expect(await readiness()).toBe(503)
  expect((await fetch(`${member.base}/healthz`)).status).toBe(200)
  expect(await member.metrics()).toMatch(/^axisor_relay_broker_connected 0$/m)
})

test('the rules use existing metrics only, and name every metric of the state of accounts', () => {
  const used = namesIn(docs('prometheus-rules.yml'))
  for (const name of used) expect(metrics).toContain(name)
  const wanted = ['account_links', 'stale_accounts', 'oldest_data_seconds', 'broker_connected']
  for (const name of [...wanted, 'owned_accounts', 'certificate_expiry_timestamp_seconds'])
    expect([...used]).toContain(`axisor_relay_${name}`)
})
