import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openRedisBroker } from '../../src/node/broker/redis-broker.ts'
import type { Broker, LeaseRecord } from '../../src/ports/broker.ts'
import { openRedis, type RedisService } from '../services/redis.ts'

const FRESH = { owner: 'x', expected: null, floor: 0, settle: false }
const SETTLED = { ...FRESH, owner: 'y', settle: true }
const LARGEST = Number.MAX_SAFE_INTEGER

let spaces = 0

describe.runIf(inject('services').redis)('damaged data in Redis (needs redis-server)', () => {
  let redis: RedisService
  let plain: Redis
  beforeAll(async () => {
    redis = await openRedis()
    plain = new Redis(redis.port, redis.host)
  })
  afterAll(async () => {
    plain.disconnect()
    await redis.stop()
  })

  /** Runs a test with a broker of its own key space, and expects its connection to survive. */
  async function withBroker(work: (broker: Broker, space: string) => Promise<void>): Promise<void> {
    spaces += 1
    const space = `damage${spaces}`
    const { host, port } = redis
    const address = { host, port, tls: false, username: null, password: null, db: 0 }
    const broker = await openRedisBroker(address, space)
    try {
      await broker.acquire('settled', { ...FRESH, settle: true })
      await work(broker, space)
      expect(broker.isUp()).toBe(true)
    } finally {
      broker.close()
    }
  }

  async function held(broker: Broker): Promise<LeaseRecord> {
    const result = await broker.acquire('a', FRESH)
    if (!result.ok) throw new Error('the lease was not free')
    return result.record
  }

  const junk = ['junk', '', '-3', '1.5', '0x10', 'nan', 'inf', '1e400', '99999999999999999999', `${LARGEST}`]

  test.each([
    ...junk.map(text => ['fence', text] as const),
    ...junk.filter(text => text !== `${LARGEST}`).map(text => ['beat', text] as const),
    ['owner', 'two words'] as const,
  ])('a record with the %s %j counts as lost, and is replaced after a whole lease time', (field, text) =>
    withBroker(async (broker, space) => {
      const first = await held(broker)
      await plain.hset(`${space}:a:record`, field, text)
      // Its owner may still act: no other relay acquires the account at once.
      expect(await broker.readLease('a')).toEqual({ record: null, authoritative: false })
      expect(await broker.acquire('a', { ...SETTLED, settle: false, floor: first.fence })).toMatchObject({
        ok: false,
      })
      const next = await broker.acquire('a', { ...SETTLED, floor: first.fence })
      expect(next).toEqual({ ok: true, record: { owner: 'y', fence: first.fence + 1, renewals: 0 } })
      expect(await broker.readLease('a')).toMatchObject({ record: { owner: 'y' }, authoritative: true })
    }),
  )

  test.each(['junk', '', '-3', '99999999999999999999'])(
    'the owner rewrites its record with the fence %j at the next renewal, and goes on',
    text =>
      withBroker(async (broker, space) => {
        const first = await held(broker)
        await plain.hset(`${space}:a:record`, 'fence', text)
        expect(await broker.renew('a', first)).toEqual({ ok: true, record: { ...first, renewals: 1 } })
        expect(await broker.readLease('a')).toMatchObject({ record: { fence: first.fence } })
        expect(await broker.publish('a', first, { kind: 'hello', to: '', text: 'h' })).toBe('published')
      }),
  )

  test.each(['record', 'mark'])('a key of another type in place of the %s is replaced', part =>
    withBroker(async (broker, space) => {
      const first = await held(broker)
      const key = part === 'mark' ? `${space}:mark` : `${space}:a:${part}`
      await plain.del(key)
      await plain.rpush(key, 'junk')
      expect(await broker.readLease('a')).toMatchObject({ authoritative: false })
      expect(await broker.renew('a', first)).toMatchObject({ ok: true })
      expect(await broker.acquire('b', SETTLED)).toMatchObject({ ok: true })
      expect(await broker.readLease('b')).toMatchObject({ authoritative: true })
    }),
  )

  test.each(['kept', 'log'])('damaged retained messages (%s) are replaced by the next snapshot', part =>
    withBroker(async (broker, space) => {
      const first = await held(broker)
      const publish = (kind: 'hello' | 'snapshot' | 'delta', text: string) =>
        broker.publish('a', first, { kind, to: '', text })
      await publish('hello', 'h')
      await publish('snapshot', 's')
      for (const damage of [
        () => plain.hset(`${space}:a:kept`, 'number', 'junk'),
        async () => {
          await plain.del(`${space}:a:${part}`)
          await plain.sadd(`${space}:a:${part}`, 'junk')
        },
      ]) {
        await damage()
        expect(await broker.read('a')).toBeNull()
        expect(await publish('delta', 'd')).toBe('no-snapshot')
        expect(await publish('hello', 'h')).toBe('published')
        expect(await publish('snapshot', 's2')).toBe('published')
        expect(await publish('delta', 'd2')).toBe('published')
        expect(await broker.read('a')).toMatchObject({ texts: ['s2', 'd2'], hello: 'h' })
      }
    }),
  )

  test.each(['junk', 'nan', '1e300'])('a damaged time %j of a rate limit counts as now', text =>
    withBroker(async (broker, space) => {
      const limit = { count: 1, windowMs: 60_000 }
      await plain.rpush(`${space}:spent:key`, text)
      const waitMs = await broker.consume('key', limit)
      expect(waitMs).toBeGreaterThan(50_000)
      expect(waitMs).toBeLessThanOrEqual(60_000)
      await plain.set(`${space}:spent:other`, 'junk')
      expect(await broker.consume('other', limit)).toBe(0)
      expect(await broker.consume('other', limit)).toBeGreaterThan(50_000)
    }),
  )

  test('ignores damaged messages of the lease and frame channels', () =>
    withBroker(async (broker, space) => {
      const records: LeaseRecord[] = []
      const texts: string[] = []
      const { promise, resolve } = Promise.withResolvers<void>()
      await broker.onLease('a', record => records.push(record))
      await broker.onFrame('a', ({ text }) => texts.push(text))
      await broker.onRequest('a', () => resolve())
      for (const text of ['', 'junk', 'x nan 1', 'x 1 -1', 'x 1', `x ${LARGEST} 1`, 'x 1 1 1'])
        await plain.publish(`${space}:a:lease`, text)
      for (const text of ['', 'junk', 'delta nan 1 \nt', 'other 1 1 \nt', 'delta 1 \nt', 'delta 1 x \nt'])
        await plain.publish(`${space}:a:frames`, text)
      await plain.publish(`${space}:a:lease`, 'z 4 2')
      await plain.publish(`${space}:a:frames`, 'delta 4 2 \nfine')
      await plain.publish(`${space}:a:asks`, 'end')
      await promise
      expect(records).toEqual([{ owner: 'z', fence: 4, renewals: 2 }])
      expect(texts).toEqual(['fine'])
    }))
})
