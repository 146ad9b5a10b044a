import { describe, expect, test } from 'vitest'
import { CANDLE_LENGTHS, candleLengthMs } from '../../src/domain/candle-range.ts'
import { AxisorError } from '../../src/domain/error.ts'
import { Secret } from '../../src/domain/secret.ts'
import { DocumentRequests } from '../../src/feed/relay/document-requests.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import type { Grant } from '../../src/relay/auth/token-grant.ts'
import { RelayCandles } from '../../src/relay/candles/candle-service.ts'
import { ForwardedCandles } from '../../src/relay/upstreams/forwarded-candles.ts'
import { openStore } from '../../src/store/store.ts'
import { openFakeClock } from '../support/fake-clock.ts'
import { type LedgerRelay, openLedgerRelay } from '../support/ledger-relay.ts'
import { resetEvent, statusEvent, T0 } from '../support/samples.ts'

const candlesIn = (reads: readonly string[]) => reads.filter(target => target.includes('/candles?'))

describe('candles over HTTP', () => {
  test('requires a token, and names the ranges that there are', async () => {
    const { get, reads } = await openLedgerRelay()
    expect((await get('/v1/candles?range=1d', 'axr_wrong')).status).toBe(401)
    for (const query of ['', '?range=2d', '?range=', '?range=1d&range=1w', '?range=1d%00', '?range[]=1d']) {
      const { status, body } = await get(`/v1/candles${query}`)
      expect([query, status]).toEqual([query, 400])
      expect(JSON.parse(body).message).toMatch(/^query: (range is not one of 1m, 3m, .*, 3months|a param)/)
    }
    const { body } = await get('/v1/candles?range=1d&limit=5')
    expect(JSON.parse(body).message).toBe('query: a parameter is unknown; known are: range, user')
    expect(reads).toEqual([])
  })

  test.each(CANDLE_LENGTHS)('serves %s candles, oldest first', async range => {
    const { document } = await openLedgerRelay()
    const { status, headers, body } = await document(`/v1/candles?range=${range}`)
    expect([status, headers['axisor-user']]).toEqual([200, 'ann'])
    const { candles, ...head } = JSON.parse(body)
    expect(head).toEqual({ range, asOf: expect.any(Number), unreadableRows: 0 })
    const times: readonly number[] = candles.map(({ openedAt }: { openedAt: number }) => openedAt)
    expect(times.length).toBeGreaterThan(10)
    expect(times.length).toBeLessThanOrEqual(500)
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
    expect(head.asOf - (times.at(-1) ?? 0)).toBeLessThan(candleLengthMs(range) + 1_000)
  })

  test('reads a range of an account once for all, and again after two minutes', async () => {
    const { document, get, reads, world } = await openLedgerRelay()
    /** The account stays watched. */
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 30_000) {
        await get('/v1/snapshot')
        await world.clock.advance(30_000)
      }
    }
    await document('/v1/candles?range=1d')
    expect(candlesIn(reads)).toHaveLength(1)
    await pass(90_000)
    await Promise.all(Array.from({ length: 5 }, () => get('/v1/candles?range=1w')))
    await document('/v1/candles?range=1d')
    expect(candlesIn(reads)).toHaveLength(2)
    await pass(30_000)
    await document('/v1/candles?range=1d')
    expect(candlesIn(reads)).toHaveLength(3)
  })

  test('has an entity tag that is of the candles, and of the user', async () => {
    const { document, get, tokens, desk } = await openLedgerRelay()
    const own = await document('/v1/candles?range=1month')
    const tag = { 'if-none-match': own.headers.etag ?? '' }
    expect(tag['if-none-match']).toMatch(/^W\/"[0-9a-f]{32}"$/)
    const again = await get('/v1/candles?range=1month', undefined, tag)
    expect([again.status, again.body, again.headers.etag]).toEqual([304, '', own.headers.etag])
    const other = await document('/v1/candles?range=1month&user=bob', desk)
    expect([other.status, other.headers['axisor-user']]).toEqual([200, 'bob'])
    expect((await get('/v1/candles?range=1month', tokens.bob, tag)).status).toBe(200)
    expect((await get('/v1/candles?range=1month&user=bob', tokens.ann)).status).toBe(403)
    expect((await get('/v1/candles?range=1month&user=dora', desk)).status).toBe(404)
  })

  test('answers 202 while the exchange does, with low priority and without another request', async () => {
    const { get, document, world, reads } = await openLedgerRelay()
    await get('/v1/snapshot')
    world.exchange.control('{"do":"slow","ms":3000}')
    const first = await get('/v1/candles?range=4h')
    expect([first.status, first.headers['retry-after'], first.body]).toEqual([
      202,
      '1',
      '{"type":"progress","rows":0}',
    ])
    expect((await document('/v1/candles?range=4h')).status).toBe(200)
    expect(candlesIn(reads)).toHaveLength(1)
  })

  test('limits the requests of a token, and the reads for its user', async () => {
    const { get, world, tokens, desk } = await openLedgerRelay()
    await get('/v1/snapshot')
    world.exchange.control('{"do":"slow","ms":60000}')
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        get(`/v1/candles?user=ann&range=${CANDLE_LENGTHS[n % CANDLE_LENGTHS.length]}`, desk),
      ),
    )
    const messages = replies
      .filter(({ status }) => status === 429)
      .map(({ body }) => JSON.parse(body).message as string)
    expect(new Set(messages)).toEqual(
      new Set(['too many requests', 'too many candles are requested at once']),
    )
    expect(replies.filter(({ status }) => status === 202).length).toBeGreaterThan(8)
    expect((await get('/v1/candles?range=3months', tokens.ann)).status).toBe(202)
  })

  test('states why the exchange sends none, and asks it again after five seconds only', async () => {
    const { get, document, world, reads, logged } = await openLedgerRelay()
    await get('/v1/snapshot')
    const answer = (what: string) =>
      world.exchange.control(JSON.stringify({ do: 'route', route: '/futures/candles', ...JSON.parse(what) }))
    answer('{"answer":"status","code":503}')
    const failed = await document('/v1/candles?range=1d')
    expect([failed.status, failed.headers.connection]).toEqual([503, 'close'])
    expect(JSON.parse(failed.body).message).toContain('answered 503')
    expect(logged.join()).toContain('["candles not read",{"user":"ann","range":"1d","code":"unavailable"')
    const { length } = candlesIn(reads)
    answer('{"answer":"off"}')
    expect((await get('/v1/candles?range=1d')).status).toBe(503)
    expect(candlesIn(reads)).toHaveLength(length)
    await world.clock.advance(5_000)
    expect((await document('/v1/candles?range=1d')).status).toBe(200)
  })

  test('forgets the candles of an account that is closed', async () => {
    const { document, removeUser, get, world, relay } = await openLedgerRelay()
    await document('/v1/candles?range=1d')
    expect(relay.load().accounts).toBe(1)
    await removeUser('ann')
    expect((await get('/v1/candles?range=1d')).status).toBe(401)
    await world.clock.advance(120_000)
    expect(relay.load().accounts).toBe(0)
  })

  test('answers 501 without a source, and 404 as a relay of an earlier version', async () => {
    const without = await openLedgerRelay({ keepsLedgers: false })
    expect((await without.get('/v1/candles?range=1d')).status).toBe(501)
    const older = await openLedgerRelay({ knowsLedgers: false })
    expect((await older.get('/v1/candles?range=1d')).status).toBe(404)
  })
})

