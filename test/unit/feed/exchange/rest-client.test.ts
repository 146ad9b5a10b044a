import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import type { RequestLimits } from '../../../../src/domain/status.ts'
import type { RequestGate } from '../../../../src/feed/exchange/request-gate.ts'
import { RestClient, type RestClientOptions } from '../../../../src/feed/exchange/rest-client.ts'
import { SnapshotReader } from '../../../../src/feed/exchange/snapshot-reader.ts'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { decodeAccount } from '../../../../src/wire/lnm/rest-account.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { type ReceivedRequest, scriptedHttp } from '../scripted-http.ts'

const ACCOUNT = JSON.stringify({ username: 'u', balance: 1, syntheticUsdBalance: 0, feeTier: 0 })
const credentials = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }

function setUp(
  reply: (request: ReceivedRequest) => Partial<HttpReply>,
  options: Pick<RestClientOptions, 'maxWaitMs' | 'onLimits'> = {},
) {
  const clock = openFakeClock(1_000_000)
  const http = scriptedHttp(clock, reply)
  const rest = new RestClient(
    { http, clock },
    { apiUrl: 'https://api.host/v3/', credentials, requestMs: 10_000, ...options },
  )
  const settle = async <T>(promise: Promise<T>): Promise<T | AxisorError> => {
    const result = promise.catch((error: unknown) => {
      if (error instanceof AxisorError) return error
      throw error
    })
    await clock.advance(120_000)
    return result
  }
  return { clock, http, rest, settle }
}

function timestamps(requests: readonly ReceivedRequest[]): (string | undefined)[] {
  return requests
    .filter(request => request.target.startsWith('/v3/account'))
    .map(request => request.headers['lnm-access-timestamp'])
}

