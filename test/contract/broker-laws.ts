import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker, BrokerFrame, LeaseRecord } from '../../src/ports/broker.ts'

/** A broker under test. */
export interface BrokerRig {
  /** Connects another relay to the same engine. */
  connect(): Promise<Broker>
  /** Clears the engine, as a restart without a disk does; resolves once every connection is up again. */
  forget(): Promise<void>
  close(): Promise<void>
}

const LIMITS = { count: 3, windowMs: 300_000 }

function fresh(owner: string, expected: LeaseRecord | null = null) {
  return { owner, expected, floor: 0, settle: false }
}

/** Acquires a lease that must be free, and returns its record. */
async function acquireLease(broker: Broker, account: string, owner: string): Promise<LeaseRecord> {
  const { record } = await broker.readLease(account)
  const held = await broker.acquire(account, fresh(owner, record))
  if (!held.ok) throw new Error('the lease should have been free')
  return held.record
}

/** Resolves with the first `count` items that are pushed. */
function collect<T>(count: number): { readonly all: Promise<readonly T[]>; push(what: T): void } {
  const { promise: all, resolve } = Promise.withResolvers<readonly T[]>()
  const found: T[] = []
  return {
    all,
    push(what) {
      found.push(what)
      if (found.length === count) resolve(found)
    },
  }
}

