import { expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { usd } from '../../../src/domain/units.ts'
import { changeEvent, madePicture, resetEvent, SHORT, statusEvent, T0 } from '../../world/made.ts'
import { openRelayRig } from '../../world/relay-rig.ts'

const index = (at: number, indexUsd: number) => changeEvent(at, { kind: 'index', indexUsd: usd(indexUsd) })

/** A rig with one user, whose picture is there. */
async function withPicture(limits = {}) {
  const rig = openRelayRig(limits)
  const token = await rig.addUser('ann')
  const first = await rig.connect(token)
  const { store } = rig.upstream('ann')
  store.dispatch(statusEvent(T0))
  store.dispatch(resetEvent(T0))
  await rig.clock.settle()
  return { ...rig, token, first, dispatch: store.dispatch }
}

test('a client is greeted, then told how the link is, then the picture as soon as there is one', async () => {
  const rig = openRelayRig()
  const peer = await rig.connect(await rig.addUser('ann'))
  expect(peer.kinds()).toEqual(['connection'])
  expect(peer.told[0]).toMatchObject({ protocol: 'axisor.v1', user: 'ann', network: 'mainnet', origin: null })
  rig.upstream('ann').store.dispatch(statusEvent(T0, { link: 'dialing' }))
  await rig.clock.settle()
  expect(peer.kinds()).toEqual(['connection', 'upstream'])
  rig.upstream('ann').store.dispatch(resetEvent(T0))
  await rig.clock.advance(50)
  expect(peer.kinds()).toEqual(['connection', 'upstream', 'snapshot'])
})

test('who comes later is told the picture at once, over the same link', async () => {
  const { connect, token, upstreams } = await withPicture()
  const second = await connect(token)
  expect(second.kinds()).toEqual(['connection', 'snapshot'])
  expect(second.told[0]).toMatchObject({ origin: 'exchange' })
  expect(upstreams('ann')).toHaveLength(1)
})

test('what happens within a tick is told in one message: of prices the newest, of happenings all', async () => {
  const { clock, first, dispatch } = await withPicture()
  dispatch(index(T0 + 1, 68_000))
  dispatch(changeEvent(T0 + 2, { kind: 'announcement', id: 'a', title: 'one' }))
  dispatch(changeEvent(T0 + 3, { kind: 'announcement', id: 'b', title: 'two' }))
  dispatch(index(T0 + 4, 68_001))
  await clock.advance(50)
  const last = first.told.at(-1)
  expect(last).toMatchObject({ kind: 'delta', seq: 1, picture: null })
  expect(last?.changes).toMatchObject([
    { change: { title: 'one' } },
    { change: { title: 'two' } },
    { at: T0 + 4, change: { kind: 'index', indexUsd: 68_001 } },
  ])
})

test('numbers grow by one, and those who come in between see no gap', async () => {
  const { clock, connect, token, dispatch } = await withPicture()
  dispatch(index(T0 + 1, 68_000))
  await clock.advance(50)
  const late = await connect(token)
  dispatch(index(T0 + 60, 68_001))
  await clock.advance(50)
  dispatch(index(T0 + 120, 68_002))
  await clock.advance(50)
  expect(late.told.slice(1).map(({ kind, seq }) => [kind, seq])).toEqual([
    ['snapshot', 1],
    ['delta', 2],
    ['delta', 3],
  ])
})

test('a picture that was read again is told as what differs, and when the rest was confirmed', async () => {
  const { clock, first, dispatch } = await withPicture()
  dispatch(resetEvent(T0 + 10_000, { isolated: { value: [SHORT], sourceAt: null, receivedAt: T0 + 9_990 } }))
  await clock.advance(50)
  const { picture } = first.told.at(-1) as unknown as { picture: { parts: object; confirmedAt: number } }
  expect(Object.keys(picture.parts)).toEqual(['isolated'])
  expect(picture.confirmedAt).toBe(T0 + 10_000)
})

test('a part that a change has touched since is told whole, though it reads as before', async () => {
  const { clock, first, dispatch } = await withPicture()
  const { value: known } = madePicture(T0).cross ?? { value: null }
  if (known === null) throw new Error('no cross account')
  dispatch(
    changeEvent(T0 + 100, {
      kind: 'cross-position',
      event: 'closed',
      cross: { ...known, position: null, updatedAt: null },
    }),
  )
  await clock.advance(50)
  dispatch(resetEvent(T0 + 10_000))
  await clock.advance(50)
  const { picture } = first.told.at(-1) as unknown as { picture: { parts: object } }
  expect(Object.keys(picture.parts)).toEqual(['cross'])
})

test('a client that asks again is answered from what is known; the exchange is asked once in a while', async () => {
  const { clock, first, upstream } = await withPicture()
  for (let i = 0; i < 10; i += 1) first.session?.receive('{"type":"refresh_data"}')
  expect(first.kinds().filter(kind => kind === 'snapshot')).toHaveLength(11)
  expect(upstream('ann').refreshed).toBe(1)
  await clock.advance(5_000)
  first.session?.receive('{"type":"refresh_data"}')
  expect(upstream('ann').refreshed).toBe(2)
})

test('a ping is answered with what was sent', async () => {
  const { first } = await withPicture()
  first.session?.receive('{"type":"ping","t":123.5}')
  expect(first.told.at(-1)).toMatchObject({ type: 'pong', t: 123.5, timestamp: new Date(T0).toISOString() })
})

test('who says too much is told so and closed with 4429', async () => {
  const { first, relay } = await withPicture()
  for (let i = 0; i < 100; i += 1) first.session?.receive('{"type":"ping","t":1}')
  expect(first.kinds().filter(kind => kind === 'pong')).toHaveLength(40)
  expect(first.told.at(-1)).toMatchObject({ type: 'error', code: 'rate-limited', retryable: true })
  expect(first.closedWith()).toMatchObject({ code: 4429 })
  await Promise.resolve()
  expect(relay.load().connections).toBe(0)
})

test('a message that cannot be read is answered with an error, and a few of them are too many', async () => {
  const { first } = await withPicture()
  first.session?.receive('{{{')
  expect(first.told.at(-1)).toMatchObject({ type: 'error', code: 'unreadable' })
  for (let i = 0; i < 8; i += 1) first.session?.receive('{"type":"buy"}')
  expect(first.closedWith()).toMatchObject({ code: 4429 })
})

test('a quiet relay says every 10 s that it is there, with the newest number', async () => {
  const { clock, first } = await withPicture()
  await clock.advance(20_000)
  expect(first.told.slice(-2)).toMatchObject([
    { type: 'heartbeat', seq: 0 },
    { type: 'heartbeat', seq: 0 },
  ])
})

test('a peer that does not read is left out, and gets one snapshot when it has read', async () => {
  const { clock, first, dispatch } = await withPicture()
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
  const { clock, connect, token, first, dispatch } = await withPicture()
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

test('thousands are told in slices, and who comes in the middle misses nothing and hears nothing twice', async () => {
  const { clock, connect, token, dispatch } = await withPicture({ sliceSockets: 2 })
  const peers = await Promise.all(Array.from({ length: 9 }, () => connect(token)))
  dispatch(index(T0 + 1, 68_000))
  const late = await connect(token)
  await clock.advance(100)
  for (const peer of peers) expect(peer.told.at(-1)).toMatchObject({ kind: 'delta', seq: 1 })
  const seqs = late.told.slice(1).map(({ seq }) => seq)
  expect(seqs).toEqual([...new Set(seqs)])
  expect(seqs.at(-1)).toBe(1)
})

test('the link is kept for a while after the last has left, then closed', async () => {
  const { clock, first, upstream } = await withPicture()
  first.session?.closed()
  await clock.advance(59_000)
  expect(upstream('ann').closed).toBe(false)
  await clock.advance(2_000)
  expect(upstream('ann').closed).toBe(true)
})

test('two users have two links, and neither hears of the other', async () => {
  const { clock, addUser, connect, first, upstream, dispatch } = await withPicture()
  const bob = await connect(await addUser('bob'))
  upstream('bob').store.dispatch(resetEvent(T0, { isolated: null }))
  await clock.advance(50)
  const before = bob.told.length
  dispatch(changeEvent(T0 + 60, { kind: 'announcement', id: 'x', title: 'for ann' }))
  await clock.advance(100)
  expect(JSON.stringify(first.told)).toContain('for ann')
  expect(bob.told).toHaveLength(before)
  expect(JSON.stringify(bob.told)).not.toContain(SHORT.id)
})

test('a refused key: its clients are told and closed with 4500, and it is not tried again for 10 minutes', async () => {
  const { clock, connect, token, first, dispatch, upstreams } = await withPicture()
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
  const { clock, connect, store, token, first, upstreams } = await withPicture()
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

test('a revoked token loses its open socket within a second, and an expired one too', async () => {
  const { clock, relay, store, token, first, addUser, connect } = await withPicture()
  const bob = await connect(await addUser('bob', ['read'], T0 + 3_000))
  await store.revokeToken('token of ann', T0)
  await clock.advance(1_000)
  expect(first.closedWith()).toMatchObject({ code: 4401 })
  expect(await relay.authenticate(token)).toBeNull()
  expect(bob.closedWith()).toBeNull()
  await clock.advance(2_500)
  expect(bob.closedWith()).toMatchObject({ code: 4401 })
})

test('connections are limited per token, user and address', async () => {
  const { connect, token, addUser } = await withPicture({ perToken: 3, perAddress: 4 })
  const peers = [await connect(token), await connect(token), await connect(token)]
  expect(peers.map(peer => peer.closedWith()?.code)).toEqual([undefined, undefined, 4429])
  const bob = await addUser('bob')
  expect((await connect(bob)).closedWith()).toBeNull()
  expect((await connect(bob)).closedWith()).toMatchObject({ code: 4429 })
  expect((await connect(bob, '192.0.2.2')).closedWith()).toBeNull()
  peers[0]?.session?.closed()
  expect((await connect(token)).closedWith()).toBeNull()
})

test('a token that may not read is closed with 4403', async () => {
  const rig = openRelayRig()
  const peer = await rig.connect(await rig.addUser('root', ['admin']))
  expect(peer.closedWith()).toMatchObject({ code: 4403 })
})

test('a snapshot over HTTP waits for the first picture; the same state has the same tag', async () => {
  const rig = openRelayRig()
  const grant = await rig.relay.authenticate(await rig.addUser('ann'))
  if (grant === null) throw new Error('no grant')
  const asked = rig.relay.snapshot(grant)
  await rig.clock.settle()
  rig.upstream('ann').store.dispatch(resetEvent(T0))
  await rig.clock.advance(50)
  const first = await asked
  expect(JSON.parse(first?.body ?? '')).toMatchObject({ type: 'data_update', kind: 'snapshot', seq: 0 })
  expect((await rig.relay.snapshot(grant))?.etag).toBe(first?.etag)
  rig.upstream('ann').store.dispatch(index(T0 + 60, 68_000))
  expect((await rig.relay.snapshot(grant))?.etag).not.toBe(first?.etag)
})

test('a stop sends everybody away for a moment and leaves nothing behind', async () => {
  const { clock, relay, first, upstream } = await withPicture()
  await relay.stop()
  expect(first.closedWith()).toMatchObject({ code: 1012 })
  expect(upstream('ann').closed).toBe(true)
  await clock.settle()
  expect(clock.waiting()).toBe(0)
})
