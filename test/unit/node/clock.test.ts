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

  it('converts its times to a wall clock that was set back', () => {
    const { hands, clock } = openHands()
    const before = clock.nowMs()
    expect(clock.toWall(before)).toBe(before)
    hands.wall -= 10_800_000 - 250
    hands.monotonic += 250
    expect(clock.toWall(clock.nowMs())).toBe(hands.wall)
    expect(clock.toWall(before)).toBe(before - 10_800_000)
  })

  it('converts only the times since the wall clock ran ahead', () => {
    const { hands, clock } = openHands()
    const right = clock.nowMs()
    hands.wall += 10_800_000
    const wrong = clock.nowMs()
    hands.monotonic += 60_000
    hands.wall -= 10_800_000 - 60_000
    expect(clock.toWall(clock.nowMs())).toBe(hands.wall)
    expect(clock.toWall(wrong)).toBe(wrong - 10_800_000)
    expect(clock.toWall(right)).toBe(right)
  })

  it('converts all times if a clock that was wrong from the start is set back after a suspend', () => {
    const { hands, clock } = openHands()
    const wrong = clock.nowMs()
    hands.wall += 28_800_000
    hands.monotonic += 10
    clock.nowMs()
    hands.wall -= 10_800_000
    expect(clock.toWall(wrong)).toBe(wrong - 10_800_000)
  })

  it('follows the wall clock through many steps', () => {
    const { hands, clock } = openHands()
    for (const stepMs of [-3_600_000, 7_200_000, -7_200_000, 90_000, -1_000, -10_800_000, 86_400_000]) {
      hands.wall += stepMs
      hands.monotonic += 10
      expect(clock.toWall(clock.nowMs())).toBe(hands.wall)
    }
  })

  it('counts a suspend that is shorter than an earlier step back', () => {
    const { hands, clock } = openHands()
    hands.wall -= 10_800_000
    const before = clock.nowMs()
    hands.wall += 3_600_000
    hands.monotonic += 10
    expect(clock.nowMs()).toBe(before + 3_600_000)
  })

  it('ignores a difference below a second', () => {
    const { hands, clock } = openHands()
    hands.wall -= 900
    expect(clock.toWall(clock.nowMs())).toBe(1_000_000)
  })

  it('remembers the last 100 jumps', () => {
    const { hands, clock } = openHands()
    hands.wall += 10_800_000
    const wrong = clock.nowMs()
    for (let suspend = 0; suspend < 100; suspend += 1) {
      hands.wall += 5_000
      clock.nowMs()
    }
    hands.wall -= 10_800_000
    expect(clock.toWall(wrong - 1)).toBe(wrong - 1 - 10_800_000)
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
