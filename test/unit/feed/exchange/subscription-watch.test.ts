import { describe, expect, it } from 'vitest'
import { ExchangeClock } from '../../../../src/feed/exchange/exchange-clock.ts'
import { SubscriptionWatch } from '../../../../src/feed/exchange/subscription-watch.ts'
import { TOPICS } from '../../../../src/wire/lnm/topics.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const START = 1_800_000_000_000

function setUp() {
  const clock = openFakeClock(START)
  const exchangeClock = new ExchangeClock(clock)
  const calls: string[] = []
  const watch = new SubscriptionWatch(
    { clock, exchangeClock, host: 'stream.host', topicSilenceMs: 15_000 },
    {
      silentSince: at => calls.push(`silent since ${at === null ? null : at - START}`),
      resubscribe: () => calls.push('resubscribe'),
      replace: ({ code, message }) => calls.push(`${code}: ${message}`),
    },
  )
  watch.start()
  return { clock, exchangeClock, calls, watch }
}

describe('SubscriptionWatch', () => {
  it('does nothing while prices arrive', async () => {
    const { clock, calls, watch } = setUp()
    for (let second = 0; second < 120; second += 10) {
      await clock.advance(10_000)
      watch.received(TOPICS.index, clock.nowMs(), clock.nowMs())
    }
    expect(calls).toEqual(['silent since null'])
  })

  it('subscribes again after a silence, then replaces the socket', async () => {
    const { clock, calls, watch } = setUp()
    await clock.advance(1_000)
    watch.received(TOPICS.ticker, null, clock.nowMs())
    await clock.advance(15_000)
    expect(calls).toEqual(['silent since null', 'silent since 1000', 'resubscribe'])
    await clock.advance(15_000)
    expect(calls.slice(3)).toEqual([
      'silence: stream.host sent no current prices for 30 s on an open connection',
    ])
    expect(clock.pendingTimers()).toBe(0)
  })

  it('does not replace the socket once the new subscription sends', async () => {
    const { clock, calls, watch } = setUp()
    await clock.advance(15_000)
    watch.received(TOPICS.buckets, null, clock.nowMs())
    await clock.advance(14_000)
    expect(calls).toEqual(['silent since 0', 'resubscribe', 'silent since null'])
    watch.received(TOPICS.buckets, null, clock.nowMs())
    await clock.advance(14_000)
    expect(calls).toHaveLength(3)
  })

  it('does not count topics other than prices', async () => {
    const { clock, calls, watch } = setUp()
    for (const topic of [TOPICS.announcements, TOPICS.isolatedTrades, TOPICS.funding]) {
      await clock.advance(5_000)
      watch.received(topic, clock.nowMs(), clock.nowMs())
    }
    expect(calls).toEqual(['silent since 0', 'resubscribe'])
  })

  it('does not count messages that are old by the measured clock', async () => {
    const { clock, exchangeClock, calls, watch } = setUp()
    exchangeClock.addSample(START + 3_600_000, START, START)
    await clock.advance(10_000)
    watch.received(TOPICS.index, clock.nowMs() + 3_600_000 - 31_000, clock.nowMs())
    await clock.advance(5_000)
    expect(calls).toEqual(['silent since 0', 'resubscribe'])
    watch.received(TOPICS.index, clock.nowMs() + 3_600_000 - 29_000, clock.nowMs())
    expect(calls).toHaveLength(3)
  })

  it('counts old messages while the clock is not measured, since our own may be wrong', async () => {
    const { clock, calls, watch } = setUp()
    await clock.advance(10_000)
    watch.received(TOPICS.index, START - 3_600_000, clock.nowMs())
    await clock.advance(10_000)
    expect(calls).toEqual(['silent since null'])
  })

  it('stops for good', async () => {
    const { clock, calls, watch } = setUp()
    watch.stop()
    await clock.advance(60_000)
    expect(calls).toEqual([])
    expect(clock.pendingTimers()).toBe(0)
  })
})
