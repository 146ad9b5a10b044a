import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { type RequestGate, RestClient } from '../../../../src/feed/exchange/rest-client.ts'
import { SnapshotReader } from '../../../../src/feed/exchange/snapshot-reader.ts'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { decodeAccount } from '../../../../src/wire/lnm/rest-account.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { type Asked, scriptedHttp } from '../scripted-http.ts'

const ACCOUNT = JSON.stringify({ username: 'u', balance: 1, syntheticUsdBalance: 0, feeTier: 0 })
const credentials = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }

function setUp(answer: (asked: Asked) => Partial<HttpReply>) {
  const clock = openFakeClock(1_000_000)
  const http = scriptedHttp(clock, answer)
  const rest = new RestClient(
    { http, clock },
    { apiUrl: 'https://api.host/v3/', credentials, requestMs: 10_000 },
  )
  const settle = async <T>(promise: Promise<T>): Promise<T | AxisorError> => {
    const outcome = promise.catch((error: unknown) => {
      if (error instanceof AxisorError) return error
      throw error
    })
    await clock.advance(120_000)
    return outcome
  }
  return { clock, http, rest, settle }
}

function timestamps(asked: readonly Asked[]): (string | undefined)[] {
  return asked.filter(each => each.target === '/v3/account').map(each => each.headers['lnm-access-timestamp'])
}

describe('asking REST', () => {
  it('signs private requests and leaves public ones unsigned', async () => {
    const { http, rest, settle } = setUp(({ target }) => ({
      body: target === '/v3/account' ? ACCOUNT : '{}',
    }))
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({ username: 'u', balanceSats: 1 })
    await settle(rest.read('ticker', () => ({ ok: true, value: null })))
    expect(http.asked.map(each => [each.target, each.headers['lnm-access-key']])).toEqual([
      ['/v3/account', 'k'],
      ['/v3/futures/ticker', undefined],
    ])
  })

  it("measures the exchange's time once after a 401, and signs again with it", async () => {
    const serverAhead = 300_000
    const { http, rest, settle } = setUp(({ at, target, headers }) => {
      if (target === '/v3/time')
        return { body: JSON.stringify({ time: new Date(at + serverAhead).toISOString() }) }
      const off = Math.abs(at + serverAhead - Number(headers['lnm-access-timestamp']))
      return off > 30_000 ? { status: 401, body: '{}' } : { body: ACCOUNT }
    })
    const all = Promise.all([1, 2, 3].map(() => rest.read('account', decodeAccount)))
    expect(await settle(all)).toHaveLength(3)
    expect(http.asked.filter(each => each.target === '/v3/time')).toHaveLength(1)
    expect(timestamps(http.asked)).toHaveLength(6)
  })

  it('calls the key refused when a fresh time does not help, and asks no more', async () => {
    const { http, rest, settle } = setUp(({ at, target }) =>
      target === '/v3/time' ? { body: JSON.stringify({ time: at }) } : { status: 401 },
    )
    const error = await settle(rest.read('account', decodeAccount))
    expect(error).toMatchObject({ code: 'key-refused', retryable: false })
    expect(http.asked.map(each => each.target)).toEqual(['/v3/account', '/v3/time', '/v3/account'])
  })

  it('does not call the key refused when the time cannot be had', async () => {
    const { rest, settle } = setUp(({ target }) => ({ status: target === '/v3/time' ? 503 : 401 }))
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({
      code: 'unavailable',
      retryable: true,
    })
  })

  it('sends nothing at all for as long as a 429 asks, and then tries again', async () => {
    let busy = true
    const { http, rest, settle } = setUp(() => {
      const reply = busy ? { status: 429, headers: { 'retry-after': '9' } } : { body: ACCOUNT }
      busy = false
      return reply
    })
    const both = Promise.all([rest.read('account', decodeAccount), rest.read('account', decodeAccount)])
    expect(await settle(both)).toHaveLength(2)
    const [first, , again] = http.asked
    expect((again?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(9_000)
  })

  it('waits at least a second after a 429 that names no time, and gives up after a few', async () => {
    const { http, rest, settle } = setUp(() => ({ status: 429 }))
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({ code: 'rate-limited' })
    const times = http.asked.map(each => each.at)
    expect(times).toHaveLength(3)
    for (const [index, at] of times.slice(1).entries())
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  it('does not try again what the exchange refused or could not do', async () => {
    for (const status of [400, 403, 404, 500, 503]) {
      const { http, rest, settle } = setUp(() => ({ status }))
      expect(await settle(rest.read('account', decodeAccount))).toBeInstanceOf(AxisorError)
      expect(http.asked).toHaveLength(1)
    }
  })

  it('names what it could not read', async () => {
    const { rest, settle } = setUp(() => ({ body: '{"username":' }))
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({
      code: 'unreadable',
      message: 'GET /v3/account: is not valid JSON',
    })
  })
})

describe('where others share the rate limit', () => {
  it('does not hold up what cannot wait behind what waits for the others', async () => {
    const clock = openFakeClock(1_000_000)
    const http = scriptedHttp(clock, () => ({ body: '{}' }))
    const { promise: othersAreDone, resolve: free } = Promise.withResolvers<void>()
    const requestGate: RequestGate = async ({ isUrgent }, send) => {
      if (!isUrgent) await othersAreDone
      return send()
    }
    const options = { apiUrl: 'https://api.host/v3', credentials, requestMs: 10_000, requestGate }
    const rest = new RestClient({ http, clock }, options)
    const anything = () => ({ ok: true, value: null }) as const
    const candles = rest.read('candles', anything, { urgent: false })
    await clock.settle()
    const ticker = rest.read('ticker', anything)
    await clock.advance(3_000)
    expect(http.asked.map(({ target }) => target)).toEqual(['/v3/futures/ticker'])
    free()
    await clock.advance(3_000)
    await Promise.all([candles, ticker])
    expect(http.asked).toHaveLength(2)
  })
})

describe('reading the picture before the rights of the key are known', () => {
  it('takes a 403 for a missing permission, and does not ask again', async () => {
    const { clock, http, rest, settle } = setUp(({ target }) => {
      if (target === '/v3/account') return { body: ACCOUNT }
      if (target !== '/v3/futures/ticker') return { status: 403 }
      return {
        body: '{"index":1,"lastPrice":1,"fundingRate":null,"fundingTime":null,"prices":[]}',
        headers: { 'x-axisor-simulated': '1' },
      }
    })
    const reader = new SnapshotReader(rest, clock, 'mainnet', true)
    const snapshot = await settle(reader.read())
    expect(snapshot).toMatchObject({
      origin: 'simulated',
      network: 'simulator',
      key: null,
      isolated: null,
      cross: null,
      missing: ['futures:isolated:read', 'futures:cross:read'],
    })
    const asked = http.asked.length
    await settle(reader.read())
    expect(
      http.asked
        .slice(asked)
        .map(each => each.target)
        .sort(),
    ).toEqual(['/v3/account', '/v3/futures/ticker'])
  })
})
