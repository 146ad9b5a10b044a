import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openRedisBroker } from '../../src/node/broker/redis-broker.ts'
import type { Broker, BrokerAddress, LeaseRecord } from '../../src/ports/broker.ts'
import { freePort } from '../services/free-port.ts'
import { openRedis, type RedisService } from '../services/redis.ts'

const HELD: LeaseRecord = { owner: 'x', fence: 1, renewals: 0 }

function address(redis: RedisService, password: string | null = null): BrokerAddress {
  const { host, port } = redis
  return {
    host,
    port,
    tls: false,
    username: null,
    password: password === null ? null : new Secret(password),
    db: 0,
  }
}

function linkIs(broker: Broker, wanted: boolean): Promise<void> {
  return new Promise(resolve => {
    if (broker.isUp() === wanted) return resolve()
    const cancel = broker.onLink(isUp => {
      if (isUp !== wanted) return
      cancel()
      resolve()
    })
  })
}

async function failure(work: Promise<unknown>): Promise<AxisorError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof AxisorError) return error
  throw new Error('it should have failed with an explanation', { cause: error })
}

const isThere = inject('services').redis

describe.runIf(isThere)('a failing redis-server (needs redis-server)', () => {
  let redis: RedisService
  beforeAll(async () => {
    redis = await openRedis()
  })
  afterAll(() => redis.stop())

  test('detects a hung server within a second, and reconnects when it resumes', async () => {
    const broker = await openRedisBroker(address(redis), 'hangs')
    const began = performance.now()
    const down = linkIs(broker, false)
    redis.freeze()
    const error = await failure(broker.renew('a', HELD))
    expect(error.code).toBe('unavailable')
    await down
    expect(performance.now() - began).toBeLessThan(3_000)
    expect((await failure(broker.readLease('a'))).code).toBe('unavailable')
    redis.thaw()
    await linkIs(broker, true)
    expect(await broker.readLease('b')).toEqual({ record: null, authoritative: false })
    broker.close()
  })

  test('restores subscriptions after a restart, and is not authoritative then', async () => {
    const broker = await openRedisBroker(address(redis), 'restart')
    await broker.acquire('a', { owner: 'x', expected: null, floor: 0, settle: true })
    const { promise, resolve } = Promise.withResolvers<LeaseRecord>()
    await broker.onLease('a', resolve)
    const down = linkIs(broker, false)
    await redis.kill()
    await down
    // Listeners can also be added while the server is down.
    const late = Promise.withResolvers<string>()
    await broker.onRequest('a', late.resolve)
    await redis.start()
    await linkIs(broker, true)
    expect(await broker.readLease('a')).toEqual({ record: null, authoritative: false })
    await broker.renew('a', HELD)
    await broker.request('a', 'are you there')
    expect(await promise).toEqual({ ...HELD, renewals: 1 })
    expect(await late.promise).toBe('are you there')
    broker.close()
  })

  test('loads its scripts again after they were flushed', async () => {
    const broker = await openRedisBroker(address(redis), 'flush')
    const other = await openRedisBroker(address(redis), 'flush')
    await other.readLease('a')
    const { Redis } = await import('ioredis')
    const plain = new Redis(redis.port, redis.host)
    await plain.script('FLUSH')
    plain.disconnect()
    const down = linkIs(broker, false)
    expect((await failure(broker.readLease('a'))).code).toBe('unavailable')
    await down
    await linkIs(broker, true)
    expect(await broker.readLease('a')).toMatchObject({ record: null })
    broker.close()
    other.close()
  })

  test('reports an unreachable server in one line, without retrying', async () => {
    const gone = await openRedis()
    const where = address(gone)
    await gone.stop()
    const error = await failure(openRedisBroker(where))
    expect(error.code).toBe('unavailable')
    expect(error.message).toBe(`the broker 127.0.0.1:${where.port} is not responding`)
  })
})

