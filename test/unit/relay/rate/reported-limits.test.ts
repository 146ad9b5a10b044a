import { describe, expect, test } from 'vitest'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { LocalRateLimits } from '../../../../src/relay/rate/local-rate-limits.ts'
import { SharedRateLimiter } from '../../../../src/relay/rate/shared-rate-limiter.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

function reply(status: number, headers: Readonly<Record<string, string>> = {}): HttpReply {
  return { status, headers, body: '' }
}

const POLICY = reply(200, {
  'ratelimit-policy': '"default";q=20;w=1;burst=40',
  ratelimit: '"default";r=39;t=0',
})

/** Sends requests of two accounts; every request is answered at once with the reply that is set. */
function openRig() {
  const clock = openFakeClock()
  const start = clock.nowMs()
  const limiter = new SharedRateLimiter(clock, new LocalRateLimits(clock))
  let next = reply(200)
  const send = (
    account: string,
    isSigned: boolean,
    count: number,
    priority: 'high' | 'low' = 'high',
  ): number[] => {
    const sent: number[] = []
    for (let each = 0; each < count; each += 1)
      void limiter.run(
        { host: 'api.example', keyDigest: account, holdsLease: () => true },
        { target: `/v3/${account}/${clock.nowMs()}/${each}`, isSigned, priority },
        async observe => {
          sent.push(clock.nowMs() - start)
          observe(next)
        },
      )
    return sent
  }
  const answerWith = (with_: HttpReply): void => {
    next = with_
  }
  return { clock, send, answerWith }
}

describe('the limits that the exchange reports to a relay', () => {
  test('replace the usual ones, for each key and for the public requests of all accounts', async () => {
    const { clock, send, answerWith } = openRig()
    answerWith(POLICY)
    send('ann', true, 1)
    send('ann', false, 1)
    await clock.advance(2_000)
    const ann = send('ann', true, 45)
    const bob = send('bob', true, 6)
    const shared = [send('ann', false, 20), send('bob', false, 20)]
    await clock.advance(100)
    expect(ann).toHaveLength(39)
    expect(bob).toHaveLength(5)
    expect(shared.flat()).toHaveLength(39)
  })

  test('leave half of the slots to high priority', async () => {
    const { clock, send, answerWith } = openRig()
    answerWith(POLICY)
    send('ann', false, 1)
    await clock.advance(2_400)
    const low = send('ann', false, 40, 'low')
    await clock.advance(100)
    expect(low).toHaveLength(20)
    expect(send('bob', false, 1)).toHaveLength(0)
    await clock.advance(100)
    expect(low).toHaveLength(20)
  })

  test('pause all accounts while no public request is left', async () => {
    const { clock, send, answerWith } = openRig()
    answerWith(reply(200, { ratelimit: '"default";r=0;t=4' }))
    send('ann', false, 1)
    await clock.settle()
    answerWith(reply(200))
    const bob = send('bob', false, 1)
    await clock.advance(10_000)
    expect(bob).toEqual([4_000])
  })
})

test('pauses public requests of all accounts after a 429, up to 30 s, and then spaces them', async () => {
  const { clock, send, answerWith } = openRig()
  answerWith(POLICY)
  send('ann', false, 1)
  await clock.settle()
  answerWith(reply(429, { 'retry-after': '3600' }))
  send('ann', false, 1)
  await clock.settle()
  answerWith(reply(200))
  const public_ = send('bob', false, 3)
  const signed = send('bob', true, 1)
  await clock.advance(60_000)
  expect(signed).toEqual([0])
  expect(public_[0]).toBe(30_000)
  expect((public_[2] ?? 0) - (public_[1] ?? 0)).toBe(58)
})
