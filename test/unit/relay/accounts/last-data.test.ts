import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import type { RelayStore } from '../../../../src/ports/relay-store.ts'
import type { Ownership } from '../../../../src/relay/accounts/account-messages.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import { openMetrics } from '../../../../src/relay/http/metrics.ts'
import { type OnOpen, openRelayRig, type RelayRig, tokenOf } from '../../../support/relay-rig.ts'
import { resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Connects a client of a user. The account gets data, or none at all. */
async function open(rig: RelayRig, hasData: boolean, user = 'ann'): Promise<void> {
  await rig.connect(tokenOf(user))
  if (hasData) dispatch(rig, user)
}

/** Data of the account at this moment. */
function dispatch({ upstream, clock }: RelayRig, user = 'ann'): void {
  const { store } = upstream(user)
  store.dispatch(statusEvent(clock.nowMs()))
  store.dispatch(resetEvent(clock.nowMs()))
}

/** Advances the time; the account gets data every 5 s. */
async function live(rig: RelayRig, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5_000) {
    dispatch(rig)
    await rig.clock.advance(5_000)
  }
}

const reportOf = ({ relay }: RelayRig) => relay.accounts()[0]

/** The relay after this one, with the same database. */
const next = ({ clock, store }: RelayRig, onOpen?: OnOpen): RelayRig =>
  openRelayRig({}, onOpen, { clock, store })

async function stop({ relay, clock }: RelayRig): Promise<void> {
  const stopping = relay.stop()
  await clock.settle()
  await stopping
}

async function oldestSeconds({ relay }: RelayRig): Promise<number> {
  const server = { refused: new Map(), cutConnections: () => 0, certificateEndsAt: null }
  const text = await openMetrics(relay, server, '1.2.3').text()
  return Number(/^axisor_relay_oldest_data_seconds (\S+)$/m.exec(text)?.[1])
}

/** Records when times are stored, and can break. */
function watchedStore(): {
  readonly store: RelayStore
  readonly writes: number[]
  broken: boolean | 'hangs'
} {
  const store = openMemoryRelayStore()
  const writes: number[] = []
  const watched = {
    writes,
    broken: false as boolean | 'hangs',
    store: {
      ...store,
      async lastData() {
        if (watched.broken !== false) throw new AxisorError('config', 'the disk is full')
        return store.lastData()
      },
      async putLastData(times: ReadonlyMap<string, number>, now: number) {
        if (watched.broken === 'hangs') return new Promise<void>(() => {})
        if (watched.broken) throw new AxisorError('config', 'the disk is full')
        writes.push(times.size)
        await store.putLastData(times, now)
      },
    },
  }
  return watched
}

describe('the age of an account', () => {
  test('goes on over a stop and a start while the exchange is away, with the time in words', async () => {
    const first = openRelayRig()
    await first.addUser('ann')
    await open(first, true)
    await first.clock.advance(20_000)
    await stop(first)
    await first.clock.jump(HOUR)
    const second = next(first)
    await open(second, false)
    const report = reportOf(second)
    expect(report).toMatchObject({ isStale: true, hasData: false })
    expect(report?.ageMs).toBe(second.clock.nowMs() - T0)
    expect(report?.staleReasons).toEqual([
      `no data since the start; the last before it was at ${new Date(T0).toISOString().slice(0, 19).replace('T', ' ')}Z`,
    ])
    expect(await oldestSeconds(second)).toBe((second.clock.nowMs() - T0) / 1000)
    dispatch(second)
    expect(reportOf(second)).toMatchObject({ isStale: false, hasData: true, ageMs: 0, staleReasons: [] })
  })

  test('goes on over crashes, again and again', async () => {
    let rig = openRelayRig()
    await rig.addUser('ann')
    await open(rig, true)
    await live(rig, 5 * MINUTE)
    const dataUntil = rig.clock.nowMs()
    for (let crash = 0; crash < 30; crash++) {
      rig = next(rig)
      await open(rig, false)
      await rig.clock.advance(20_000)
    }
    const ageMs = rig.clock.nowMs() - dataUntil
    expect(reportOf(rig)?.ageMs).toBeGreaterThanOrEqual(ageMs)
    expect(reportOf(rig)?.ageMs).toBeLessThan(ageMs + 80_000)
  })

  test('counts from the opening if the account never had data', async () => {
    const rig = openRelayRig()
    await rig.addUser('ann')
    await open(rig, false)
    await rig.clock.advance(40_000)
    await stop(rig)
    const second = next(rig)
    await open(second, false)
    await second.clock.advance(35_000)
    expect(reportOf(second)).toMatchObject({
      ...{ ageMs: 35_000, isStale: true, staleReasons: ['no data yet since the start'] },
    })
    expect(await second.store.lastData()).toEqual(new Map())
  })

  test('is never negative after a clock that ran ahead', async () => {
    const rig = openRelayRig()
    await rig.addUser('ann')
    await rig.store.putLastData(new Map([['ann', T0 + HOUR]]), T0 + HOUR)
    await open(rig, false)
    expect(reportOf(rig)?.ageMs).toBe(0)
    await rig.clock.advance(35_000)
    expect(reportOf(rig)?.ageMs).toBe(35_000)
    dispatch(rig)
    await rig.clock.advance(10_000)
    expect(await rig.store.lastData()).toEqual(new Map([['ann', T0 + 35_000]]))
  })

  test('is of the wall clock after that was set back', async () => {
    const rig = openRelayRig()
    await rig.addUser('ann')
    rig.clock.setBack(HOUR)
    await open(rig, true)
    await stop(rig)
    expect(await rig.store.lastData()).toEqual(new Map([['ann', T0 - HOUR]]))
    await rig.clock.jump(MINUTE)
    const second = next(rig)
    await open(second, false)
    expect(reportOf(second)?.ageMs).toBe(second.clock.nowMs() - T0)
  })

  test('goes on after the wall clock was set back while the account had data', async () => {
    const rig = openRelayRig()
    await rig.addUser('ann')
    await open(rig, true)
    await live(rig, 2 * MINUTE)
    rig.clock.setBack(HOUR)
    await live(rig, 2 * MINUTE)
    const lastAt = rig.clock.nowMs() - 5_000
    await stop(rig)
    expect(await rig.store.lastData()).toEqual(new Map([['ann', lastAt - HOUR]]))
    await rig.clock.jump(MINUTE)
    const second = next(rig)
    await open(second, false)
    expect(reportOf(second)?.ageMs).toBe(second.clock.nowMs() - lastAt)
  })

  test('counts from the opening again once nothing has needed the account', async () => {
    const rig = openRelayRig({ lingerMs: 1_000 })
    await rig.addUser('ann')
    const peer = await rig.connect(tokenOf('ann'))
    dispatch(rig)
    await rig.clock.advance(15_000)
    expect((await rig.store.lastData()).size).toBe(1)
    peer.session?.closed()
    await rig.clock.advance(HOUR)
    expect(await rig.store.lastData()).toEqual(new Map())
    await open(rig, false)
    expect(reportOf(rig)?.ageMs).toBe(0)
  })
})

