import { expect, test } from 'vitest'
import { openFrameScheduler } from '../../../../src/tui/terminal/frame-scheduler.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

/** A scheduler that records its draws relative to its start (ms). Each frame changes by itself after `nextAfterMs`. */
function opened(nextAfterMs: number) {
  const clock = openFakeClock()
  const start = clock.nowMs()
  const drawn: number[] = []
  const scheduler = openFrameScheduler(clock, 250, () => {
    drawn.push(clock.nowMs() - start)
    return clock.nowMs() + nextAfterMs
  })
  return { clock, drawn, scheduler }
}

test('draws the first change at once, and those within a quarter of a second together', async () => {
  const { clock, drawn, scheduler } = opened(60_000)
  for (let ms = 0; ms < 1_000; ms += 10) {
    scheduler.changed()
    await clock.advance(10)
  }
  expect(drawn).toEqual([0, 250, 500, 750, 1_000])
})

test('draws without any change at the time that the frame has named', async () => {
  const { clock, drawn, scheduler } = opened(1_000)
  scheduler.changed()
  await clock.advance(3_100)
  expect(drawn).toEqual([0, 1_000, 2_000, 3_000])
})

test('draws at once for the user', async () => {
  const { clock, drawn, scheduler } = opened(60_000)
  scheduler.changed()
  await clock.advance(20)
  scheduler.changed()
  scheduler.flush()
  await clock.advance(1_000)
  expect(drawn).toEqual([0, 20])
})

test('draws before it returns on drawNow, and counts it as a frame', async () => {
  const { clock, drawn, scheduler } = opened(60_000)
  scheduler.changed()
  scheduler.drawNow()
  expect(drawn).toEqual([0])
  scheduler.changed()
  await clock.advance(1_000)
  expect(drawn).toEqual([0, 250])
})

test('draws nothing after close and leaves no timer', async () => {
  const { clock, drawn, scheduler } = opened(100)
  scheduler.changed()
  scheduler.close()
  scheduler.flush()
  scheduler.drawNow()
  await clock.advance(1_000)
  expect(drawn).toEqual([])
  expect(clock.pendingTimers()).toBe(0)
})
