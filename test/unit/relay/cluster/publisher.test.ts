import { beforeEach, describe, expect, test } from 'vitest'
import type { BrokerFrame, LeaseRecord } from '../../../../src/ports/broker.ts'
import { CLUSTER_HEARTBEAT_MS, Publisher } from '../../../../src/relay/cluster/publisher.ts'
import { openStore, type Store } from '../../../../src/store/store.ts'
import { decodeRelayMessage } from '../../../../src/wire/relay/decode.ts'
import type { RelayMessage } from '../../../../src/wire/relay/messages.ts'
import { BrokerEngine } from '../../../support/broker-engine.ts'
import { type FakeClock, openFakeClock } from '../../../support/fake-clock.ts'
import { type MemoryBroker, openMemoryBroker } from '../../../support/memory-broker.ts'
import { changeEvent, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

describe('the publisher of an owned account', () => {
  let clock: FakeClock
  let engine: BrokerEngine
  let broker: MemoryBroker
  let store: Store
  let frames: BrokerFrame[]
  let held: LeaseRecord | null
  let refreshes: number

  beforeEach(() => {
    clock = openFakeClock(T0)
    engine = new BrokerEngine()
    broker = openMemoryBroker(clock, engine)
    store = openStore()
    frames = []
    refreshes = 0
    const taken = engine.acquire('a', { owner: 'me', expected: null, floor: 0, settle: true })
    held = taken.ok ? taken.record : null
    engine.listeners.add({ lease() {}, request() {}, frame: (_, frame) => void frames.push(frame) })
  })

  async function publish(): Promise<Publisher> {
    const refresh = () => {
      refreshes += 1
    }
    const publisher = new Publisher(
      { clock, random: { float: () => 0.5, hex: () => 'e1' }, broker },
      { account: 'a', userName: 'alice', upstream: { store, refresh }, lease: () => held },
    )
    await clock.settle()
    return publisher
  }

  function price(usd: number): void {
    store.dispatch(changeEvent(clock.nowMs(), { kind: 'last-price', lastPriceUsd: usd as never }))
  }

  const kinds = () => frames.map(({ kind }) => kind)
  const message = (frame: BrokerFrame | undefined): RelayMessage => {
    const decoded = decodeRelayMessage(frame?.text ?? '')
    if (!decoded.ok) throw new Error(decoded.fault.message)
    return decoded.value
  }

  test('publishes a greeting and a snapshot, then deltas, and heartbeats while idle', async () => {
    store.dispatch(statusEvent(T0))
    store.dispatch(resetEvent(T0))
    const publisher = await publish()
    expect(kinds()).toEqual(['hello', 'snapshot', 'transient'])
    expect(message(frames[0])).toMatchObject({
      type: 'connection',
      user: 'alice',
      heartbeatMs: CLUSTER_HEARTBEAT_MS,
    })
    expect(message(frames[1])).toMatchObject({ type: 'snapshot', seq: 0 })
    frames.length = 0
    price(90_000)
    price(90_001)
    await clock.advance(100)
    expect(kinds()).toEqual(['delta'])
    expect(message(frames[0])).toMatchObject({
      type: 'delta',
      seq: 1,
      changes: [{ change: { lastPriceUsd: 90_001 } }],
    })
    frames.length = 0
    await clock.advance(CLUSTER_HEARTBEAT_MS)
    expect(frames.map(frame => message(frame).type)).toEqual(['heartbeat'])
    publisher.close()
    expect(clock.pendingTimers()).toBe(0)
  })

  test('publishes the upstream status before the first snapshot', async () => {
    store.dispatch(statusEvent(T0, { link: 'dialing' }))
    await publish()
    const upstream = frames.map(message).find(({ type }) => type === 'upstream')
    expect(upstream).toMatchObject({ upstream: { hop: { link: 'dialing' } } })
    expect(engine.read('a')).toBeNull()
  })

  test('publishes a snapshot after 64 deltas, so that the broker never retains more', async () => {
    store.dispatch(resetEvent(T0))
    await publish()
    for (let i = 0; i < 200; i += 1) {
      price(90_000 + i)
      await clock.advance(25)
      expect(engine.read('a')?.texts.length).toBeLessThanOrEqual(66)
    }
    expect(kinds().filter(kind => kind === 'snapshot').length).toBeGreaterThanOrEqual(3)
    expect(kinds().filter(kind => kind === 'delta')).toHaveLength(200)
  })

  test('publishes a snapshot after the broker was unreachable or has lost its data', async () => {
    store.dispatch(resetEvent(T0))
    await publish()
    broker.link(false)
    price(91_000)
    await clock.advance(500)
    engine.forget()
    if (held !== null) engine.renew('a', held)
    broker.link(true)
    await clock.advance(500)
    const kept = engine.read('a')
    expect(kept?.texts).toHaveLength(1)
    expect(message({ text: kept?.texts[0] ?? '' } as BrokerFrame)).toMatchObject({
      snapshot: { ticker: { value: { lastPriceUsd: 91_000 } } },
    })
  })

  test('publishes nothing after the lease is lost', async () => {
    store.dispatch(resetEvent(T0))
    await publish()
    frames.length = 0
    held = null
    price(92_000)
    await clock.advance(5_000)
    expect(frames).toEqual([])
  })

  test('answers a ping with its clock, to the sender only', async () => {
    store.dispatch(resetEvent(T0))
    await publish()
    frames.length = 0
    engine.request('a', 'follower\n{"type":"ping","t":7}')
    await clock.settle()
    expect(frames).toMatchObject([{ kind: 'transient', to: 'follower' }])
    expect(message(frames[0])).toEqual({ type: 'pong', sentAt: clock.nowMs(), t: 7 })
    engine.request('a', 'follower\nnonsense')
    engine.request('a', '')
    await clock.settle()
    expect(frames).toHaveLength(1)
  })

  test('publishes one snapshot for simultaneous requests, and refreshes the exchange at most every 2 s', async () => {
    store.dispatch(resetEvent(T0))
    await publish()
    await clock.advance(1_000)
    frames.length = 0
    for (let i = 0; i < 20; i += 1) engine.request('a', `${i}\n{"type":"refresh_data"}`)
    await clock.advance(240)
    expect(kinds().filter(kind => kind === 'snapshot')).toHaveLength(1)
    expect(refreshes).toBe(1)
    engine.request('a', 'x\n{"type":"refresh_data"}')
    await clock.advance(1_000)
    expect(kinds().filter(kind => kind === 'snapshot')).toHaveLength(2)
    expect(refreshes).toBe(1)
  })
})