/** Defines the laws of every broker. */
export function brokerLaws(name: string, open: () => Promise<BrokerRig>): void {
  describe(`a broker: ${name}`, () => {
    let rig: BrokerRig
    let one: Broker
    let two: Broker
    beforeEach(async () => {
      rig = await open()
      one = await rig.connect()
      two = await rig.connect()
    })
    afterEach(() => rig.close())

    test('has no record of a new account, and is not authoritative', async () => {
      expect(await one.readLease('a')).toEqual({ record: null, authoritative: false })
    })

    test('notifies no listener after it is closed', async () => {
      const changes: boolean[] = []
      one.onLink(isUp => changes.push(isUp))
      one.close()
      await two.readLease('a')
      expect(changes).toEqual([])
    })

    test('is authoritative for every relay once one has settled', async () => {
      await one.acquire('a', { ...fresh('x'), settle: true })
      expect(await two.readLease('b')).toEqual({ record: null, authoritative: true })
    })

    test('grants a lease to exactly one of many concurrent requests', async () => {
      const owners = Array.from({ length: 20 }, (_, i) => `owner${i}`)
      const tries = owners.map((owner, i) => (i % 2 === 0 ? one : two).acquire('a', fresh(owner)))
      const won = (await Promise.all(tries)).filter(held => held.ok)
      expect(won).toHaveLength(1)
    })

    test('grants a lease only if the expected record is current', async () => {
      const first = await acquireLease(one, 'a', 'x')
      await one.renew('a', first)
      const late = await two.acquire('a', fresh('y', first))
      expect(late).toEqual({
        ok: false,
        read: { record: { ...first, renewals: first.renewals + 1 }, authoritative: false },
      })
      expect(await two.acquire('a', fresh('y', { ...first, renewals: 1 }))).toMatchObject({ ok: true })
    })

    test('never reuses a fence, nor grants one at or below the floor', async () => {
      const first = await acquireLease(one, 'a', 'x')
      const second = await acquireLease(two, 'a', 'y')
      expect(second.fence).toBeGreaterThan(first.fence)
      const third = await one.acquire('a', { ...fresh('z', second), floor: 70 })
      expect(third).toMatchObject({ ok: true, record: { owner: 'z', fence: 71, renewals: 0 } })
    })

    test('renews only for the holder of the fence', async () => {
      const first = await acquireLease(one, 'a', 'x')
      const renewed = await one.renew('a', first)
      expect(renewed).toEqual({ ok: true, record: { ...first, renewals: 1 } })
      const second = await acquireLease(two, 'a', 'y')
      expect(await one.renew('a', first)).toEqual({
        ok: false,
        read: { record: second, authoritative: false },
      })
    })

    test('rewrites a lost lease on renewal', async () => {
      const first = await acquireLease(one, 'a', 'x')
      await rig.forget()
      expect(await one.renew('a', first)).toMatchObject({
        ok: true,
        record: { owner: 'x', fence: first.fence },
      })
      expect(await two.readLease('a')).toMatchObject({ record: { owner: 'x' }, authoritative: false })
    })

    test('is not authoritative after data loss', async () => {
      await one.acquire('a', { ...fresh('x'), settle: true })
      await rig.forget()
      expect(await one.readLease('a')).toEqual({ record: null, authoritative: false })
    })

    test('releases a lease for its holder only, and keeps the fence', async () => {
      const first = await acquireLease(one, 'a', 'x')
      await two.release('a', { ...first, fence: first.fence + 1 })
      expect((await one.readLease('a')).record?.owner).toBe('x')
      await one.release('a', first)
      expect((await two.readLease('a')).record).toEqual({ ...first, owner: '' })
    })

    test('publishes each change of the record to every listener', async () => {
      const { all, push } = collect<LeaseRecord>(4)
      await two.onLease('a', push)
      await two.onLease('other', () => expect.unreachable())
      const first = await acquireLease(one, 'a', 'x')
      await one.renew('a', first)
      await one.release('a', first)
      await acquireLease(one, 'a', 'z')
      expect((await all).map(({ owner, renewals: beat }) => [owner, beat])).toEqual([
        ['x', 0],
        ['x', 1],
        ['', 1],
        ['z', 0],
      ])
    })

    test('delivers the frames of the owner unchanged, in order, numbered without gaps', async () => {
      const { all, push } = collect<BrokerFrame>(5)
      await two.onFrame('a', push)
      const held = await acquireLease(one, 'a', 'x')
      const publish = (kind: BrokerFrame['kind'], text: string, to = '') =>
        one.publish('a', held, { kind, to, text })
      const done = await Promise.all([
        publish('hello', 'h'),
        publish('snapshot', 'eins\nzwei ₿ \u0000'),
        publish('delta', 'd1'),
        publish('transient', 'w', 'member'),
        publish('delta', 'd2'),
      ])
      expect(done).toEqual(['published', 'published', 'published', 'published', 'published'])
      const { fence } = held
      expect(await all).toEqual([
        { kind: 'hello', fence, number: 1, to: '', text: 'h' },
        { kind: 'snapshot', fence, number: 2, to: '', text: 'eins\nzwei ₿ \u0000' },
        { kind: 'delta', fence, number: 3, to: '', text: 'd1' },
        { kind: 'transient', fence, number: 3, to: 'member', text: 'w' },
        { kind: 'delta', fence, number: 4, to: '', text: 'd2' },
      ])
      expect(await two.read('a')).toEqual({
        fence,
        number: 4,
        hello: 'h',
        texts: ['eins\nzwei ₿ \u0000', 'd1', 'd2'],
      })
    })

    test('rejects frames of a former owner', async () => {
      const first = await acquireLease(one, 'a', 'x')
      await one.publish('a', first, { kind: 'snapshot', to: '', text: 'old' })
      const second = await acquireLease(two, 'a', 'y')
      expect(await one.publish('a', first, { kind: 'snapshot', to: '', text: 'too late' })).toBe('not-owner')
      expect(await one.publish('a', first, { kind: 'delta', to: '', text: 'too late' })).toBe('not-owner')
      expect(await one.publish('a', { ...second, owner: 'x' }, { kind: 'delta', to: '', text: '' })).toBe(
        'not-owner',
      )
      expect((await two.read('a'))?.texts).toEqual(['old'])
    })

    test('rejects frames of an account without a record', async () => {
      const held = { owner: 'x', fence: 1, renewals: 0 }
      expect(await one.publish('a', held, { kind: 'snapshot', to: '', text: 's' })).toBe('not-owner')
      expect(await one.read('a')).toBeNull()
    })

    test('rejects a delta after the snapshot of another owner', async () => {
      const first = await acquireLease(one, 'a', 'x')
      await one.publish('a', first, { kind: 'snapshot', to: '', text: 's1' })
      const second = await acquireLease(two, 'a', 'y')
      expect(await two.publish('a', second, { kind: 'delta', to: '', text: 'd' })).toBe('no-snapshot')
      await two.publish('a', second, { kind: 'snapshot', to: '', text: 's2' })
      expect(await two.publish('a', second, { kind: 'delta', to: '', text: 'd' })).toBe('published')
      expect(await one.read('a')).toMatchObject({ fence: second.fence, texts: ['s2', 'd'] })
    })

    test('delivers requests to the listeners of the account until they cancel', async () => {
      const { all, push } = collect<string>(2)
      const cancel = await one.onRequest('a', push)
      await one.onRequest('b', () => expect.unreachable())
      await two.request('a', 'first')
      await two.request('a', 'second')
      expect(await all).toEqual(['first', 'second'])
      const after = collect<string>(1)
      await one.onRequest('a', after.push)
      cancel()
      await two.request('a', 'third')
      expect(await after.all).toEqual(['third'])
      expect(await all).toEqual(['first', 'second'])
    })

    test('never exceeds a rate limit, for any number of consumers', async () => {
      const tries = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? one : two).consume('key', LIMITS))
      const waits = await Promise.all(tries)
      expect(waits.filter(wait => wait === 0)).toHaveLength(LIMITS.count)
      for (const wait of waits.filter(wait => wait > 0)) {
        expect(wait).toBeGreaterThan(LIMITS.windowMs - 60_000)
        expect(wait).toBeLessThanOrEqual(LIMITS.windowMs)
      }
      expect(await one.consume('another key', LIMITS)).toBe(0)
    })

    test('allows requests again after the window', async () => {
      // Ends only if requests are allowed again and again. A longer window for the same key would find it forgotten or not, by chance.
      const short = { count: 2, windowMs: 1 }
      let allowed = 0
      while (allowed < 6) if ((await one.consume('key', short)) === 0) allowed += 1
      expect(allowed).toBe(6)
    })
  })
}
