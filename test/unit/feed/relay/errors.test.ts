import { describe, expect, it } from 'vitest'
import { encodeRelayMessage } from '../../../../src/wire/relay/encode.ts'
import { openScriptedRelay } from '../../../support/scripted-relay.ts'

type Scripted = ReturnType<typeof openScriptedRelay>

function lastPrice(relay: Scripted): number | undefined {
  return relay.store.state().lastPrice?.value
}

/** Closes the socket from the relay's side. */
function closeWith(relay: Scripted, code: number): void {
  relay.socket().listener.closed(code)
}

function sendError(
  relay: Scripted,
  over: { code: 'key-refused' | 'unavailable'; retryAfterMs?: number },
): void {
  relay.send({
    type: 'error',
    sentAt: relay.relayNow(),
    message: 'the reason',
    retryable: over.code === 'unavailable',
    ...over,
  })
}

describe('RelaySession with lost messages', () => {
  it('detects a gap by the next sequence number and ignores deltas until a snapshot arrives', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001)
    relay.price(3, 68_003)
    expect(relay.refreshes()).toBe(1)
    expect(lastPrice(relay)).toBe(68_001)
    relay.price(4, 68_004)
    expect(lastPrice(relay)).toBe(68_001)
    expect(relay.refreshes()).toBe(1)
    relay.send(relay.snapshotOf(4))
    relay.price(5, 68_005)
    expect(lastPrice(relay)).toBe(68_005)
  })

  it('detects a gap by the sequence number of a heartbeat', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001)
    const heartbeat = { type: 'heartbeat', sentAt: relay.relayNow(), epoch: 'first' } as const
    relay.send({ ...heartbeat, seq: 1 })
    expect(relay.refreshes()).toBe(0)
    relay.send({ ...heartbeat, seq: 2 })
    expect(relay.refreshes()).toBe(1)
  })

  it('detects a gap by a new epoch', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001, { epoch: 'second' })
    expect(relay.refreshes()).toBe(1)
    expect(lastPrice(relay)).not.toBe(68_001)
    relay.send(relay.snapshotOf(7, { epoch: 'second' }))
    relay.price(8, 68_008, { epoch: 'second' })
    expect(lastPrice(relay)).toBe(68_008)
  })

  it('ignores a repeated delta', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001)
    relay.price(1, 68_009)
    expect(lastPrice(relay)).toBe(68_001)
    expect(relay.refreshes()).toBe(0)
  })

  it('ignores a snapshot older than the last delta', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001)
    relay.send(relay.snapshotOf(0))
    expect(relay.snapshots()).toHaveLength(1)
    relay.price(2, 68_002)
    expect(lastPrice(relay)).toBe(68_002)
  })

  it('requests a snapshot after an unreadable frame and counts the fault', async () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.socket().listener.text('{"type":"data_up')
    relay.socket().listener.text('\u0000')
    expect(relay.store.state().faults.count).toBe(2)
    expect(relay.refreshes()).toBe(1)
    expect(relay.status()?.link).toBe('live')
    relay.send(relay.snapshotOf(0))
    await relay.clock.advance(9_000)
    expect(relay.refreshes()).toBe(1)
  })

  it('requests unreadable snapshots with backoff, then reconnects', async () => {
    const relay = openScriptedRelay()
    relay.live()
    const first = relay.socket()
    relay.socket().listener.text('{')
    const requests = (): number => first.received.filter(text => text.includes('refresh')).length
    for (let i = 0; i < 140; i += 1) {
      await relay.clock.advance(100)
      first.listener.text('{"type":"data_update","kind":"snapshot"}')
    }
    expect(requests()).toBeGreaterThanOrEqual(3)
    expect(requests()).toBeLessThanOrEqual(5)
    await relay.clock.advance(1_100)
    expect(first.terminated).toBe(true)
    expect(relay.status()?.lastError).toMatchObject({ code: 'timeout', retryable: true })
  })

  it('names the unreadable field of the first snapshot', () => {
    const relay = openScriptedRelay()
    relay.greet()
    relay.pong()
    const text = encodeRelayMessage(relay.snapshotOf(0)).replace('"marginSats"', '"margin"')
    relay.socket().listener.text(text)
    expect(relay.status()?.lastError).toMatchObject({
      code: 'unreadable',
      message: 'relay data_update: snapshot.isolated.value[0].marginSats is missing',
    })
  })

  it('reports a relay of another protocol version and retries', () => {
    const relay = openScriptedRelay()
    relay.socket().listener.opened()
    relay.send({
      type: 'connection',
      sentAt: relay.relayNow(),
      protocol: 'axisor.v9',
      user: 'u',
      network: 'mainnet',
      origin: null,
      heartbeatMs: 10_000,
    })
    expect(relay.status()?.lastError).toMatchObject({
      code: 'unreadable',
      message: 'relay.test does not support axisor.v1',
    })
  })
})

