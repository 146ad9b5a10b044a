import { expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { usd } from '../../../src/domain/units.ts'
import { openLiveRelayRig } from '../../support/relay-rig.ts'
import { changeEvent, statusEvent, T0 } from '../../support/samples.ts'

const index = (at: number, indexUsd: number) => changeEvent(at, { kind: 'index', indexUsd: usd(indexUsd) })

test('answers refresh requests from the current state, and refreshes the exchange at intervals', async () => {
  const { clock, first, upstream } = await openLiveRelayRig()
  for (let i = 0; i < 10; i += 1) first.session?.receive('{"type":"refresh_data"}')
  expect(first.kinds().filter(kind => kind === 'snapshot')).toHaveLength(11)
  expect(upstream('ann').refreshed).toBe(1)
  await clock.advance(5_000)
  first.session?.receive('{"type":"refresh_data"}')
  expect(upstream('ann').refreshed).toBe(2)
})

test('sends an error and closes with 4429 after too many messages', async () => {
  const { first, relay } = await openLiveRelayRig()
  for (let i = 0; i < 100; i += 1) first.session?.receive('{"type":"ping","t":1}')
  expect(first.kinds().filter(kind => kind === 'pong')).toHaveLength(40)
  expect(first.received.at(-1)).toMatchObject({ type: 'error', code: 'rate-limited', retryable: true })
  expect(first.closedWith()).toMatchObject({ code: 4429 })
  await Promise.resolve()
  expect(relay.load().connections).toBe(0)
})

test('answers an unreadable message with an error, and closes after a few', async () => {
  const { first } = await openLiveRelayRig()
  first.session?.receive('{{{')
  expect(first.received.at(-1)).toMatchObject({ type: 'error', code: 'unreadable' })
  for (let i = 0; i < 8; i += 1) first.session?.receive('{"type":"buy"}')
  expect(first.closedWith()).toMatchObject({ code: 4429 })
})

test('closes a connection with 4429 when a message costs more tokens than are left', async () => {
  const { first } = await openLiveRelayRig()
  for (let i = 0; i < 36; i += 1) first.session?.receive('{"type":"ping","t":1}')
  expect(first.closedWith()).toBeNull()
  // Four tokens are left, and an unreadable message costs five.
  first.session?.receive('{{{')
  expect(first.received.at(-1)).toMatchObject({ type: 'error', code: 'rate-limited' })
  expect(first.closedWith()).toMatchObject({ code: 4429 })
})

test('skips a peer that does not read, and sends it one snapshot when it has read', async () => {
  const { clock, first, dispatch } = await openLiveRelayRig()
  const before = first.received.length
  first.unread = 65 * 1024
  for (let i = 1; i < 20; i += 1) {
    dispatch(index(T0 + i * 100, 68_000 + i))
    await clock.advance(100)
  }
  expect(first.received).toHaveLength(before)
  first.unread = 0
  await clock.advance(250)
  expect(first.received).toHaveLength(before + 1)
  expect(first.received.at(-1)).toMatchObject({ kind: 'snapshot', seq: 19 })
})

test('closes a peer that never reads with 4408 after 20 s, or at once above the byte limit', async () => {
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

test('closes the clients of a rejected key with 4500 and does not retry it for 10 minutes', async () => {
  const { clock, connect, token, first, dispatch, upstreams } = await openLiveRelayRig()
  const lastError = new AxisorError('key-refused', 'the exchange refused the key')
  dispatch(statusEvent(T0 + 1, { link: 'stopped', lastError }))
  expect(first.received.slice(-2)).toMatchObject([
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

test('opens a new upstream at once for a replaced key, even after a rejection', async () => {
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

test('a refused room without subscribers does not close the room that replaces it', async () => {
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

test('an upstream that stops without subscribers leaves no timer', async () => {
  const { clock, first, dispatch, relay } = await openLiveRelayRig()
  first.session?.closed()
  await clock.advance(1_000)
  dispatch(statusEvent(T0 + 1_000, { link: 'stopped', lastError: new AxisorError('key-refused', 'no') }))
  await relay.stop()
  await clock.settle()
  expect(clock.pendingTimers()).toBe(0)
})

test('closes the socket of a revoked or expired token within a second', async () => {
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

test('closes an open socket at the moment its token expires', async () => {
  const { clock, connect, addUser } = await openLiveRelayRig({ revisionCheckMs: 1_000 })
  const bob = await connect(await addUser('bob', ['read'], T0 + 3_000))
  await clock.advance(T0 + 2_999 - clock.nowMs())
  expect(bob.closedWith()).toBeNull()
  await clock.advance(1)
  expect(bob.closedWith()).toMatchObject({ code: 4401, reason: 'token expired' })
})

test('refuses a token that is revoked during its lookup', async () => {
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

test('limits connections per token, user and address', async () => {
  const { connect, token, addUser } = await openLiveRelayRig({ perToken: 3, perAddress: 4 })
  const peers = [await connect(token), await connect(token), await connect(token)]
  expect(peers.map(peer => peer.closedWith()?.code)).toEqual([undefined, undefined, 4429])
  expect(peers[2]?.received).toMatchObject([{ type: 'error', code: 'rate-limited', retryAfterMs: 5_000 }])
  const bob = await addUser('bob')
  expect((await connect(bob)).closedWith()).toBeNull()
  expect((await connect(bob)).closedWith()).toMatchObject({ code: 4429 })
  expect((await connect(bob, '192.0.2.2')).closedWith()).toBeNull()
  peers[0]?.session?.closed()
  expect((await connect(token)).closedWith()).toBeNull()
})

test('counts unreadable messages from the exchange and sends none of them to clients', async () => {
  const { clock, first, dispatch, relay } = await openLiveRelayRig()
  const before = first.received.length
  for (let i = 0; i < 10_000; i += 1)
    dispatch({ type: 'fault', at: T0 + i, fault: { where: 'stream', message: `is garbage ${i}` } })
  await clock.advance(1_000)
  expect(first.received).toHaveLength(before)
  expect(relay.stats.upstreamFaults).toBe(10_000)
  dispatch(index(T0 + 20_000, 68_000))
  await clock.advance(100)
  expect(first.received.at(-1)).toMatchObject({ kind: 'delta', seq: 1 })
})
