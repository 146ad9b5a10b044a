import { beforeEach, describe, expect, test } from 'vitest'
import { DeadlineTimer } from '../../../src/domain/deadline-timer.ts'
import { type FakeClock, openFakeClock } from '../../support/fake-clock.ts'

let clock: FakeClock
let start: number
let fired: number[]
let timer: DeadlineTimer

beforeEach(() => {
  clock = openFakeClock()
  start = clock.nowMs()
  fired = []
  timer = new DeadlineTimer(clock, () => fired.push(clock.nowMs() - start))
})

describe('a deadline timer', () => {
  test('fires once, at the earliest time it was armed for', async () => {
    timer.armBy(start + 500)
    timer.armBy(start + 200)
    timer.armBy(start + 900)
    await clock.advance(2_000)
    expect(fired).toEqual([200])
    expect(timer.isArmed).toBe(false)
  })

  test('keeps one timer of the clock, no matter how often it is armed', () => {
    for (let ms = 1_000; ms > 0; ms -= 100) timer.armBy(start + ms)
    expect(clock.pendingTimers()).toBe(1)
  })

  test('fires without delay, but not synchronously, for a time in the past', async () => {
    timer.armBy(start - 5_000)
    expect(fired).toEqual([])
    await clock.settle()
    expect(fired).toEqual([0])
  })

  test('can be armed from its own callback', async () => {
    const repeating = new DeadlineTimer(clock, () => {
      fired.push(clock.nowMs() - start)
      repeating.armBy(clock.nowMs() + 100)
    })
    repeating.armBy(start)
    await clock.advance(250)
    expect(fired).toEqual([0, 100, 200])
  })

  test('can be armed again after it was canceled, for a later time too', async () => {
    timer.armBy(start + 100)
    timer.cancel()
    expect(clock.pendingTimers()).toBe(0)
    timer.armBy(start + 300)
    await clock.advance(1_000)
    expect(fired).toEqual([300])
  })

  test('never fires once it is closed', async () => {
    timer.armBy(start + 100)
    timer.close()
    timer.armBy(start + 100)
    await clock.advance(1_000)
    expect(fired).toEqual([])
    expect(timer.isClosed).toBe(true)
  })
})