const user = { userId: 'ann', userName: 'ann' }
const grant = { ...user, account: user } as Grant

/** A service on one account that the test controls. */
function service(over: { readonly isOwner?: boolean; readonly rows?: readonly unknown[] } = {}) {
  const clock = openFakeClock(T0)
  const account = openStore()
  account.dispatch(statusEvent(T0))
  account.dispatch(resetEvent(T0))
  const state = { reads: 0, released: 0, closed: 0 }
  let close = () => {}
  const candles = new RelayCandles(
    {
      ...{
        clock,
        log: { info() {}, warn() {}, error() {} },
        store: openMemoryRelayStore(),
        crypto: openCrypto(),
      },
      openReader: async () => ({
        async read() {
          state.reads += 1
          await new Promise<void>(resolve => {
            clock.after(100, resolve)
          })
          return { body: JSON.stringify({ data: over.rows ?? [], nextCursor: null }), exchangeNowMs: T0 }
        },
        close: () => {
          state.closed += 1
        },
      }),
    },
    {
      async hold(_id, _name, closed) {
        close = closed
        return {
          store: account,
          ownership: { isOwner: () => over.isOwner ?? true, onChange: () => () => {} },
          refresh() {},
          release: () => {
            state.released += 1
          },
        }
      },
    },
  )
  return { clock, candles, state, close: () => close() }
}