describe('RelaySession with a silent relay', () => {
  it('disconnects within 20 s even if a proxy replies to WebSocket pings', async () => {
    const relay = openScriptedRelay()
    relay.live()
    const { listener } = relay.socket()
    for (let second = 0; second < 20; second += 1) {
      await relay.clock.advance(1_000)
      listener.pong()
    }
    expect(relay.status()).toMatchObject({
      link: 'waiting',
      lastError: { code: 'silence', message: 'relay.test has sent no heartbeat for 20 s' },
    })
  })

  it('disconnects within 20 s if nothing arrives', async () => {
    const relay = openScriptedRelay()
    relay.live()
    await relay.clock.advance(18_000)
    expect(relay.status()).toMatchObject({ link: 'waiting', lastError: { code: 'silence' } })
  })

  it('stays live while heartbeats arrive', async () => {
    const relay = openScriptedRelay()
    relay.live()
    for (let i = 0; i < 30; i += 1) {
      await relay.clock.advance(10_000)
      relay.send({ type: 'heartbeat', sentAt: relay.relayNow(), epoch: 'first', seq: 0 })
    }
    expect(relay.status()).toMatchObject({ link: 'live', reconnects: 0 })
  })

  it('redials within 2 s after any number of failures', async () => {
    const relay = openScriptedRelay()
    relay.live()
    for (let i = 0; i < 100; i += 1) {
      closeWith(relay, 1006)
      const before = relay.dialed.length
      await relay.clock.advance(1_600)
      expect(relay.dialed.length).toBeGreaterThan(before)
    }
  })
})

describe('RelaySession closed by the relay', () => {
  it.each([
    [4401, 'key-refused', 'relay.test rejected the relay token'],
    [4403, 'missing-permission', 'the relay token for relay.test may not read an account'],
  ])('stops after close code %d and blames the token', async (code, error, message) => {
    const relay = openScriptedRelay()
    relay.live()
    closeWith(relay, code)
    expect(relay.status()).toMatchObject({
      link: 'stopped',
      lastError: { code: error, message, retryable: false },
    })
    expect(relay.status()?.lastError?.hint).toContain('token')
    await relay.clock.advance(120_000)
    expect(relay.dialed).toHaveLength(1)
    expect(relay.requests).toHaveLength(0)
    expect(relay.clock.pendingTimers()).toBe(0)
  })

  it("stops after close code 4500 and blames the relay's API key", () => {
    const relay = openScriptedRelay()
    relay.live()
    sendError(relay, { code: 'key-refused' })
    closeWith(relay, 4500)
    expect(relay.status()).toMatchObject({
      link: 'stopped',
      lastError: { code: 'key-refused', message: "relay.test can't watch the account: the reason" },
    })
    expect(relay.status()?.lastError?.hint).toContain('relay credentials set')
  })

  it('reconnects after close code 1012 at the requested time', async () => {
    const relay = openScriptedRelay()
    relay.live()
    sendError(relay, { code: 'unavailable', retryAfterMs: 4_000 })
    closeWith(relay, 1012)
    expect(relay.status()).toMatchObject({
      link: 'waiting',
      lastError: { code: 'unavailable', message: 'relay.test: the reason' },
    })
    await relay.clock.advance(3_900)
    expect(relay.dialed).toHaveLength(1)
    await relay.clock.advance(200)
    expect(relay.dialed).toHaveLength(2)
  })

  it('prints the reason of the relay as one printable line', () => {
    const relay = openScriptedRelay()
    relay.live()
    const message = `no\r\n\u001b[2J${'x'.repeat(900)}`
    relay.send({ type: 'error', sentAt: relay.relayNow(), code: 'key-refused', message, retryable: false })
    relay.socket().listener.closed(4500)
    expect(relay.status()?.lastError?.message).toMatch(
      /^relay\.test can't watch the account: no \?\[2Jx{100,200}…$/,
    )
  })

  it('reads the retry delay from the reason of close code 1012', async () => {
    const relay = openScriptedRelay()
    relay.live()
    sendError(relay, { code: 'unavailable' })
    await relay.clock.advance(6_000)
    relay.socket().listener.closed(1012, '{"retryAfterMs":2500}')
    expect(relay.status()?.lastError).toMatchObject({
      message: 'relay.test restarts',
      retryAfterMs: 2_500,
    })
  })

  it.each([
    [4408, 'connection-lost'],
    [4429, 'rate-limited'],
    [1006, 'connection-lost'],
  ])('reconnects after close code %d', (code, error) => {
    const relay = openScriptedRelay()
    relay.live()
    closeWith(relay, code)
    expect(relay.status()).toMatchObject({ link: 'waiting', lastError: { code: error } })
  })

  it('maps a rejected handshake to an error about the token', () => {
    const relay = openScriptedRelay()
    const { listener } = relay.socket()
    expect(listener.unexpectedResponse?.(401, { 'axisor-time': '1' })).toMatchObject({
      code: 'key-refused',
      retryable: false,
    })
    expect(listener.unexpectedResponse?.(401, {})).toBeNull()
    expect(listener.unexpectedResponse?.(403, { 'axisor-time': '1' })).toMatchObject({
      code: 'missing-permission',
    })
    expect(listener.unexpectedResponse?.(403, {})).toBeNull()
    expect(listener.unexpectedResponse?.(503, {})).toBeNull()
  })
})
