import { expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import { openLiveRelayRig, openRelayRig } from '../../support/relay-rig.ts'
import { changeEvent, resetEvent, SHORT, sampleSnapshot, statusEvent, T0 } from '../../support/samples.ts'

const index = (at: number, indexUsd: number) => changeEvent(at, { kind: 'index', indexUsd: usd(indexUsd) })

test('sends a greeting, then the upstream status, then the first snapshot', async () => {
  const rig = openRelayRig()
  const peer = await rig.connect(await rig.addUser('ann'))
  expect(peer.kinds()).toEqual(['connection'])
  expect(peer.received[0]).toMatchObject({
    protocol: 'axisor.v1',
    user: 'ann',
    network: 'mainnet',
    origin: null,
  })
  rig.upstream('ann').store.dispatch(statusEvent(T0, { link: 'dialing' }))
  await rig.clock.settle()
  expect(peer.kinds()).toEqual(['connection', 'upstream'])
  rig.upstream('ann').store.dispatch(resetEvent(T0))
  await rig.clock.advance(50)
  expect(peer.kinds()).toEqual(['connection', 'upstream', 'snapshot'])
})

test('reports to a new client since when the link is down, over all attempts', async () => {
  const { clock, connect, token, dispatch } = await openLiveRelayRig()
  for (const [at, link] of [
    [T0 + 1_000, 'waiting'],
    [T0 + 2_000, 'dialing'],
    [T0 + 7_000, 'waiting'],
  ] as const)
    dispatch(statusEvent(at, { link, attempt: 1, since: at }))
  const late = await connect(token)
  const since = () => late.received.findLast(({ upstream }) => upstream !== undefined)?.upstream
  expect(since()).toMatchObject({ hop: { link: 'waiting', since: T0 + 1_000 } })
  dispatch(statusEvent(T0 + 9_000, { link: 'live', since: T0 + 9_000 }))
  await clock.advance(50)
  expect(since()).toMatchObject({ hop: { link: 'live', since: T0 + 9_000 } })
})

test('sends the snapshot at once to a later client, over the same upstream', async () => {
  const { connect, token, upstreams } = await openLiveRelayRig()
  const second = await connect(token)
  expect(second.kinds()).toEqual(['connection', 'snapshot'])
  expect(second.received[0]).toMatchObject({ origin: 'exchange' })
  expect(upstreams('ann')).toHaveLength(1)
})

test('merges the changes of a tick into one message: the latest prices, all events', async () => {
  const { clock, first, dispatch } = await openLiveRelayRig()
  dispatch(index(T0 + 1, 68_000))
  dispatch(changeEvent(T0 + 2, { kind: 'announcement', id: 'a', title: 'one', message: null, link: null }))
  dispatch(changeEvent(T0 + 3, { kind: 'announcement', id: 'b', title: 'two', message: null, link: null }))
  dispatch(index(T0 + 4, 68_001))
  await clock.advance(50)
  const last = first.received.at(-1)
  expect(last).toMatchObject({ kind: 'delta', seq: 1, refresh: null })
  expect(last?.changes).toMatchObject([
    { change: { title: 'one', message: null, link: null } },
    { change: { title: 'two', message: null, link: null } },
    { at: T0 + 4, change: { kind: 'index', indexUsd: 68_001 } },
  ])
})

test('increases the number by one, without gaps for clients that join between', async () => {
  const { clock, connect, token, dispatch } = await openLiveRelayRig()
  dispatch(index(T0 + 1, 68_000))
  await clock.advance(50)
  const late = await connect(token)
  dispatch(index(T0 + 60, 68_001))
  await clock.advance(50)
  dispatch(index(T0 + 120, 68_002))
  await clock.advance(50)
  expect(late.received.slice(1).map(({ kind, seq }) => [kind, seq])).toEqual([
    ['snapshot', 1],
    ['delta', 2],
    ['delta', 3],
  ])
})

test('sends a refreshed snapshot as its differences, with the time of confirmation', async () => {
  const { clock, first, dispatch } = await openLiveRelayRig()
  dispatch(resetEvent(T0 + 10_000, { isolated: { value: [SHORT], sourceAt: null, receivedAt: T0 + 9_990 } }))
  await clock.advance(50)
  const { refresh } = first.received.at(-1) as unknown as { refresh: { parts: object; confirmedAt: number } }
  expect(Object.keys(refresh.parts)).toEqual(['isolated'])
  expect(refresh.confirmedAt).toBe(T0 + 10_000)
})

test('sends a part that a change touched whole, even if it reads as before', async () => {
  const { clock, first, dispatch } = await openLiveRelayRig()
  const { value: known } = sampleSnapshot(T0).cross ?? { value: null }
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
  const { refresh } = first.received.at(-1) as unknown as { refresh: { parts: object } }
  expect(Object.keys(refresh.parts)).toEqual(['cross'])
})

test('answers a ping with its value', async () => {
  const { first } = await openLiveRelayRig()
  first.session?.receive('{"type":"ping","t":123.5}')
  expect(first.received.at(-1)).toMatchObject({
    type: 'pong',
    t: 123.5,
    timestamp: new Date(T0).toISOString(),
  })
})

test('sends a heartbeat with the latest number every 10 s', async () => {
  const { clock, first } = await openLiveRelayRig()
  await clock.advance(20_000)
  expect(first.received.slice(-2)).toMatchObject([
    { type: 'heartbeat', seq: 0 },
    { type: 'heartbeat', seq: 0 },
  ])
})

test('broadcasts in slices, and a client that joins between misses and repeats nothing', async () => {
  const { clock, connect, token, dispatch } = await openLiveRelayRig({ sliceSize: 2 })
  const peers = await Promise.all(Array.from({ length: 9 }, () => connect(token)))
  dispatch(index(T0 + 1, 68_000))
  const late = await connect(token)
  await clock.advance(100)
  for (const peer of peers) expect(peer.received.at(-1)).toMatchObject({ kind: 'delta', seq: 1 })
  const seqs = late.received.slice(1).map(({ seq }) => seq)
  expect(seqs).toEqual([...new Set(seqs)])
  expect(seqs.at(-1)).toBe(1)
})

test('sends a history that is too long for a message as null, not in part', async () => {
  const { clock, connect, token, first, dispatch } = await openLiveRelayRig()
  const fee = { settlementId: 's', tradeId: null, at: T0, feeSats: sats(1) }
  const fundingFees = Array.from({ length: 5_000 }, () => fee)
  const history = { since: T0, closed: [], fundingFees, crossFills: null, crossUnknownReason: null }
  dispatch(changeEvent(T0 + 1, { kind: 'history', history }, null))
  await clock.advance(50)
  const late = await connect(token)
  for (const { received } of [first, late]) {
    const text = JSON.stringify(received.at(-1))
    expect(text).toContain('"history":{')
    expect(text).toContain('"closed":[],"fundingFees":null')
  }
})

test('closes the upstream a while after the last client has left', async () => {
  const { clock, first, upstream } = await openLiveRelayRig()
  first.session?.closed()
  await clock.advance(59_000)
  expect(upstream('ann').closed).toBe(false)
  await clock.advance(2_000)
  expect(upstream('ann').closed).toBe(true)
})

test('keeps the upstreams and messages of two users apart', async () => {
  const { clock, addUser, connect, first, upstream, dispatch } = await openLiveRelayRig()
  const bob = await connect(await addUser('bob'))
  upstream('bob').store.dispatch(resetEvent(T0, { isolated: null }))
  await clock.advance(50)
  const before = bob.received.length
  dispatch(
    changeEvent(T0 + 60, { kind: 'announcement', id: 'x', title: 'for ann', message: null, link: null }),
  )
  await clock.advance(100)
  expect(JSON.stringify(first.received)).toContain('for ann')
  expect(bob.received).toHaveLength(before)
  expect(JSON.stringify(bob.received)).not.toContain(SHORT.id)
})

test('closes a token without the scope read with 4403', async () => {
  const rig = openRelayRig()
  const peer = await rig.connect(await rig.addUser('root', ['admin']))
  expect(peer.closedWith()).toMatchObject({ code: 4403 })
})

test('waits for the first snapshot over HTTP, and keeps the tag of an unchanged state', async () => {
  const rig = openRelayRig()
  const grant = await rig.relay.authenticate(await rig.addUser('ann'))
  if (grant === null) throw new Error('no grant')
  const pending = rig.relay.snapshot(grant)
  await rig.clock.settle()
  rig.upstream('ann').store.dispatch(resetEvent(T0))
  await rig.clock.advance(50)
  const first = await pending
  expect(JSON.parse(first?.body ?? '')).toMatchObject({ type: 'data_update', kind: 'snapshot', seq: 0 })
  expect((await rig.relay.snapshot(grant))?.etag).toBe(first?.etag)
  rig.upstream('ann').store.dispatch(index(T0 + 60, 68_000))
  expect((await rig.relay.snapshot(grant))?.etag).not.toBe(first?.etag)
})

test('a stop closes all clients with a reconnect delay and leaves no timer', async () => {
  const { clock, relay, first, upstream } = await openLiveRelayRig()
  await relay.stop()
  expect(first.closedWith()).toMatchObject({ code: 1012 })
  expect(upstream('ann').closed).toBe(true)
  await clock.settle()
  expect(clock.pendingTimers()).toBe(0)
})

test('logs an unreadable database once a minute, and its return once', async () => {
  const { clock, store, logged } = openRelayRig()
  const { revision } = store
  store.revision = async () => {
    throw new AxisorError('unreachable', 'no connection to db')
  }
  await clock.advance(61_000)
  store.revision = revision
  await clock.advance(1_000)
  const errorMessage = '["database not readable",{"code":"unreachable","message":"no connection to db"}]'
  expect(logged).toEqual([errorMessage, errorMessage, '["database readable again",null]'])
})
