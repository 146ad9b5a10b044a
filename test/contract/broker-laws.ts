import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker, Frame, LeaseRecord } from '../../src/ports/broker.ts'

/** What a law may ask of a broker's world. */
export interface BrokerRig {
  /** Another relay's way to the same engine. */
  connect(): Promise<Broker>
  /** The engine forgets everything, as a restart without a disk does; returns when every way to it is up again. */
  forget(): Promise<void>
  close(): Promise<void>
}

const LIMITS = { count: 3, windowMs: 300_000 }

function fresh(owner: string, expected: LeaseRecord | null = null) {
  return { owner, expected, floor: 0, settle: false }
}

/** The record of a lease that must have been had. */
async function taken(broker: Broker, account: string, owner: string): Promise<LeaseRecord> {
  const { record } = await broker.readLease(account)
  const held = await broker.acquire(account, fresh(owner, record))
  if (!held.ok) throw new Error('the lease should have been free')
  return held.record
}

/** Resolves with the first `count` things that are heard. */
function heard<T>(count: number): { readonly all: Promise<readonly T[]>; hear(what: T): void } {
  const { promise: all, resolve } = Promise.withResolvers<readonly T[]>()
  const found: T[] = []
  return {
    all,
    hear(what) {
      found.push(what)
      if (found.length === count) resolve(found)
    },
  }
}