test('a relay of a cluster that does not hold the account requests nothing', async () => {
  const { candles, state } = service({ isOwner: false })
  await expect(candles.answer(grant, '1d')).rejects.toMatchObject({
    code: 'unavailable',
    message: 'another relay of the cluster holds this account: retry on a new connection',
  })
  expect(state).toEqual({ reads: 0, released: 1, closed: 0 })
})

test('one row that can not be read does not take the others', async () => {
  const row = { time: new Date(T0).toISOString(), open: 1, high: 1, low: 1, close: 1, volume: 1 }
  const { candles, clock, state } = service({ rows: [{ ...row, open: 'x' }, row, { ...row, time: 5 }] })
  const answer = candles.answer(grant, '1d')
  await clock.advance(200)
  const { body } = (await answer) as { body: string }
  expect(JSON.parse(body)).toMatchObject({ unreadableRows: 2, candles: [{ openedAt: T0, openUsd: 1 }] })
  expect(state).toEqual({ reads: 1, released: 1, closed: 1 })
})

test('does not keep what was read before the account was closed', async () => {
  const { candles, clock, state } = service()
  const stop = candles.watch({ userId: 'ann' } as never)
  const first = candles.answer(grant, '1d')
  await clock.advance(50)
  stop()
  await clock.advance(100)
  await first
  const second = candles.answer(grant, '1d')
  await clock.advance(200)
  await second
  expect(state.reads).toBe(2)
})

test('keeps a bounded number of documents, the newest', async () => {
  const { candles, clock, state } = service()
  const read = async (userId: string) => {
    const one = { userId, userName: userId }
    const answer = candles.answer({ ...one, account: one } as Grant, '1d')
    await clock.advance(110)
    return answer
  }
  for (let n = 0; n < 300; n += 1) await read(`u${n}`)
  expect(state.reads).toBe(300)
  await read('u299')
  expect(state.reads).toBe(300)
  await read('u10')
  expect(state.reads).toBe(301)
})

describe('a relay that follows another one', () => {
  const follow = ({ get, world, tokens }: LedgerRelay, token = tokens.ann, oneUser = async () => {}) =>
    new ForwardedCandles(
      new DocumentRequests(
        { http: { get: (_origin, target) => get(target, token), close() {} }, clock: world.clock },
        {
          ...{ origin: 'https://relay.test', basePath: '', requestMs: 8_000, token: new Secret(token) },
          target: { host: 'relay.test', user: null },
        },
      ),
      oneUser,
    )

  test('passes candles, progress and the entity tag on', async () => {
    const rig = await openLedgerRelay()
    await rig.get('/v1/snapshot')
    rig.world.exchange.control('{"do":"slow","ms":3000}')
    const candles = follow(rig)
    expect(await candles.answer(grant, '1d')).toEqual({ kind: 'progress', rows: 0 })
    const own = await rig.document('/v1/candles?range=1d')
    const passed = await candles.answer(grant, '1d')
    expect(passed).toMatchObject({ kind: 'document', etag: own.headers.etag })
    const { asOf, ...rest } = JSON.parse('body' in passed ? passed.body : '')
    expect({ ...JSON.parse(own.body), asOf: 0 }).toEqual({ ...rest, asOf: 0 })
    // Both relays have the same clock, and the reply took no time.
    expect(JSON.parse(own.body).asOf - asOf).toBeLessThanOrEqual(100)
  })

  test('states why there are none', async () => {
    const older = await openLedgerRelay({ knowsLedgers: false })
    await expect(follow(older).answer(grant, '1d')).rejects.toMatchObject({
      ...{ code: 'refused', message: 'relay.test sends 1m and 1h candles only; update the relay' },
    })
    const rig = await openLedgerRelay()
    await expect(follow(rig, 'axr_wrong').answer(grant, '1d')).rejects.toMatchObject({ code: 'key-refused' })
    const second = () => Promise.reject(new AxisorError('config', 'this relay has 2 users'))
    await expect(follow(rig, rig.tokens.ann, second).answer(grant, '1d')).rejects.toMatchObject({
      code: 'config',
    })
  })
})
