import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { type RateLimitKey, SharedRateLimiter } from '../../../../src/relay/rate/shared-rate-limiter.ts'
import { BrokerEngine } from '../../../support/broker-engine.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { openMemoryBroker } from '../../../support/memory-broker.ts'

const TICKER = { target: '/v3/ticker', isSigned: false, priority: 'high' } as const
const ACCOUNT = { target: '/v3/account', isSigned: true, priority: 'high' } as const

/** Two relays that share one broker engine. */
function openTwo() {
  const clock = openFakeClock()
  const engine = new BrokerEngine()
  const brokers = [openMemoryBroker(clock, engine), openMemoryBroker(clock, engine)] as const
  const [one, two] = brokers.map(broker => new SharedRateLimiter(clock, broker))
  if (one === undefined || two === undefined) throw new Error('there are two')
  const sent: { readonly what: string; readonly at: number }[] = []
  const startedAt = clock.nowMs()
  const send = (what: string) => async () => {
    sent.push({ what, at: clock.nowMs() - startedAt })
    return what
  }
  return { clock, brokers, one, two, sent, send }
}

function rateKey(keyDigest = 'key', holdsLease = () => true): RateLimitKey {
  return { host: 'exchange', keyDigest, holdsLease }
}

describe('the rate limits of all relays together', () => {
  test('allow 5 signed requests of a key at once, and no sixth within a second from any relay', async () => {
    const { clock, one, two, sent, send } = openTwo()
    for (let i = 0; i < 6; i += 1) {
      void one.run(rateKey(), ACCOUNT, send('one'))
      void two.run(rateKey(), ACCOUNT, send('two'))
    }
    await clock.advance(10_000)
    expect(sent).toHaveLength(12)
    for (const [i, { at }] of sent.entries()) expect(at - (sent[i - 5]?.at ?? -9_999)).toBeGreaterThan(1_000)
    expect(sent[4]?.at).toBe(0)
  })

  test('leave slots for live requests while the history of the account is read', async () => {
    const { clock, one, sent, send } = openTwo()
    const history = { ...ACCOUNT, priority: 'low' } as const
    for (let i = 0; i < 40; i += 1) void one.run(rateKey(), history, send('history'))
    await clock.advance(3_000)
    const askedAt = clock.nowMs()
    let liveAt = Number.POSITIVE_INFINITY
    for (let i = 0; i < 3; i += 1)
      void one.run(rateKey(), ACCOUNT, async () => {
        liveAt = clock.nowMs()
      })
    await clock.advance(50)
    expect(liveAt - askedAt).toBeLessThan(50)
    await clock.advance(30_000)
    expect(sent.length).toBe(40)
  })

  test('are counted per key and per exchange', async () => {
    const { clock, one, sent, send } = openTwo()
    const elsewhere = { ...rateKey(), host: 'another' }
    for (let i = 0; i < 5; i += 1) {
      void one.run(rateKey('a'), ACCOUNT, send('a'))
      void one.run(rateKey('b'), ACCOUNT, send('b'))
      void one.run(elsewhere, ACCOUNT, send('c'))
    }
    await clock.settle()
    expect(sent).toHaveLength(15)
  })

  test('allow one public request at a time, and share its reply between equal requests of a process', async () => {
    const { clock, one, two, sent, send } = openTwo()
    const replies = [1, 2, 3].map(i => one.run(rateKey(), TICKER, send(`one ${i}`)))
    void two.run(rateKey(), TICKER, send('two'))
    await clock.advance(5_000)
    expect(await Promise.all(replies)).toEqual(['one 1', 'one 1', 'one 1'])
    expect(sent.map(({ what }) => what)).toEqual(['one 1', 'two'])
    expect((sent[1]?.at ?? 0) - (sent[0]?.at ?? 0)).toBeGreaterThan(1_000)
  })

  test("never share the exchange's time, whose round trip is measured", async () => {
    const { clock, one, sent, send } = openTwo()
    const time = { target: '/v3/time', isSigned: false, priority: 'high' } as const
    void one.run(rateKey(), time, send('first'))
    void one.run(rateKey(), time, send('second'))
    await clock.advance(5_000)
    expect(sent.map(({ what }) => what)).toEqual(['first', 'second'])
  })

  test('send a request after all when the shared one failed', async () => {
    const { clock, one, send } = openTwo()
    const failing = one.run(rateKey(), TICKER, async () => {
      throw new AxisorError('timeout', 'no answer')
    })
    const other = one.run(rateKey(), TICKER, send('mine'))
    await expect(failing).rejects.toThrow('no answer')
    await clock.advance(5_000)
    expect(await other).toBe('mine')
  })

  test('leave room for high-priority requests while candles are read', async () => {
    const { clock, one, two, sent, send } = openTwo()
    const candles = (i: number) => ({ target: `/v3/candles?${i}`, isSigned: false, priority: 'low' }) as const
    for (let i = 0; i < 8; i += 1) void one.run(rateKey(), candles(i), send('candles'))
    await clock.advance(3_000)
    const before = sent.length
    void two.run(rateKey(), TICKER, send('ticker'))
    await clock.advance(1_250)
    expect(sent.slice(before).map(({ what }) => what)).toContain('ticker')
  })

  test('let a low-priority request through in the end, despite constant high-priority ones', async () => {
    const { clock, one, sent, send } = openTwo()
    for (let i = 0; i < 60; i += 1)
      void one.run(rateKey(), { ...TICKER, target: `/v3/urgent?${i}` }, send('urgent'))
    for (let i = 0; i < 3; i += 1)
      void one.run(
        rateKey(),
        { target: `/v3/candles?${i}`, isSigned: false, priority: 'low' },
        send('candles'),
      )
    await clock.advance(30_000)
    expect(sent.filter(({ what }) => what === 'candles')).toHaveLength(3)
    for (const [i, { at }] of sent.entries()) expect(at - (sent[i - 1]?.at ?? -9_999)).toBeGreaterThan(1_000)
  })

  test('wait while the broker is unreachable, and fail when the lease ends', async () => {
    const { clock, brokers, one, sent, send } = openTwo()
    brokers[0].link(false)
    let isHeld = true
    const patient = one.run(rateKey(), ACCOUNT, send('lucky'))
    const late = one.run(
      rateKey('b', () => isHeld),
      ACCOUNT,
      send('late'),
    )
    const ended = late.catch((error: unknown) => error)
    await clock.advance(300)
    isHeld = false
    await clock.advance(300)
    expect(await ended).toMatchObject({ code: 'unavailable' })
    expect(sent).toEqual([])
    brokers[0].link(true)
    await clock.advance(100)
    expect(await patient).toBe('lucky')
  })
})
