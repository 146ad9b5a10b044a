import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { type RateLimitKey, SharedRateLimiter } from '../../../../src/relay/rate/shared-rate-limiter.ts'
import { BrokerEngine } from '../../../support/broker-engine.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { openMemoryBroker } from '../../../support/memory-broker.ts'

const TICKER = { target: '/v3/ticker', isSigned: false, priority: 'high' } as const
const ACCOUNT = { target: '/v3/account', isSigned: true, priority: 'high' } as const

/** Two relays with one engine between them. */
function openTwo() {
  const clock = openFakeClock()
  const engine = new BrokerEngine()
  const brokers = [openMemoryBroker(clock, engine), openMemoryBroker(clock, engine)] as const
  const [one, two] = brokers.map(broker => new SharedRateLimiter(clock, broker))
  if (one === undefined || two === undefined) throw new Error('there are two')
  const sent: { readonly what: string; readonly at: number }[] = []
  const began = clock.nowMs()
  const send = (what: string) => async () => {
    sent.push({ what, at: clock.nowMs() - began })
    return what
  }
  return { clock, brokers, one, two, sent, send }
}

function spender(keyDigest = 'key', mayAct = () => true): RateLimitKey {
  return { host: 'exchange', keyDigest, holdsLease: mayAct }
}

describe('what relays together may ask', () => {
  test('is 5 signed requests at once for a key, and no sixth within a second, whoever sends it', async () => {
    const { clock, one, two, sent, send } = openTwo()
    for (let i = 0; i < 6; i += 1) {
      void one.run(spender(), ACCOUNT, send('one'))
      void two.run(spender(), ACCOUNT, send('two'))
    }
    await clock.advance(10_000)
    expect(sent).toHaveLength(12)
    for (const [i, { at }] of sent.entries()) expect(at - (sent[i - 5]?.at ?? -9_999)).toBeGreaterThan(1_000)
    expect(sent[4]?.at).toBe(0)
  })

  test('is counted for each key and each exchange by itself', async () => {
    const { clock, one, sent, send } = openTwo()
    const elsewhere = { ...spender(), host: 'another' }
    for (let i = 0; i < 5; i += 1) {
      void one.run(spender('a'), ACCOUNT, send('a'))
      void one.run(spender('b'), ACCOUNT, send('b'))
      void one.run(elsewhere, ACCOUNT, send('c'))
    }
    await clock.settle()
    expect(sent).toHaveLength(15)
  })

  test('is one public request at a time, and one reply for all in a process that want the same', async () => {
    const { clock, one, two, sent, send } = openTwo()
    const replies = [1, 2, 3].map(i => one.run(spender(), TICKER, send(`one ${i}`)))
    void two.run(spender(), TICKER, send('two'))
    await clock.advance(5_000)
    expect(await Promise.all(replies)).toEqual(['one 1', 'one 1', 'one 1'])
    expect(sent.map(({ what }) => what)).toEqual(['one 1', 'two'])
    expect((sent[1]?.at ?? 0) - (sent[0]?.at ?? 0)).toBeGreaterThan(1_000)
  })

  test('never shares the time, which is measured', async () => {
    const { clock, one, sent, send } = openTwo()
    const time = { target: '/v3/time', isSigned: false, priority: 'high' } as const
    void one.run(spender(), time, send('first'))
    void one.run(spender(), time, send('second'))
    await clock.advance(5_000)
    expect(sent.map(({ what }) => what)).toEqual(['first', 'second'])
  })

  test('asks again for itself when the one whose reply was to be shared has failed', async () => {
    const { clock, one, send } = openTwo()
    const failing = one.run(spender(), TICKER, async () => {
      throw new AxisorError('timeout', 'no answer')
    })
    const other = one.run(spender(), TICKER, send('mine'))
    await expect(failing).rejects.toThrow('no answer')
    await clock.advance(5_000)
    expect(await other).toBe('mine')
  })

  test('leaves room for what is urgent while candles are read', async () => {
    const { clock, one, two, sent, send } = openTwo()
    const candles = (i: number) => ({ target: `/v3/candles?${i}`, isSigned: false, priority: 'low' }) as const
    for (let i = 0; i < 8; i += 1) void one.run(spender(), candles(i), send('candles'))
    await clock.advance(3_000)
    const before = sent.length
    void two.run(spender(), TICKER, send('ticker'))
    await clock.advance(1_250)
    expect(sent.slice(before).map(({ what }) => what)).toContain('ticker')
  })

  test('lets what can wait take its turn in the end, though there is always something urgent', async () => {
    const { clock, one, sent, send } = openTwo()
    for (let i = 0; i < 60; i += 1)
      void one.run(spender(), { ...TICKER, target: `/v3/urgent?${i}` }, send('urgent'))
    for (let i = 0; i < 3; i += 1)
      void one.run(
        spender(),
        { target: `/v3/candles?${i}`, isSigned: false, priority: 'low' },
        send('candles'),
      )
    await clock.advance(30_000)
    expect(sent.filter(({ what }) => what === 'candles')).toHaveLength(3)
    for (const [i, { at }] of sent.entries()) expect(at - (sent[i - 1]?.at ?? -9_999)).toBeGreaterThan(1_000)
  })

  test('waits for a broker that is away, and ends with the lease', async () => {
    const { clock, brokers, one, sent, send } = openTwo()
    brokers[0].link(false)
    let may = true
    const lucky = one.run(spender(), ACCOUNT, send('lucky'))
    const late = one.run(
      spender('b', () => may),
      ACCOUNT,
      send('late'),
    )
    const ended = late.catch((error: unknown) => error)
    await clock.advance(300)
    may = false
    await clock.advance(300)
    expect(await ended).toMatchObject({ code: 'unavailable' })
    expect(sent).toEqual([])
    brokers[0].link(true)
    await clock.advance(100)
    expect(await lucky).toBe('lucky')
  })
})
