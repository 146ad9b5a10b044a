import { describe, expect, it } from 'vitest'
import type { KeyPermissions } from '../../../../src/domain/account.ts'
import { usd } from '../../../../src/domain/units.ts'
import { relayAddresses } from '../../../../src/feed/relay/addresses.ts'
import { selectPositions } from '../../../../src/store/selectors/positions.ts'
import { selectSource } from '../../../../src/store/selectors/source.ts'
import { madePosition, madeTicker, readAt, SHORT, sampleSnapshot } from '../../../support/samples.ts'
import { madeHop, openScriptedRelay } from '../../../support/scripted-relay.ts'

const MINUTE = 60_000

describe('relayAddresses', () => {
  it.each([
    ['wss://relay.home', 'wss://relay.home/v1/stream', 'https://relay.home', '/v1/snapshot'],
    [
      'https://relay.home:8443/',
      'wss://relay.home:8443/v1/stream',
      'https://relay.home:8443',
      '/v1/snapshot',
    ],
    ['http://127.0.0.1:7777', 'ws://127.0.0.1:7777/v1/stream', 'http://127.0.0.1:7777', '/v1/snapshot'],
    [
      'wss://trading.example/axisor',
      'wss://trading.example/axisor/v1/stream',
      'https://trading.example',
      '/axisor/v1/snapshot',
    ],
  ])('derives the addresses from %s', (url, streamUrl, httpOrigin, snapshotPath) => {
    expect(relayAddresses(url)).toMatchObject({ streamUrl, httpOrigin, snapshotPath })
  })
})