/** The laws of every engine between relays. */
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

    test('knows nothing of an account at first, and does not vouch for that', async () => {
      expect(await one.readLease('a')).toEqual({ record: null, authoritative: false })
    })

    test('is not missed by those who have closed it', async () => {
      const told: boolean[] = []
      one.onLink(isUp => told.push(isUp))
      one.close()
      await two.readLease('a')
      expect(told).toEqual([])
    })

    test('vouches once somebody has waited long enough, and to everybody', async () => {
      await one.acquire('a', { ...fresh('x'), settle: true })
      expect(await two.readLease('b')).toEqual({ record: null, authoritative: true })
    })

    test('gives a lease to exactly one of many who want it at once', async () => {
      const owners = Array.from({ length: 20 }, (_, i) => `owner${i}`)
      const tries = owners.map((owner, i) => (i % 2 === 0 ? one : two).acquire('a', fresh(owner)))
      const won = (await Promise.all(tries)).filter(held => held.ok)
      expect(won).toHaveLength(1)
    })

    test('gives a lease only to who has seen the record as it is', async () => {
      const first = await taken(one, 'a', 'x')
      await one.renew('a', first)
      const late = await two.acquire('a', fresh('y', first))
      expect(late).toEqual({
        ok: false,
        read: { record: { ...first, renewals: first.renewals + 1 }, authoritative: false },
      })
      expect(await two.acquire('a', fresh('y', { ...first, renewals: 1 }))).toMatchObject({ ok: true })
    })

    test('never gives a fence twice, nor one below what the taker has seen', async () => {
      const first = await taken(one, 'a', 'x')
      const second = await taken(two, 'a', 'y')
      expect(second.fence).toBeGreaterThan(first.fence)
      const third = await one.acquire('a', { ...fresh('z', second), floor: 70 })
      expect(third).toMatchObject({ ok: true, record: { owner: 'z', fence: 71, renewals: 0 } })
    })

    test('renews for the holder of this very fence only', async () => {
      const first = await taken(one, 'a', 'x')
      const renewed = await one.renew('a', first)
      expect(renewed).toEqual({ ok: true, record: { ...first, renewals: 1 } })
      const second = await taken(two, 'a', 'y')
      expect(await one.renew('a', first)).toEqual({
        ok: false,
        read: { record: second, authoritative: false },
      })
    })

    test('writes a lease down again that it has forgotten', async () => {
      const first = await taken(one, 'a', 'x')
      await rig.forget()
      expect(await one.renew('a', first)).toMatchObject({
        ok: true,
        record: { owner: 'x', fence: first.fence },
      })
      expect(await two.readLease('a')).toMatchObject({ record: { owner: 'x' }, authoritative: false })
    })

    test('does not vouch any more after it has forgotten', async () => {
      await one.acquire('a', { ...fresh('x'), settle: true })
      await rig.forget()
      expect(await one.readLease('a')).toEqual({ record: null, authoritative: false })
    })

    test('takes a lease back from its holder, keeps the fence, and ignores others', async () => {
      const first = await taken(one, 'a', 'x')
      await two.release('a', { ...first, fence: first.fence + 1 })
      expect((await one.readLease('a')).record?.owner).toBe('x')
      await one.release('a', first)
      expect((await two.readLease('a')).record).toEqual({ ...first, owner: '' })
    })

    test('tells everybody of each change of the record', async () => {
      const { all, hear } = heard<LeaseRecord>(4)
      await two.onLease('a', hear)
      await two.onLease('other', () => expect.unreachable())
      const first = await taken(one, 'a', 'x')
      await one.renew('a', first)
      await one.release('a', first)
      await taken(one, 'a', 'z')
      expect((await all).map(({ owner, renewals: beat }) => [owner, beat])).toEqual([
        ['x', 0],
        ['x', 1],
        ['', 1],
        ['z', 0],
      ])
    })

    test('passes on what the owner says, in order, numbered without a hole, with every character', async () => {
      const { all, hear } = heard<Frame>(5)
      await two.onFrame('a', hear)
      const held = await taken(one, 'a', 'x')
      const say = (kind: Frame['kind'], text: string, to = '') => one.publish('a', held, { kind, to, text })
      const done = await Promise.all([
        say('hello', 'h'),
        say('snapshot', 'eins\nzwei ₿ \u0000'),
        say('delta', 'd1'),
        say('transient', 'w', 'somebody'),
        say('delta', 'd2'),
      ])
      expect(done).toEqual(['published', 'published', 'published', 'published', 'published'])
      const { fence } = held
      expect(await all).toEqual([
        { kind: 'hello', fence, number: 1, to: '', text: 'h' },
        { kind: 'snapshot', fence, number: 2, to: '', text: 'eins\nzwei ₿ \u0000' },
        { kind: 'delta', fence, number: 3, to: '', text: 'd1' },
        { kind: 'transient', fence, number: 3, to: 'somebody', text: 'w' },
        { kind: 'delta', fence, number: 4, to: '', text: 'd2' },
      ])
      expect(await two.read('a')).toEqual({
        fence,
        number: 4,
        hello: 'h',
        texts: ['eins\nzwei ₿ \u0000', 'd1', 'd2'],
      })
    })

    test('lets nobody speak who is not the owner any more', async () => {
      const first = await taken(one, 'a', 'x')
      await one.publish('a', first, { kind: 'snapshot', to: '', text: 'old' })
      const second = await taken(two, 'a', 'y')
      expect(await one.publish('a', first, { kind: 'snapshot', to: '', text: 'too late' })).toBe('not-owner')
      expect(await one.publish('a', first, { kind: 'delta', to: '', text: 'too late' })).toBe('not-owner')
      expect(await one.publish('a', { ...second, owner: 'x' }, { kind: 'delta', to: '', text: '' })).toBe(
        'not-owner',
      )
      expect((await two.read('a'))?.texts).toEqual(['old'])
    })

    test('lets nobody speak of an account of which nothing is known', async () => {
      const held = { owner: 'x', fence: 1, renewals: 0 }
      expect(await one.publish('a', held, { kind: 'snapshot', to: '', text: 's' })).toBe('not-owner')
      expect(await one.read('a')).toBeNull()
    })

    test('keeps no delta after the snapshot of another owner', async () => {
      const first = await taken(one, 'a', 'x')
      await one.publish('a', first, { kind: 'snapshot', to: '', text: 's1' })
      const second = await taken(two, 'a', 'y')
      expect(await two.publish('a', second, { kind: 'delta', to: '', text: 'd' })).toBe('no-snapshot')
      await two.publish('a', second, { kind: 'snapshot', to: '', text: 's2' })
      expect(await two.publish('a', second, { kind: 'delta', to: '', text: 'd' })).toBe('published')
      expect(await one.read('a')).toMatchObject({ fence: second.fence, texts: ['s2', 'd'] })
    })

    test('carries questions to whoever listens, of that account only, until the listener leaves', async () => {
      const { all, hear } = heard<string>(2)
      const cancel = await one.onRequest('a', hear)
      await one.onRequest('b', () => expect.unreachable())
      await two.request('a', 'first')
      await two.request('a', 'second')
      expect(await all).toEqual(['first', 'second'])
      const after = heard<string>(1)
      await one.onRequest('a', after.hear)
      cancel()
      await two.request('a', 'third')
      expect(await after.all).toEqual(['third'])
      expect(await all).toEqual(['first', 'second'])
    })

    test('lets no more be spent than allowed, however many spend it', async () => {
      const tries = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? one : two).consume('key', LIMITS))
      const waits = await Promise.all(tries)
      expect(waits.filter(wait => wait === 0)).toHaveLength(LIMITS.count)
      for (const wait of waits.filter(wait => wait > 0)) {
        expect(wait).toBeGreaterThan(LIMITS.windowMs - 60_000)
        expect(wait).toBeLessThanOrEqual(LIMITS.windowMs)
      }
      expect(await one.consume('another key', LIMITS)).toBe(0)
    })

    test('gives back what was spent when the window is over', async () => {
      const short = { count: 2, windowMs: 1 }
      for (let left = 6; left > 0; ) if ((await one.consume('key', short)) === 0) left -= 1
      expect(await one.consume('key', { count: 2, windowMs: 100_000 })).toBeGreaterThan(0)
    })
  })
}
