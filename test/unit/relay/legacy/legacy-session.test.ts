import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { usd } from '../../../../src/domain/units.ts'
import { LEGACY_PROTOCOL } from '../../../../src/wire/relay/legacy.ts'
import { openLiveRelayRig, openRelayRig } from '../../../support/relay-rig.ts'
import { changeEvent, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

const REFRESH = JSON.stringify({ type: 'refresh_data', userId: 'bob' })
const ADDRESS = '192.0.2.7'

/** A relay with one user, who has a snapshot and a client of the old system. */
async function openRig(limits: Parameters<typeof openLiveRelayRig>[0] = {}) {
  const rig = await openLiveRelayRig(limits)
  const peer = await rig.connect(rig.token, ADDRESS, LEGACY_PROTOCOL)
  return { ...rig, peer, refresh: () => peer.session?.receive(REFRESH) }
}

/** A relay whose user has a client of the old system and no snapshot yet. */
async function openEmptyRig() {
  const rig = openRelayRig()
  const peer = await rig.connect(await rig.addUser('ann'), ADDRESS, LEGACY_PROTOCOL)
  return { ...rig, peer, refresh: () => peer.session?.receive(REFRESH) }
}

const price = (at: number, lastPriceUsd: number) =>
  changeEvent(at, { kind: 'last-price', lastPriceUsd: usd(lastPriceUsd) })

describe('a client of the old system', () => {
  test('is greeted, then receives nothing that it did not request', async () => {
    const { clock, peer, dispatch } = await openRig()
    expect(peer.received).toEqual([
      {
        type: 'connection',
        message: 'Connected to WebSocket server',
        userId: 'ann',
        timestamp: new Date(T0).toISOString(),
      },
    ])
    dispatch(price(T0 + 1, 70_000))
    await clock.advance(25_000)
    expect(peer.received).toHaveLength(1)
  })

  test('receives the data of its own account, whatever user it names', async () => {
    const { peer, refresh } = await openRig()
    refresh()
    expect(peer.kinds()).toEqual(['connection', 'data_update'])
    expect(peer.received[1]).toMatchObject({ data: { user: { username: 'trader' } } })
  })

  test('receives at each request what is known then', async () => {
    const { clock, peer, refresh, dispatch } = await openRig()
    refresh()
    dispatch(price(T0 + 60, 70_001))
    await clock.advance(100)
    refresh()
    const prices = peer.received
      .slice(1)
      .map(({ data }) => (data as { market: { lastPrice: number } }).market)
    expect(prices.map(({ lastPrice }) => lastPrice)).toEqual([68_420.5, 70_001])
  })

  test('refreshes the exchange no more often than other clients do, all together', async () => {
    const { clock, first, upstream, refresh } = await openRig()
    refresh()
    refresh()
    first.session?.receive('{"type":"refresh_data"}')
    expect((upstream('ann') as unknown as { refreshed: number }).refreshed).toBe(1)
    await clock.advance(5_000)
    refresh()
    expect((upstream('ann') as unknown as { refreshed: number }).refreshed).toBe(2)
  })

  test('is answered when the first snapshot arrives', async () => {
    const { clock, peer, refresh, upstream } = await openEmptyRig()
    refresh()
    upstream('ann').store.dispatch(statusEvent(T0))
    await clock.advance(500)
    expect(peer.kinds()).toEqual(['connection'])
    upstream('ann').store.dispatch(resetEvent(T0))
    expect(peer.kinds()).toEqual(['connection', 'data_update'])
    await clock.advance(20_000)
    expect(peer.kinds()).toEqual(['connection', 'data_update'])
  })

  test('receives an error if there is no snapshot in time, and may request again', async () => {
    const { clock, peer, refresh, upstream } = await openEmptyRig()
    refresh()
    await clock.advance(8_000)
    expect(peer.received[1]).toEqual({
      type: 'error',
      message: 'Failed to fetch data',
      error: 'there is no snapshot of the account yet',
      timestamp: new Date(T0 + 8_000).toISOString(),
      code: 'unavailable',
      retryable: true,
    })
    upstream('ann').store.dispatch(resetEvent(T0 + 8_000))
    expect(peer.kinds()).toEqual(['connection', 'error'])
    refresh()
    expect(peer.kinds()).toEqual(['connection', 'error', 'data_update'])
  })

  test('can tell stale data by its timestamp alone, and receives the reason', async () => {
    const { clock, peer, refresh } = await openRig()
    await clock.advance(45_000)
    refresh()
    expect(peer.kinds()).toEqual(['connection', 'data_update', 'error'])
    expect(peer.received[1]).toMatchObject({
      timestamp: new Date(T0 - 80).toISOString(),
      data: { stale: true, ageMs: 45_080 },
    })
    expect(peer.received[2]).toMatchObject({
      message: 'Failed to fetch data',
      error: expect.stringContaining('45 s old'),
      timestamp: new Date(T0 + 45_000).toISOString(),
    })
  })

  test('receives the answer of the exchange while it refuses the key', async () => {
    const { clock, peer, refresh, dispatch } = await openRig()
    const error = new AxisorError('key-refused', 'Signature is not valid')
    const refusal = { since: T0, attempt: 1, retryAt: T0 + 60_000, error }
    dispatch(statusEvent(T0 + 1, { link: 'waiting', refusal }))
    await clock.advance(45_000)
    refresh()
    expect(peer.received[2]).toMatchObject({ type: 'error', error: 'Signature is not valid' })
  })
})

describe('a connection of a client of the old system', () => {
  test('ends with 4500 and the cause if the key never worked', async () => {
    const { peer, upstream, clock } = await openEmptyRig()
    const lastError = new AxisorError('key-refused', 'Signature is not valid')
    upstream('ann').store.dispatch(statusEvent(T0, { link: 'stopped', lastError }))
    await clock.settle()
    expect(peer.received[1]).toMatchObject({
      type: 'error',
      message: 'Failed to fetch data',
      error: 'Signature is not valid',
      code: 'key-refused',
      retryable: false,
    })
    expect(peer.closedWith()).toEqual({ code: 4500, reason: 'key-refused' })
  })

  test.each([
    [new AxisorError('no-credentials', 'the user has no exchange key'), 4500],
    [new AxisorError('unavailable', 'the relay cannot read its database'), 1012],
  ] as const)('ends if the account cannot be watched: %s', async (error, code) => {
    const rig = openRelayRig({}, () => {
      throw error
    })
    const peer = await rig.connect(await rig.addUser('ann'), ADDRESS, LEGACY_PROTOCOL)
    expect(peer.kinds()).toEqual(['connection', 'error'])
    expect(peer.received[1]).toMatchObject({ message: 'Failed to fetch data', error: error.message })
    expect(peer.closedWith()).toEqual({ code, reason: error.code })
    expect(rig.relay.load().connections).toBe(0)
  })

  test('ends with 1012 and a delay if the key is replaced, and when the relay stops', async () => {
    const { peer, store, clock, connect, token, relay } = await openRig()
    const account = await store.account('ann')
    if (account === null) throw new Error('no account')
    await store.putAccount({ ...account, updatedAt: T0 + 1_000 })
    await clock.advance(1_000)
    expect(peer.closedWith()).toMatchObject({ code: 1012, reason: expect.stringContaining('retryAfterMs') })
    const next = await connect(token, ADDRESS, LEGACY_PROTOCOL)
    await relay.stop()
    expect(next.closedWith()).toMatchObject({ code: 1012, reason: expect.stringContaining('retryAfterMs') })
  })

  test('ends with 4401 within a second of the revocation of its token', async () => {
    const { peer, store, clock } = await openRig()
    await store.revokeToken('token of ann', T0)
    await clock.advance(1_000)
    expect(peer.closedWith()?.code).toBe(4401)
  })

  test('ends with 4403 and 4429 like any other, and with an error in its own shape', async () => {
    const rig = openRelayRig({ perToken: 1 })
    const alerts = await rig.connect(await rig.addUser('bob', ['alerts']), ADDRESS, LEGACY_PROTOCOL)
    expect(alerts.closedWith()?.code).toBe(4403)
    expect(alerts.received).toMatchObject([{ type: 'error', message: 'Failed to fetch data' }])
    const token = await rig.addUser('ann')
    await rig.connect(token)
    const second = await rig.connect(token, ADDRESS, LEGACY_PROTOCOL)
    expect(second.received).toMatchObject([{ type: 'error', error: 'too many connections' }])
    expect(second.closedWith()?.code).toBe(4429)
  })

  test('ends with 4429 after too many messages; unreadable ones count five times', async () => {
    const many = await openRig({ messageBurst: 10 })
    for (let i = 0; i < 11; i += 1) many.refresh()
    expect(many.peer.kinds().filter(kind => kind === 'data_update')).toHaveLength(10)
    expect(many.peer.received.at(-1)).toMatchObject({ error: 'too many messages', retryAfterMs: 2_000 })
    expect(many.peer.closedWith()?.code).toBe(4429)
    const bad = await openRig({ messageBurst: 10 })
    for (const text of ['{', '{"type":"ping","t":1}', '{"type":"subscribe"}']) bad.peer.session?.receive(text)
    expect(bad.peer.received.slice(1, 3)).toMatchObject([
      { type: 'error', message: 'Failed to read message' },
      { type: 'error', error: 'client: only refresh_data is served here' },
    ])
    expect(bad.peer.closedWith()?.code).toBe(4429)
  })

  test('that reads slowly gets one answer after it has caught up, or is closed with 4408', async () => {
    const { clock, peer, refresh } = await openRig()
    peer.unread = 100_000
    refresh()
    refresh()
    await clock.advance(1_000)
    expect(peer.kinds()).toEqual(['connection'])
    peer.unread = 0
    await clock.advance(250)
    expect(peer.kinds()).toEqual(['connection', 'data_update'])
    peer.unread = 100_000
    refresh()
    await clock.advance(20_500)
    expect(peer.closedWith()?.code).toBe(4408)
  })

  test('that ends before its account is open holds nothing', async () => {
    const rig = openRelayRig()
    const token = await rig.addUser('ann')
    const grant = await rig.relay.authenticate(token)
    if (grant === null) throw new Error('the token is not valid')
    const peer = { address: ADDRESS, send() {}, close() {}, bufferedBytes: () => 0 }
    rig.relay.join(grant, peer, LEGACY_PROTOCOL)?.closed()
    await rig.clock.advance(1_000)
    expect(rig.relay.load()).toMatchObject({ accounts: 1, connections: 0 })
    await rig.clock.advance(61_000)
    expect(rig.relay.load().accounts).toBe(0)
  })

  test('keeps its account watched, which closes a minute after the last client has left', async () => {
    const { clock, peer, relay, first } = await openRig()
    first.session?.closed()
    await clock.advance(120_000)
    expect(relay.load()).toMatchObject({ accounts: 1, connections: 1 })
    peer.session?.closed()
    await clock.advance(61_000)
    expect(relay.load()).toMatchObject({ accounts: 0, connections: 0 })
  })
})