describe('RelaySession', () => {
  it('sends the token in the handshake only', () => {
    const relay = openScriptedRelay()
    relay.live()
    const { url, headers, received } = relay.socket()
    expect(url).toBe('wss://relay.test/v1/stream')
    expect(headers).toEqual({ authorization: 'Bearer axr_scripted' })
    expect(received.join('')).not.toContain('axr_')
    expect(JSON.stringify(relay.events)).not.toContain('axr_')
  })

  it('holds messages back until the clock is measured', () => {
    const relay = openScriptedRelay()
    relay.greet()
    relay.send(relay.snapshotOf(0))
    relay.price(1, 68_000)
    expect(relay.snapshots()).toHaveLength(0)
    relay.pong()
    expect(relay.snapshots()).toHaveLength(1)
    expect(relay.store.state().lastPrice?.value).toBe(68_000)
    expect(relay.status()).toMatchObject({ kind: 'relay', link: 'live', transport: 'stream', rttMs: 0 })
  })

  it("shows until when the exchange limits the relay, on the client's clock", () => {
    const aheadMs = 90_000
    const relay = openScriptedRelay({ aheadMs })
    const until = relay.clock.nowMs() + 120_000
    const limitedUntil = { signed: until + aheadMs, public: null }
    relay.live({ upstream: { hop: madeHop({ limitedUntil }), exchangeClockOffsetMs: null, alerts: null } })
    expect(relay.status()?.upstream?.limitedUntil).toEqual({ signed: until, public: null })
    const { staleReasons, limitedText } = selectSource(relay.store.state(), until - 60_000)
    const text = `rate-limited until ${new Date(until).toISOString().slice(11, 19)}Z`
    expect([limitedText, staleReasons.at(-1)]).toEqual([text, text])
  })

  it('reports a trade that ended while disconnected, even without a newer read of the exchange', () => {
    const relay = openScriptedRelay()
    const at = relay.relayNow() - 5_000
    relay.live({ snapshot: sampleSnapshot(at) })
    const before = selectPositions(relay.store.state(), relay.clock.nowMs()).map(({ position }) => position)
    const isolated = readAt(
      at,
      before.filter(({ mode, id }) => mode === 'isolated' && id !== SHORT.id),
    )
    relay.send(relay.snapshotOf(9, { snapshot: { ...sampleSnapshot(at), isolated } }))
    const vanished = relay.store.state().events.filter(({ kind }) => kind === 'vanished')
    expect(vanished).toMatchObject([{ position: { id: SHORT.id } }])
  })

  it('ignores a pong without a matching ping', () => {
    const relay = openScriptedRelay()
    relay.greet()
    relay.send(relay.snapshotOf(0))
    relay.send({ type: 'pong', sentAt: relay.relayNow(), t: 1 })
    expect(relay.snapshots()).toHaveLength(0)
  })

  it.each([-5 * MINUTE, 5 * MINUTE])('corrects ages and offsets for clocks %d ms apart', async aheadMs => {
    const relay = openScriptedRelay({ aheadMs })
    const at = relay.relayNow()
    // The exchange's clock is 2 s ahead of the relay's.
    const upstream = { hop: madeHop({ since: at - 60_000 }), exchangeClockOffsetMs: 2_000, alerts: null }
    relay.live({ snapshot: sampleSnapshot(at - 4_000), upstream })
    const state = relay.store.state()
    expect(selectSource(state, relay.clock.nowMs()).ageMs).toBe(4_000)
    expect(state.status?.clockOffsetMs).toBe(aheadMs + 2_000)
    expect(state.status?.upstream?.since).toBe(relay.clock.nowMs() - 60_000)
    const change = { kind: 'last-price', lastPriceUsd: usd(68_500) } as const
    relay.send({
      type: 'delta',
      sentAt: relay.relayNow(),
      epoch: 'first',
      seq: 1,
      refresh: null,
      changes: [{ at: at - 1_000, sourceAt: at + 2_000 - 3_000, change }],
    })
    expect(relay.store.state().lastPrice).toEqual({
      value: 68_500,
      receivedAt: relay.clock.nowMs() - 1_000,
      sourceAt: at - 1_000,
    })
  })

  it('keeps the age of a message delayed in transit', async () => {
    const relay = openScriptedRelay()
    relay.live()
    const sentAt = relay.relayNow()
    await relay.clock.advance(9_000)
    relay.price(1, 68_000, {
      sentAt,
      changes: [{ at: sentAt, sourceAt: null, change: { kind: 'last-price', lastPriceUsd: usd(68_000) } }],
    })
    expect(relay.store.state().lastPrice?.receivedAt).toBe(sentAt)
  })

  it('merges a refresh into the last snapshot', async () => {
    const relay = openScriptedRelay()
    relay.live()
    const first = relay.relayNow()
    await relay.clock.advance(10_000)
    const endedAt = relay.relayNow()
    relay.send({
      type: 'delta',
      sentAt: endedAt,
      epoch: 'first',
      seq: 1,
      refresh: {
        startedAt: endedAt - 100,
        endedAt,
        confirmedAt: endedAt - 20,
        key: { permissions: ['account:read'] },
        missing: [],
        reports: null,
        lastKnown: [],
        parts: { isolated: readAt(endedAt - 10, [SHORT]), cross: null },
      },
      changes: [],
    })
    const snapshot = relay.snapshots().at(-1)
    expect(snapshot).toMatchObject({ startedAt: endedAt - 100, endedAt, cross: null, network: 'mainnet' })
    expect(snapshot?.isolated).toEqual(readAt(endedAt - 10, [SHORT]))
    expect(snapshot?.account).toEqual({ ...sampleSnapshot(first).account, receivedAt: endedAt - 20 })
    expect(relay.status()?.key).toEqual({ permissions: ['account:read'] })
  })

  it('lets data become stale while heartbeats arrive', async () => {
    const relay = openScriptedRelay()
    relay.live()
    for (let second = 0; second < 40; second += 10) {
      await relay.clock.advance(10_000)
      relay.send({ type: 'heartbeat', sentAt: relay.relayNow(), epoch: 'first', seq: 0 })
    }
    const source = selectSource(relay.store.state(), relay.clock.nowMs())
    expect(source).toMatchObject({ state: 'live', stale: true })
    expect(source.ageMs).toBeGreaterThanOrEqual(40_000)
  })

  it('reports the upstream status at once, with times on our clock', async () => {
    const relay = openScriptedRelay({ aheadMs: MINUTE })
    relay.live()
    const since = relay.relayNow()
    await relay.clock.advance(1_000)
    const lastError = { code: 'connection-lost', message: 'stream.host closed the connection' } as const
    const hop = madeHop({ link: 'waiting', since, retryAt: since + 5_000, lastError })
    const behind = madeHop({ kind: 'relay', since, upstream: hop })
    relay.send({
      type: 'upstream',
      sentAt: relay.relayNow(),
      upstream: { hop: behind, exchangeClockOffsetMs: null, alerts: null },
    })
    const { upstream, clockOffsetMs } = relay.status() ?? {}
    expect(upstream).toMatchObject({ kind: 'relay', since: since - MINUTE })
    expect(upstream?.upstream).toMatchObject({
      link: 'waiting',
      since: since - MINUTE,
      retryAt: since - MINUTE + 5_000,
      lastError,
    })
    expect(clockOffsetMs).toBeNull()
  })

  it('passes on the origin, write permission and missing permissions', () => {
    const relay = openScriptedRelay()
    const snapshot = sampleSnapshot(relay.relayNow(), {
      origin: 'simulated',
      network: 'simulator',
      key: { permissions: ['futures:isolated:write'] },
      missing: ['futures:cross:read'],
      cross: null,
    })
    relay.live({ snapshot })
    expect(selectSource(relay.store.state(), relay.clock.nowMs())).toMatchObject({
      origin: 'simulated',
      network: 'simulator',
      canWrite: true,
      missing: ['futures:cross:read'],
    })
  })

  it('passes on that permissions are unchecked or unreadable', () => {
    const access = (key: KeyPermissions | null) => {
      const relay = openScriptedRelay()
      relay.live({ snapshot: sampleSnapshot(relay.relayNow(), { key }) })
      const { permissions, canWrite, permissionState } = selectSource(
        relay.store.state(),
        relay.clock.nowMs(),
      )
      return { permissions, canWrite, permissionState }
    }
    expect(access(null)).toEqual({ permissions: null, canWrite: null, permissionState: 'unchecked' })
    expect(access({ permissions: null })).toEqual({
      permissions: null,
      canWrite: true,
      permissionState: 'write',
    })
  })

  it('measures periodically and follows a relay whose clock was set', async () => {
    const relay = openScriptedRelay()
    relay.live()
    await relay.clock.advance(15_000)
    relay.send({ type: 'heartbeat', sentAt: relay.relayNow(), epoch: 'first', seq: 0 })
    await relay.clock.advance(15_500)
    expect(relay.socket().received.filter(text => text.includes('ping'))).toHaveLength(2)
    relay.pong(-MINUTE)
    const at = relay.relayNow() + MINUTE
    relay.send(relay.snapshotOf(0, { sentAt: at, snapshot: sampleSnapshot(at - 2_000) }))
    expect(selectSource(relay.store.state(), relay.clock.nowMs()).ageMs).toBe(2_000)
  })

  it('emits the changes of a snapshot message after the snapshot', () => {
    const relay = openScriptedRelay()
    const at = relay.relayNow()
    const [bucket] = madeTicker().buckets ?? []
    const candle = {
      openedAt: at - 60_000,
      openUsd: usd(1),
      highUsd: usd(2),
      lowUsd: usd(1),
      closeUsd: usd(2),
      volumeUsd: 3,
    }
    relay.live({
      changes: [
        { at, sourceAt: null, change: { kind: 'candles', range: '1m', candles: [candle] } },
        { at, sourceAt: null, change: { kind: 'buckets', buckets: bucket === undefined ? [] : [bucket] } },
      ],
    })
    expect(relay.store.state().candles.get('1m')).toEqual([candle])
    expect(relay.events.filter(event => event.type === 'change')).toHaveLength(2)
  })

  it('values positions from relayed data', () => {
    const relay = openScriptedRelay()
    relay.live()
    const [worst] = selectPositions(relay.store.state(), relay.clock.nowMs())
    expect(worst?.position).toEqual(madePosition())
    expect(worst?.unrealizedPlSats).not.toBeNull()
  })
})
