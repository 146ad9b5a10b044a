import { expect, test } from 'vitest'
import { LocalRateLimits } from '../../../../src/relay/rate/local-rate-limits.ts'
import { SharedRateLimiter } from '../../../../src/relay/rate/shared-rate-limiter.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

function rig() {
  const clock = openFakeClock()
  const rateLimiter = new SharedRateLimiter(clock, new LocalRateLimits(clock))
  const sent: { readonly at: number; readonly what: string }[] = []
  const send = (account: number, target: string, isSigned: boolean) =>
    rateLimiter.run(
      { host: 'api.example', keyDigest: `key-${account}`, holdsLease: () => true },
      { target, isSigned, priority: 'high' },
      async () => {
        sent.push({ at: clock.nowMs(), what: isSigned ? `${account} ${target}` : target })
        return target
      },
    )
  return { clock, send, sent }
}

test('sends one ticker request at a time, and one per second, for hundreds of accounts', async () => {
  const { clock, send, sent } = rig()
  const all = Promise.all(Array.from({ length: 300 }, (_, i) => send(i, '/v3/ticker', false)))
  await clock.advance(10)
  expect(await all).toHaveLength(300)
  expect(sent).toHaveLength(1)
  const again = Promise.all(Array.from({ length: 300 }, (_, i) => send(i, '/v3/ticker', false)))
  await clock.advance(2_000)
  await again
  expect(sent).toHaveLength(2)
  expect((sent[1]?.at ?? 0) - (sent[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_200)
})

test('keeps public requests for different data within the limit of the address', async () => {
  const { clock, send, sent } = rig()
  const all = Promise.all(Array.from({ length: 5 }, (_, i) => send(i, `/v3/candles?from=${i}`, false)))
  await clock.advance(10_000)
  await all
  const gaps = sent.slice(1).map(({ at }, i) => at - (sent[i]?.at ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_200)
})

test('counts signed requests per key', async () => {
  const { clock, send, sent } = rig()
  const all = Promise.all(
    [1, 2].flatMap(account => Array.from({ length: 6 }, () => send(account, '/v3/account', true))),
  )
  await clock.advance(100)
  expect(sent).toHaveLength(10)
  await clock.advance(2_000)
  await all
  expect(sent).toHaveLength(12)
})

test('forgets the limits of keys without recent requests', async () => {
  const clock = openFakeClock()
  const limits = new LocalRateLimits(clock)
  let most = 0
  for (let key = 0; key < 500; key += 1) {
    expect(await limits.consume(`key ${key}`, { count: 1, windowMs: 1_000 })).toBe(0)
    expect(await limits.consume(`key ${key}`, { count: 1, windowMs: 1_000 })).toBe(1_000)
    await clock.jump(100)
    most = Math.max(most, limits.size)
  }
  expect(most).toBeLessThanOrEqual(32)
})
