import { expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { usd } from '../../../src/domain/units.ts'
import { openLiveRelayRig } from '../../support/relay-rig.ts'
import { changeEvent, statusEvent, T0 } from '../../support/samples.ts'

const index = (at: number, indexUsd: number) => changeEvent(at, { kind: 'index', indexUsd: usd(indexUsd) })

test('a client that asks again is answered from what is known; the exchange is asked once in a while', async () => {
  const { clock, first, upstream } = await openLiveRelayRig()
  for (let i = 0; i < 10; i += 1) first.session?.receive('{"type":"refresh_data"}')
  expect(first.kinds().filter(kind => kind === 'snapshot')).toHaveLength(11)
  expect(upstream('ann').refreshed).toBe(1)
  await clock.advance(5_000)
  first.session?.receive('{"type":"refresh_data"}')
  expect(upstream('ann').refreshed).toBe(2)
})

test('who says too much is told so and closed with 4429', async () => {
  const { first, relay } = await openLiveRelayRig()
  for (let i = 0; i < 100; i += 1) first.session?.receive('{"type":"ping","t":1}')
  expect(first.kinds().filter(kind => kind === 'pong')).toHaveLength(40)
  expect(first.told.at(-1)).toMatchObject({ type: 'error', code: 'rate-limited', retryable: true })
  expect(first.closedWith()).toMatchObject({ code: 4429 })
  await Promise.resolve()
  expect(relay.load().connections).toBe(0)
})

test('a message that cannot be read is answered with an error, and a few of them are too many', async () => {
  const { first } = await openLiveRelayRig()
  first.session?.receive('{{{')
  expect(first.told.at(-1)).toMatchObject({ type: 'error', code: 'unreadable' })
  for (let i = 0; i < 8; i += 1) first.session?.receive('{"type":"buy"}')
  expect(first.closedWith()).toMatchObject({ code: 4429 })
})

test('a peer that does not read is left out, and gets one snapshot when it has read', async () => {
  const { clock, first, dispatch } = await openLiveRelayRig()
  const before = first.told.length
  first.unread = 65 * 1024
  for (let i = 1; i < 20; i += 1) {
    dispatch(index(T0 + i * 100, 68_000 + i))
    await clock.advance(100)
  }
  expect(first.told).toHaveLength(before)
  first.unread = 0
  await clock.advance(250)
  expect(first.told).toHaveLength(before + 1)
  expect(first.told.at(-1)).toMatchObject({ kind: 'snapshot', seq: 19 })
})

test('a peer that never reads is closed with 4408 after 20 s, and at once when far too much waits', async () => {
  const { clock, connect, token, first, dispatch } = await openLiveRelayRig()
  const second = await connect(token)
  first.unread = 65 * 1024
  second.unread = 2 * 1024 * 1024
  dispatch(index(T0 + 1, 68_000))
  await clock.advance(100)
  expect(first.closedWith()).toBeNull()
  expect(second.closedWith()).toMatchObject({ code: 4408 })
  await clock.advance(20_500)
  expect(first.closedWith()).toMatchObject({ code: 4408 })
})

test('a refused key: its clients are told and closed with 4500, and it is not tried again for 10 minutes', async () => {
  const { clock, connect, token, first, dispatch, upstreams } = await openLiveRelayRig()
  const lastError = new AxisorError('key-refused', 'the exchange refused the key')
  dispatch(statusEvent(T0 + 1, { link: 'stopped', lastError }))
  expect(first.told.slice(-2)).toMatchObject([
    { type: 'upstream', upstream: { hop: { link: 'stopped', lastError: { code: 'key-refused' } } } },
    { type: 'error', code: 'key-refused', retryable: false },
  ])
  expect(first.closedWith()).toMatchObject({ code: 4500, reason: 'key-refused' })

  const again = await connect(token)
  expect(again.kinds()).toEqual(['connection', 'upstream', 'error'])
  expect(again.closedWith()).toMatchObject({ code: 4500 })
  expect(upstreams('ann')).toHaveLength(1)

  await clock.advance(600_000)
  await connect(token)
  expect(upstreams('ann')).toHaveLength(2)
})

test('a replaced key begins a new link at once, also after the old one was refused', async () => {
  const { clock, connect, store, token, first, upstreams } = await openLiveRelayRig()
  await clock.advance(500)
  const account = await store.account('ann')
  if (account === null) throw new Error('no account')
  await store.putAccount({ ...account, updatedAt: T0 + 1_000 })
  await clock.advance(1_000)
  expect(first.closedWith()).toMatchObject({ code: 1012 })
  expect(JSON.parse(first.closedWith()?.reason ?? '')).toEqual({ retryAfterMs: 750 })
  expect(upstreams('ann')[0]?.closed).toBe(true)
  await connect(token)
  expect(upstreams('ann')).toHaveLength(2)
})

test('a room that was refused while nobody looked leaves the one that takes its place alone', async () => {
  const { clock, connect, store, token, first, dispatch, relay, upstreams } = await openLiveRelayRig()
  first.session?.closed()
  await clock.advance(1_000)
  const lastError = new AxisorError('key-refused', 'the exchange refused the key')
  dispatch(statusEvent(T0 + 1_000, { link: 'stopped', lastError }))
  const account = await store.account('ann')
  if (account === null) throw new Error('no account')
  await store.putAccount({ ...account, updatedAt: T0 + 2_000 })
  await clock.advance(1_000)

  const again = await connect(token)
  await clock.advance(70_000)
  expect(again.closedWith()).toBeNull()
  expect(relay.load().accounts).toBe(1)
  await connect(token)
  expect(upstreams('ann')).toHaveLength(2)
  await relay.stop()
  expect(upstreams('ann').map(({ closed }) => closed)).toEqual([true, true])
})

test('a link that gives up while nobody looks leaves no timer behind', async () => {
  const { clock, first, dispatch, relay } = await openLiveRelayRig()
  first.session?.closed()
  await clock.advance(1_000)
  dispatch(statusEvent(T0 + 1_000, { link: 'stopped', lastError: new AxisorError('key-refused', 'no') }))
  await relay.stop()
  await clock.settle()
  expect(clock.pendingTimers()).toBe(0)
})

test('a revoked token loses its open socket within a second, and an expired one too', async () => {
  const { clock, relay, store, token, first, addUser, connect } = await openLiveRelayRig()
  const bob = await connect(await addUser('bob', ['read'], T0 + 3_000))
  await store.revokeToken('token of ann', T0)
  await clock.advance(1_000)
  expect(first.closedWith()).toMatchObject({ code: 4401 })
  expect(await relay.authenticate(token)).toBeNull()
  expect(bob.closedWith()).toBeNull()
  await clock.advance(2_500)
  expect(bob.closedWith()).toMatchObject({ code: 4401 })
})

test('a token that is revoked while it is being looked up does not count', async () => {
  const { clock, relay, store, token } = await openLiveRelayRig()
  await clock.advance(500)
  const { promise: late, resolve: arrive } = Promise.withResolvers<void>()
  const { findToken } = store
  store.findToken = async digest => {
    const found = await findToken(digest)
    await late
    return found
  }
  const admitted = relay.authenticate(token)
  store.findToken = findToken
  await store.revokeToken('token of ann', T0)
  await clock.advance(1_000)
  arrive()
  expect(await admitted).toBeNull()
})

test('connections are limited per token, user and address', async () => {
  const { connect, token, addUser } = await openLiveRelayRig({ perToken: 3, perAddress: 4 })
  const peers = [await connect(token), await connect(token), await connect(token)]
  expect(peers.map(peer => peer.closedWith()?.code)).toEqual([undefined, undefined, 4429])
  expect(peers[2]?.told).toMatchObject([{ type: 'error', code: 'rate-limited', retryAfterMs: 5_000 }])
  const bob = await addUser('bob')
  expect((await connect(bob)).closedWith()).toBeNull()
  expect((await connect(bob)).closedWith()).toMatchObject({ code: 4429 })
  expect((await connect(bob, '192.0.2.2')).closedWith()).toBeNull()
  peers[0]?.session?.closed()
  expect((await connect(token)).closedWith()).toBeNull()
})

test('a flood of what cannot be read from the exchange is counted and is no message to anybody', async () => {
  const { clock, first, dispatch, relay } = await openLiveRelayRig()
  const before = first.told.length
  for (let i = 0; i < 10_000; i += 1)
    dispatch({ type: 'fault', at: T0 + i, fault: { where: 'stream', message: `is garbage ${i}` } })
  await clock.advance(1_000)
  expect(first.told).toHaveLength(before)
  expect(relay.stats.upstreamFaults).toBe(10_000)
  dispatch(index(T0 + 20_000, 68_000))
  await clock.advance(100)
  expect(first.told.at(-1)).toMatchObject({ kind: 'delta', seq: 1 })
})
