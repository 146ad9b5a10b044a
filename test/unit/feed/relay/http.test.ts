import { describe, expect, it } from 'vitest'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { selectSource } from '../../../../src/store/selectors/source.ts'
import { encodeRelayMessage } from '../../../../src/wire/relay/encode.ts'
import { madeHop, openScriptedRelay } from '../../../support/scripted-relay.ts'

type Scripted = ReturnType<typeof openScriptedRelay>

describe('RelayHttp', () => {
  const reply = (relay: Scripted, over: Partial<HttpReply> = {}): HttpReply => ({
    status: 200,
    headers: { 'axisor-time': String(relay.relayNow()), etag: '"1"' },
    body: encodeRelayMessage(relay.snapshotOf(3)),
    ...over,
  })

  it('reads the snapshot with the token while the socket is down, and measures the clock', async () => {
    const relay: Scripted = openScriptedRelay({ aheadMs: 300_000, http: async () => reply(relay) })
    relay.socket().listener.closed(1006)
    await relay.clock.advance(10)
    expect(relay.requests[0]).toMatchObject({
      url: 'https://relay.test/v1/snapshot',
      headers: { authorization: 'Bearer axr_scripted' },
    })
    expect(relay.status()).toMatchObject({ transport: 'http', clockOffsetMs: 300_000 })
    expect(selectSource(relay.store.state(), relay.clock.nowMs()).ageMs).toBeLessThan(50)
  })

  it('keeps the age of data after a 304', async () => {
    let body = ''
    const relay: Scripted = openScriptedRelay({
      aheadMs: -300_000,
      http: async headers => {
        if (headers['if-none-match'] === '"1"') return reply(relay, { status: 304, body: '' })
        body = encodeRelayMessage(relay.snapshotOf(3))
        return reply(relay, { body })
      },
    })
    relay.socket().listener.closed(1006)
    await relay.clock.advance(40_000)
    expect(relay.requests.length).toBeGreaterThan(6)
    const source = selectSource(relay.store.state(), relay.clock.nowMs())
    expect(source.stale).toBe(true)
    expect(source.ageMs).toBeGreaterThanOrEqual(39_900)
  })

  it('does not use the time of a document cached by a proxy', async () => {
    let body: string | null = null
    const relay: Scripted = openScriptedRelay({
      http: async () => {
        body ??= encodeRelayMessage(relay.snapshotOf(3))
        return reply(relay, { body })
      },
    })
    relay.socket().listener.closed(1006)
    await relay.clock.advance(60_000)
    expect(selectSource(relay.store.state(), relay.clock.nowMs()).ageMs).toBeGreaterThanOrEqual(59_900)
  })

  it.each([
    [{ status: 401, body: '' }, 'stopped', 'key-refused'],
    [{ status: 403, body: '' }, 'stopped', 'missing-permission'],
    [{ status: 401, body: '', headers: {} }, 'waiting', 'connection-lost'],
    [{ status: 403, body: '', headers: {} }, 'waiting', 'connection-lost'],
    [{ status: 503, body: 'busy' }, 'waiting', 'connection-lost'],
    [{ status: 200, body: '{}', headers: {} }, 'waiting', 'connection-lost'],
  ])('distinguishes final errors from temporary ones: %#', async (over, link, code) => {
    const relay: Scripted = openScriptedRelay({ http: async () => reply(relay, over) })
    relay.socket().listener.closed(1006)
    await relay.clock.advance(20)
    expect(relay.status()).toMatchObject({ link, lastError: { code } })
  })

  it("stops on a relay's error about its API key", async () => {
    const relay: Scripted = openScriptedRelay({
      http: async () =>
        reply(relay, {
          status: 503,
          body: encodeRelayMessage({
            type: 'error',
            sentAt: relay.relayNow(),
            code: 'key-refused',
            message: 'LN Markets rejected the key',
            retryable: false,
          }),
        }),
    })
    relay.socket().listener.closed(1006)
    await relay.clock.advance(20)
    expect(relay.status()).toMatchObject({
      link: 'stopped',
      lastError: { message: "relay.test can't watch the account: LN Markets rejected the key" },
    })
  })

  it('reads the upstream status from the document', async () => {
    const upstream = { hop: madeHop({ link: 'waiting' }), exchangeClockOffsetMs: null, alerts: null }
    const relay: Scripted = openScriptedRelay({
      http: async () => reply(relay, { body: encodeRelayMessage(relay.snapshotOf(3, { upstream })) }),
    })
    relay.socket().listener.closed(1006)
    await relay.clock.advance(20)
    expect(relay.status()?.upstream).toMatchObject({ kind: 'direct', link: 'waiting' })
  })
})