describe.runIf(isThere)('a real redis-server with a password (needs redis-server)', () => {
  let redis: RedisService
  beforeAll(async () => {
    redis = await openRedis(['--requirepass', 'canary-hunter2'])
  })
  afterAll(() => redis.stop())

  test('connects with the right password', async () => {
    const broker = await openRedisBroker(address(redis, 'canary-hunter2'))
    expect(await broker.readLease('a')).toMatchObject({ record: null })
    broker.close()
  })

  test('rejects a missing or wrong password with a hint that does not contain it', async () => {
    for (const password of [null, 'canary-wrong']) {
      const error = await failure(openRedisBroker(address(redis, password)))
      expect(error.code).toBe('config')
      expect(error.message).toContain('rejected the user or password')
      expect(`${error.message}${error.hint}${String(error.cause)}`).not.toContain('canary')
    }
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

/** Connects to a broker in a process with this extra CA, or none, and returns its output. */
function connectElsewhere(port: number, ca: string | null): string {
  const program = `
    const { openRedisBroker } = await import(${JSON.stringify(new URL('../../src/node/broker/redis-broker.ts', import.meta.url))})
    const address = { host: 'localhost', port: ${port}, tls: true, username: null, password: null, db: 0 }
    try {
      const broker = await openRedisBroker(address)
      try {
        console.log((await broker.readLease('a')).authoritative)
      } finally {
        broker.close()
      }
    } catch (error) {
      console.log(error.code ?? error)
    }`
  const env = { PATH: process.env.PATH, ...(ca === null ? {} : { NODE_EXTRA_CA_CERTS: ca }) }
  const args = ['--input-type=module', '--eval', program]
  // A child that hangs would block this process, and with it the limit of the test.
  return spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 20_000 }).stdout.trim()
}

describe.runIf(isThere && hasOpenssl)('rediss:// (needs redis-server and openssl)', () => {
  test('connects only if the certificate is trusted', { timeout: 30_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'axisor-redis-tls-'))
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2']
    spawnSync('openssl', [...made, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'])
    const port = await freePort()
    const tls = [
      '--tls-port',
      `${port}`,
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-ca-cert-file',
      cert,
    ]
    const redis = await openRedis([...tls, '--tls-auth-clients', 'no'])
    try {
      expect(connectElsewhere(port, cert)).toBe('false')
      expect(connectElsewhere(port, null)).toBe('tls')
    } finally {
      await redis.stop()
      rmSync(folder, { recursive: true })
    }
  })
})

describe.runIf(isThere)('a real redis-server with an ACL (needs redis-server)', () => {
  test('needs only the documented permissions', async () => {
    const text = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8')
    const rights = /`user axisor on >… (.*)`/.exec(text)?.[1] ?? ''
    expect(rights).toContain('~axisor:*')
    const redis = await openRedis([
      '--user',
      'axisor',
      'on',
      '>canary-pw',
      ...rights.split(' '),
      '--user',
      'default',
      'off',
    ])
    try {
      const where = { ...address(redis, 'canary-pw'), username: 'axisor' }
      const [one, two] = await Promise.all([openRedisBroker(where), openRedisBroker(where)])
      const { promise, resolve } = Promise.withResolvers<string>()
      await two.onFrame('a', ({ text }) => resolve(text))
      const held = await one.acquire('a', { owner: 'x', expected: null, floor: 0, settle: true })
      if (!held.ok) throw new Error('it should have been free')
      expect(await one.renew('a', held.record)).toMatchObject({ ok: true })
      for (const kind of ['hello', 'snapshot', 'delta', 'transient'] as const)
        expect(await one.publish('a', held.record, { kind, to: '', text: kind })).toBe('published')
      expect(await promise).toBe('hello')
      expect((await two.read('a'))?.texts).toEqual(['snapshot', 'delta'])
      expect(await two.consume('key', { count: 1, windowMs: 1_000 })).toBe(0)
      await two.request('a', 'x')
      await one.release('a', held.record)
      expect(one.isUp() && two.isUp()).toBe(true)
      one.close()
      two.close()
    } finally {
      await redis.stop()
    }
  })
})

describe.runIf(isThere)('a redis-server that may evict keys (needs redis-server)', () => {
  test('is rejected, because two relays could own one account', async () => {
    const redis = await openRedis(['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'])
    try {
      const error = await failure(openRedisBroker(address(redis)))
      expect(error.code).toBe('config')
      expect(error.message).toContain('allkeys-lru')
      expect(error.hint).toContain('noeviction')
    } finally {
      await redis.stop()
    }
  })
})
