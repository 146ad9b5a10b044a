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

describe('openClock', () => {
  it('returns the time of the wall clock', () => {
    expect(openHands().clock.nowMs()).toBe(1_000_000)
  })

  it('continues with the monotonic clock when the wall clock is set back', () => {
    const { hands, clock } = openHands()
    hands.wall -= 3_600_000
    hands.monotonic += 250
    expect(clock.nowMs()).toBe(1_000_250)
    hands.monotonic += 250
    expect(clock.nowMs()).toBe(1_000_500)
  })

  it('follows the wall clock after a suspend', () => {
    const { hands, clock } = openHands()
    hands.wall += 3_600_000
    hands.monotonic += 10
    expect(clock.nowMs()).toBe(4_600_000)
  })

  it('never runs backwards for any readings of the two clocks', () => {
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

  it('does not call back before the delay has passed', async () => {
    const startedAt = performance.now()
    await new Promise<void>(resolve => openClock().after(3, resolve))
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(3)
  })

  it('waits again if a timer fires early by the monotonic clock', async () => {
    const halfAsFast = () => performance.now() / 2
    const startedAt = halfAsFast()
    await new Promise<void>(resolve => openClock(Date.now, halfAsFast).after(6, resolve))
    expect(halfAsFast() - startedAt).toBeGreaterThanOrEqual(6)
  })

  it('does not call back at once if the delay exceeds the maximum of a timer', async () => {
    const clock = openClock()
    let called = false
    const cancel = clock.after(40 * 86_400_000, () => {
      called = true
    })
    await new Promise<void>(resolve => clock.after(3, resolve))
    cancel()
    expect(called).toBe(false)
  })

  it('does not call back after a cancel, and ignores a second cancel', async () => {
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

describe('openRandom', () => {
  it('returns distinct nonces of the requested length', () => {
    const random = openRandom()
    expect(random.hex(16)).toMatch(/^[0-9a-f]{32}$/)
    expect(random.hex(16)).not.toBe(random.hex(16))
  })

  it('returns floats from 0 inclusive to 1 exclusive', () => {
    const fraction = openRandom().float()
    expect(fraction).toBeGreaterThanOrEqual(0)
    expect(fraction).toBeLessThan(1)
  })
})
