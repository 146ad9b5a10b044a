import { describe, expect, it } from 'vitest'
import { ExchangeClock } from '../../../../src/feed/exchange/exchange-clock.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

describe('ExchangeClock', () => {
  it('uses the local clock until it is measured', () => {
    const clock = openFakeClock(1_000)
    expect(new ExchangeClock(clock)).toMatchObject({ offsetMs: null })
    expect(new ExchangeClock(clock).nowMs()).toBe(1_000)
  })

  it('assumes the middle of the round trip', () => {
    const exchangeClock = new ExchangeClock(openFakeClock(1_000))
    exchangeClock.addSample(6_000, 900, 1_000)
    expect(exchangeClock.offsetMs).toBe(5_050)
    expect(exchangeClock.nowMs()).toBe(6_050)
  })

  it('uses a slow sample only if there is no better one', () => {
    const exchangeClock = new ExchangeClock(openFakeClock(0))
    exchangeClock.addSample(10_000, 0, 6_000)
    expect(exchangeClock.offsetMs).toBe(7_000)
    exchangeClock.addSample(100, 0, 20)
    exchangeClock.addSample(3_000, 0, 6_000)
    expect(exchangeClock.offsetMs).toBe(90)
  })

  it('uses a slow sample that contradicts the offset, since the clock was set', () => {
    const exchangeClock = new ExchangeClock(openFakeClock(0))
    exchangeClock.addSample(300_010, 0, 20)
    exchangeClock.addSample(103_000, 100_000, 106_000)
    expect(exchangeClock.offsetMs).toBe(0)
    exchangeClock.addSample(503_000, 200_000, 206_000)
    expect(exchangeClock.offsetMs).toBe(300_000)
  })

  it('rejects a time that an earlier sample had already, since a cache or a stuck gateway replied', () => {
    const exchangeClock = new ExchangeClock(openFakeClock(0))
    expect(exchangeClock.addSample(10_000, 0, 20)).toBe(true)
    expect(exchangeClock.addSample(10_000, 30_000, 30_020)).toBe(false)
    expect(exchangeClock).toMatchObject({ offsetMs: 9_990, samples: 1 })
    expect(exchangeClock.addSample(70_000, 60_000, 60_020)).toBe(true)
  })

  it('accepts a repeated time within a second, since the clock may have whole seconds', () => {
    const exchangeClock = new ExchangeClock(openFakeClock(0))
    exchangeClock.addSample(10_000, 0, 20)
    expect(exchangeClock.addSample(10_000, 900, 920)).toBe(true)
  })
})