describe('RestClient', () => {
  it('signs private requests only', async () => {
    const { http, rest, settle } = setUp(({ target }) => ({
      body: target === '/v3/account' ? ACCOUNT : '{}',
    }))
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({
      value: { username: 'u', balanceSats: 1 },
    })
    await settle(rest.read('ticker', () => ({ ok: true, value: null })))
    expect(http.requests.map(request => [request.target, request.headers['lnm-access-key']])).toEqual([
      ['/v3/account', 'k'],
      ['/v3/futures/ticker', undefined],
    ])
  })

  it("measures the exchange's clock once after several 401 replies and signs again", async () => {
    const serverAhead = 300_000
    const { http, rest, settle } = setUp(({ at, target, headers }) => {
      if (target === '/v3/time')
        return { body: JSON.stringify({ time: new Date(at + serverAhead).toISOString() }) }
      const off = Math.abs(at + serverAhead - Number(headers['lnm-access-timestamp']))
      return off > 30_000 ? { status: 401, body: '{}' } : { body: ACCOUNT }
    })
    const all = Promise.all([1, 2, 3].map(limit => rest.read('account', decodeAccount, { query: { limit } })))
    expect(await settle(all)).toHaveLength(3)
    expect(http.requests.filter(request => request.target === '/v3/time')).toHaveLength(1)
    expect(timestamps(http.requests)).toHaveLength(6)
  })

  it('reports key-refused and stops retrying if a fresh clock does not help', async () => {
    const { http, rest, settle } = setUp(({ at, target }) =>
      target === '/v3/time' ? { body: JSON.stringify({ time: at }) } : { status: 401 },
    )
    const error = await settle(rest.read('account', decodeAccount))
    expect(error).toMatchObject({ code: 'key-refused', retryable: false })
    expect(http.requests.map(request => request.target)).toEqual(['/v3/account', '/v3/time', '/v3/account'])
  })

  it("does not report key-refused if the clock can't be measured", async () => {
    const { rest, settle } = setUp(({ target }) => ({ status: target === '/v3/time' ? 503 : 401 }))
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({
      code: 'unavailable',
      retryable: true,
    })
  })

  it('stamps a reply with its arrival, and a stored reply with the time when it was made', async () => {
    const { clock, rest, settle } = setUp(({ at }) => ({
      body: ACCOUNT,
      headers: at > 1_000_000 ? { age: '900' } : {},
    }))
    const fresh = await settle(rest.readStamped('account', decodeAccount))
    expect(fresh).toMatchObject({
      value: { value: { balanceSats: 1 } },
      sourceAt: null,
      receivedAt: 1_000_010,
    })
    const sentAt = clock.nowMs()
    const stored = await settle(rest.readStamped('account', decodeAccount))
    expect(stored).toMatchObject({ receivedAt: sentAt - 900_000 })
  })

  it("does not set the exchange's clock from a stored reply", async () => {
    const { rest, settle } = setUp(({ at, target }) =>
      target === '/v3/time'
        ? { body: JSON.stringify({ time: at - 900_000 }), headers: { 'x-cache': 'HIT' } }
        : { status: 401 },
    )
    const error = await settle(rest.read('account', decodeAccount))
    expect(error).toMatchObject({
      code: 'unavailable',
      message: 'api.host answered GET /v3/time from a cache',
    })
    expect(rest.exchangeClock.offsetMs).toBeNull()
  })

  it('shares one request among equal ones that wait for a slot', async () => {
    const { http, rest, settle } = setUp(() => ({ body: ACCOUNT }))
    const both = Promise.all([rest.read('account', decodeAccount), rest.read('account', decodeAccount)])
    expect(await settle(both)).toHaveLength(2)
    expect(http.requests).toHaveLength(1)
  })

  it('pauses only the limited kind of request, and publishes until when', async () => {
    const limits: RequestLimits[] = []
    let isBusy = true
    const { clock, http, rest, settle } = setUp(
      ({ target }) => {
        if (target.startsWith('/v3/futures/ticker')) return { body: '{}' }
        const reply = isBusy ? { status: 429, headers: { 'retry-after': '9' } } : { body: ACCOUNT }
        isBusy = false
        return reply
      },
      { onLimits: each => limits.push(each) },
    )
    const from = clock.nowMs()
    const account = rest.read('account', decodeAccount)
    await clock.advance(2_000)
    const ticker = rest.read('ticker', () => ({ ok: true, value: null }))
    await settle(Promise.all([account, ticker]))
    expect(http.requests.map(({ at, target }) => [at - from, target])).toEqual([
      [0, '/v3/account'],
      [2_000, '/v3/futures/ticker'],
      [9_010, '/v3/account'],
    ])
    expect(limits).toEqual([
      { signed: from + 9_010, public: null },
      { signed: null, public: null },
    ])
  })

  it('probes with one request every 30 s while the exchange asks to wait for an hour', async () => {
    const limits: RequestLimits[] = []
    const { clock, http, rest, settle } = setUp(() => ({ status: 429, headers: { 'retry-after': '3600' } }), {
      onLimits: each => limits.push(each),
    })
    const from = clock.nowMs()
    const error = await settle(rest.read('account', decodeAccount))
    expect(http.requests.map(({ at }) => at - from)).toEqual([0, 30_010, 60_020])
    expect(error).toMatchObject({ message: expect.stringMatching(/, rate-limited until 00:18:10Z$/) })
    // Until the next attempt, not for the hour.
    expect(limits.map(({ signed }) => signed)).toEqual([0, 1, 2].map(n => from + 30_010 + n * 30_010))
  })

  it('fails at once if a 429 asks to wait longer than the caller does', async () => {
    const { http, rest, settle } = setUp(() => ({ status: 429, headers: { 'retry-after': '20' } }), {
      maxWaitMs: 10_000,
    })
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({ code: 'rate-limited' })
    expect(http.requests).toHaveLength(1)
  })

  it('believes the policy that a reply reports', async () => {
    const headers = { 'ratelimit-policy': '"default";q=20;w=1', ratelimit: '"default";r=19;t=1' }
    const { clock, http, rest, settle } = setUp(() => ({ body: ACCOUNT, headers }))
    await settle(rest.read('account', decodeAccount))
    const from = http.requests.length
    const reads = Array.from({ length: 12 }, (_, limit) =>
      rest.read('account', decodeAccount, { query: { limit } }),
    )
    const sentAt = clock.nowMs()
    await settle(Promise.all(reads))
    expect(http.requests.slice(from).map(({ at }) => at - sentAt)).toEqual(reads.map(() => 0))
  })

  it('pauses at least 1 s after a 429 without Retry-After and gives up after 3 attempts', async () => {
    const { http, rest, settle } = setUp(() => ({ status: 429 }))
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({ code: 'rate-limited' })
    const times = http.requests.map(request => request.at)
    expect(times).toHaveLength(3)
    for (const [index, at] of times.slice(1).entries())
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  it('does not retry other error statuses', async () => {
    for (const status of [400, 403, 404, 500, 503]) {
      const { http, rest, settle } = setUp(() => ({ status }))
      expect(await settle(rest.read('account', decodeAccount))).toBeInstanceOf(AxisorError)
      expect(http.requests).toHaveLength(1)
    }
  })

  it('names the route of an unreadable reply', async () => {
    const { rest, settle } = setUp(() => ({ body: '{"username":' }))
    expect(await settle(rest.read('account', decodeAccount))).toMatchObject({
      code: 'unreadable',
      message: 'GET /v3/account: is not valid JSON',
    })
  })
})

describe('RestClient behind a request gate', () => {
  it('does not delay high-priority requests behind a gated low-priority one', async () => {
    const clock = openFakeClock(1_000_000)
    const http = scriptedHttp(clock, () => ({ body: '{}' }))
    const { promise: gateOpened, resolve: openGate } = Promise.withResolvers<void>()
    const requestGate: RequestGate = async ({ priority }, send) => {
      if (priority === 'low') await gateOpened
      return send(() => {})
    }
    const options = { apiUrl: 'https://api.host/v3', credentials, requestMs: 10_000, requestGate }
    const rest = new RestClient({ http, clock }, options)
    const anything = () => ({ ok: true, value: null }) as const
    const candles = rest.read('candles', anything, { priority: 'low' })
    await clock.settle()
    const ticker = rest.read('ticker', anything)
    await clock.advance(3_000)
    expect(http.requests.map(({ target }) => target)).toEqual(['/v3/futures/ticker'])
    openGate()
    await clock.advance(3_000)
    await Promise.all([candles, ticker])
    expect(http.requests).toHaveLength(2)
  })
})

describe('SnapshotReader', () => {
  it('believes a 403, and requests the route again after a pause or a reset', async () => {
    const { clock, http, rest, settle } = setUp(({ target }) => {
      if (target === '/v3/account') return { body: ACCOUNT }
      if (target !== '/v3/futures/ticker') return { status: 403 }
      return {
        body: '{"index":1,"lastPrice":1,"fundingRate":null,"fundingTime":null,"prices":[]}',
        headers: { 'x-axisor-simulated': '1' },
      }
    })
    const reader = new SnapshotReader(rest, clock, 'mainnet', true)
    const read = await settle(reader.read())
    const snapshot = 'snapshot' in read ? read.snapshot : null
    expect(snapshot).toMatchObject({
      origin: 'simulated',
      network: 'simulator',
      key: null,
      isolated: null,
      cross: null,
      missing: ['futures:isolated:read', 'futures:cross:read'],
    })
    const requested = async () => {
      const before = http.requests.length
      const reading = reader.read()
      await clock.advance(3_000)
      await reading
      return http.requests
        .slice(before)
        .map(request => request.target)
        .sort()
    }
    expect(await requested()).toHaveLength(6)
    expect(await requested()).toEqual(['/v3/account', '/v3/futures/ticker'])
    await clock.advance(9_000)
    expect(await requested()).toHaveLength(6)
    expect(await requested()).toHaveLength(2)
    reader.forbidden.reset()
    expect(await requested()).toHaveLength(6)
  })
})
