import { describe, expect, it } from 'vitest'
import { openClock } from '../../../src/node/clock.ts'
import { openRandom } from '../../../src/node/random.ts'

function openHands() {
  const hands = { wall: 1_000_000, monotonic: 500 }
  const clock = openClock(
    () => hands.wall,
    () => hands.monotonic,
  )
  return { hands, clock }
}

describe('the real clock', () => {
  it('shows the time of the wall clock', () => {
    expect(openHands().clock.nowMs()).toBe(1_000_000)
  })

  it('goes on with the monotonic clock when the wall clock is set back', () => {
    const { hands, clock } = openHands()
    hands.wall -= 3_600_000
    hands.monotonic += 250
    expect(clock.nowMs()).toBe(1_000_250)
    hands.monotonic += 250
    expect(clock.nowMs()).toBe(1_000_500)
  })

  it('follows the wall clock over a sleep of the machine', () => {
    const { hands, clock } = openHands()
    hands.wall += 3_600_000
    hands.monotonic += 10
    expect(clock.nowMs()).toBe(4_600_000)
  })

  it('never runs backwards, whatever the two clocks do', () => {
    const { hands, clock } = openHands()
    let last = clock.nowMs()
    for (const [wall, monotonic] of [
      [5, 5],
      [-100, 0.4],
      [200, 0.4],
      [-300, 0.4],
      [0, -5],
    ] as const) {
      hands.wall += wall
      hands.monotonic += monotonic
      const now = clock.nowMs()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
  })

  it('calls back no earlier than asked', async () => {
    const startedAt = performance.now()
    await new Promise<void>(resolve => openClock().after(3, resolve))
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(3)
  })

  it('waits again when a timer fires before its time by the monotonic clock', async () => {
    const halfAsFast = () => performance.now() / 2
    const startedAt = halfAsFast()
    await new Promise<void>(resolve => openClock(Date.now, halfAsFast).after(6, resolve))
    expect(halfAsFast() - startedAt).toBeGreaterThanOrEqual(6)
  })

  it('does not call back at once when the delay is longer than a timer can wait', async () => {
    const clock = openClock()
    let called = false
    const cancel = clock.after(40 * 86_400_000, () => {
      called = true
    })
    await new Promise<void>(resolve => clock.after(3, resolve))
    cancel()
    expect(called).toBe(false)
  })

  it('does not call back what was canceled, and cancels twice without harm', async () => {
    const clock = openClock()
    let called = false
    const cancel = clock.after(0, () => {
      called = true
    })
    cancel()
    cancel()
    await new Promise<void>(resolve => clock.after(3, resolve))
    expect(called).toBe(false)
  })
})

describe('chance', () => {
  it('gives nonces of the asked length that differ', () => {
    const random = openRandom()
    expect(random.hex(16)).toMatch(/^[0-9a-f]{32}$/)
    expect(random.hex(16)).not.toBe(random.hex(16))
  })

  it('gives fractions from 0 up to, not including, 1', () => {
    const fraction = openRandom().float()
    expect(fraction).toBeGreaterThanOrEqual(0)
    expect(fraction).toBeLessThan(1)
  })
})