describe('the times of data', () => {
  test('of an account that is closed during a slow write are forgotten', async () => {
    const store = openMemoryRelayStore()
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    const slow: RelayStore = {
      ...store,
      async putLastData(times, now) {
        await store.putLastData(times, now)
        await answered
      },
    }
    const rig = openRelayRig({ lingerMs: 1_000 }, undefined, { store: slow })
    await rig.addUser('ann')
    const peer = await rig.connect(tokenOf('ann'))
    dispatch(rig)
    await rig.clock.advance(10_000)
    peer.session?.closed()
    await rig.clock.advance(2_000)
    answer()
    await rig.clock.advance(20_000)
    expect(await store.lastData()).toEqual(new Map())
    await open(rig, false)
    expect(reportOf(rig)?.ageMs).toBe(0)
  })

  test('are written together, at most once a minute, and not again while they are the same', async () => {
    const watched = watchedStore()
    const rig = openRelayRig({}, undefined, { store: watched.store })
    for (const user of ['ann', 'bob']) {
      await rig.addUser(user)
      await open(rig, true, user)
    }
    await rig.clock.advance(10_000)
    expect(watched.writes).toEqual([2])
    await live(rig, 10 * MINUTE)
    expect(watched.writes.length).toBeGreaterThan(8)
    expect(watched.writes.length).toBeLessThanOrEqual(12)
    const before = watched.writes.length
    await rig.clock.advance(3 * MINUTE)
    expect(watched.writes.length).toBeLessThanOrEqual(before + 1)
  })

  test('are written by the relay that requests the account', async () => {
    let isOwner = false
    const ownership: Ownership = { isOwner: () => isOwner, onChange: () => () => {} }
    const rig = openRelayRig({}, (_, upstream) => Object.assign(upstream, { ownership }))
    await rig.addUser('ann')
    await open(rig, true)
    await live(rig, 2 * MINUTE)
    expect(await rig.store.lastData()).toEqual(new Map())
    isOwner = true
    await live(rig, 10_000)
    expect((await rig.store.lastData()).size).toBe(1)
  })

  test('that can not be stored harm nothing, are logged once an hour, and are stored later', async () => {
    const watched = watchedStore()
    watched.broken = true
    const rig = openRelayRig({}, undefined, { store: watched.store })
    await rig.addUser('ann')
    await open(rig, true)
    await live(rig, 5 * MINUTE)
    expect(reportOf(rig)).toMatchObject({ isStale: false, hasData: true })
    const lines = () => rig.logged.filter(line => line.includes('times of data not stored'))
    expect(lines()).toEqual(['["times of data not stored",{"code":"config"}]'])
    watched.broken = false
    await live(rig, 10_000)
    expect((await rig.store.lastData()).size).toBe(1)
  })

  test('hold up the stop of a relay for a second at most', async () => {
    const watched = watchedStore()
    watched.broken = 'hangs'
    const rig = openRelayRig({}, undefined, { store: watched.store })
    await rig.addUser('ann')
    await open(rig, true)
    let isStopped = false
    const stopping = rig.relay.stop().then(() => {
      isStopped = true
    })
    await rig.clock.advance(999)
    expect(isStopped).toBe(false)
    await rig.clock.advance(1)
    await stopping
    expect(rig.clock.pendingTimers()).toBe(0)
  })
})
