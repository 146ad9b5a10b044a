import { describe, expect, it } from 'vitest'
import { encodeRelayMessage } from '../../../../src/wire/relay/encode.ts'
import { openScriptedRelay } from '../../../support/scripted-relay.ts'

type Scripted = ReturnType<typeof openScriptedRelay>

function lastPrice(relay: Scripted): number | undefined {
  return relay.store.state().lastPrice?.value
}

/** A relay that closes with a code, having given its reason. */
function closeWith(relay: Scripted, code: number): void {
  relay.socket().listener.closed(code)
}

function complain(
  relay: Scripted,
  over: { code: 'key-refused' | 'unavailable'; retryAfterMs?: number },
): void {
  relay.send({
    type: 'error',
    sentAt: relay.relayNow(),
    message: 'because of that',
    retryable: over.code === 'unavailable',
    ...over,
  })
}

describe('what is lost between relay and client', () => {
  it('is noticed by the next number, and nothing wrong is shown until a snapshot came', () => {
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

  it('is noticed by the number of a heartbeat in quiet times', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001)
    const beat = { type: 'heartbeat', sentAt: relay.relayNow(), epoch: 'first' } as const
    relay.send({ ...beat, seq: 1 })
    expect(relay.refreshes()).toBe(0)
    relay.send({ ...beat, seq: 2 })
    expect(relay.refreshes()).toBe(1)
  })

  it('is noticed by another epoch', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001, { epoch: 'second' })
    expect(relay.refreshes()).toBe(1)
    expect(lastPrice(relay)).not.toBe(68_001)
    relay.send(relay.snapshotOf(7, { epoch: 'second' }))
    relay.price(8, 68_008, { epoch: 'second' })
    expect(lastPrice(relay)).toBe(68_008)
  })

  it('is no loss when the same thing comes twice', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001)
    relay.price(1, 68_009)
    expect(lastPrice(relay)).toBe(68_001)
    expect(relay.refreshes()).toBe(0)
  })

  it('ignores a snapshot that is older than what it knows', () => {
    const relay = openScriptedRelay()
    relay.live()
    relay.price(1, 68_001)
    relay.send(relay.snapshotOf(0))
    expect(relay.snapshots()).toHaveLength(1)
    relay.price(2, 68_002)
    expect(lastPrice(relay)).toBe(68_002)
  })

  it('asks for a snapshot after a frame that it could not read, and counts the fault', async () => {
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

  it('does not ask in a circle when no snapshot can be read, and then tries another connection', async () => {
    const relay = openScriptedRelay()
    relay.live()
    const first = relay.socket()
    relay.socket().listener.text('{')
    const asked = (): number => first.received.filter(text => text.includes('refresh')).length
    for (let i = 0; i < 140; i += 1) {
      await relay.clock.advance(100)
      first.listener.text('{"type":"data_update","kind":"snapshot"}')
    }
    expect(asked()).toBeGreaterThanOrEqual(3)
    expect(asked()).toBeLessThanOrEqual(5)
    await relay.clock.advance(1_100)
    expect(first.terminated).toBe(true)
    expect(relay.status()?.lastError).toMatchObject({ code: 'timeout', retryable: true })
  })

  it('says which field kept it from coming live', () => {
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

  it('tries again, and says so, with a relay of another protocol', () => {
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
      message: 'relay.test does not speak axisor.v1',
    })
  })
})

describe('a relay that falls silent', () => {
  it('is given up within 20 s, even if something on the way answers pings', async () => {
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

  it('is given up within 20 s when nothing answers', async () => {
    const relay = openScriptedRelay()
    relay.live()
    await relay.clock.advance(18_000)
    expect(relay.status()).toMatchObject({ link: 'waiting', lastError: { code: 'silence' } })
  })

  it('lives as long as it sends heartbeats', async () => {
    const relay = openScriptedRelay()
    relay.live()
    for (let i = 0; i < 30; i += 1) {
      await relay.clock.advance(10_000)
      relay.send({ type: 'heartbeat', sentAt: relay.relayNow(), epoch: 'first', seq: 0 })
    }
    expect(relay.status()).toMatchObject({ link: 'live', reconnects: 0 })
  })

  it('is dialed again within two seconds, however long it was away', async () => {
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

describe('a relay that closes the socket', () => {
  it.each([
    [4401, 'key-refused', 'relay.test refused the relay token'],
    [4403, 'missing-permission', 'relay.test does not let this relay token read an account'],
  ])('with %d is not asked again: the token is to blame', async (code, error, message) => {
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
    expect(relay.clock.waiting()).toBe(0)
  })

  it('with 4500 is not asked again, and the words blame the key that the relay holds', () => {
    const relay = openScriptedRelay()
    relay.live()
    complain(relay, { code: 'key-refused' })
    closeWith(relay, 4500)
    expect(relay.status()).toMatchObject({
      link: 'stopped',
      lastError: { code: 'key-refused', message: "relay.test can't watch the account: because of that" },
    })
    expect(relay.status()?.lastError?.hint).toContain('relay credentials set')
  })

  it('with 1012 is asked again when it said, not sooner', async () => {
    const relay = openScriptedRelay()
    relay.live()
    complain(relay, { code: 'unavailable', retryAfterMs: 4_000 })
    closeWith(relay, 1012)
    expect(relay.status()).toMatchObject({
      link: 'waiting',
      lastError: { code: 'unavailable', message: 'relay.test: because of that' },
    })
    await relay.clock.advance(3_900)
    expect(relay.dialed).toHaveLength(1)
    await relay.clock.advance(200)
    expect(relay.dialed).toHaveLength(2)
  })

  it('has its words shown in one printable line', () => {
    const relay = openScriptedRelay()
    relay.live()
    const message = `no\r\n\u001b[2J${'x'.repeat(900)}`
    relay.send({ type: 'error', sentAt: relay.relayNow(), code: 'key-refused', message, retryable: false })
    relay.socket().listener.closed(4500)
    expect(relay.status()?.lastError?.message).toMatch(
      /^relay\.test can't watch the account: no \?\[2Jx{100,200}…$/,
    )
  })

  it('with 1012 may say so in the reason of the close', async () => {
    const relay = openScriptedRelay()
    relay.live()
    complain(relay, { code: 'unavailable' })
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
  ])('with %d is asked again', (code, error) => {
    const relay = openScriptedRelay()
    relay.live()
    closeWith(relay, code)
    expect(relay.status()).toMatchObject({ link: 'waiting', lastError: { code: error } })
  })

  it('may refuse the token in its answer to the handshake already', () => {
    const relay = openScriptedRelay()
    const { listener } = relay.socket()
    expect(listener.unexpectedResponse?.(401, {})).toMatchObject({ code: 'key-refused', retryable: false })
    expect(listener.unexpectedResponse?.(403, { 'axisor-time': '1' })).toMatchObject({
      code: 'missing-permission',
    })
    expect(listener.unexpectedResponse?.(403, {})).toBeNull()
    expect(listener.unexpectedResponse?.(503, {})).toBeNull()
  })
})
