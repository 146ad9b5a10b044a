import { expect, test } from 'vitest'
import { openFrameScheduler } from '../../../../src/tui/terminal/frame-scheduler.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

/** A pacer that notes when it drew, relative to its start, and wants the next frame so much later. */
function paced(nextAfterMs: number) {
  const clock = openFakeClock()
  const start = clock.nowMs()
  const drawn: number[] = []
  const pacer = openFrameScheduler(clock, 250, () => {
    drawn.push(clock.nowMs() - start)
    return clock.nowMs() + nextAfterMs
  })
  return { clock, drawn, pacer }
}

test('the first change is drawn at once, those within a quarter of a second together', async () => {
  const { clock, drawn, pacer } = paced(60_000)
  for (let ms = 0; ms < 1_000; ms += 10) {
    pacer.changed()
    await clock.advance(10)
  }
  expect(drawn).toEqual([0, 250, 500, 750, 1_000])
})

test('without any change it draws when the frame itself asks for it', async () => {
  const { clock, drawn, pacer } = paced(1_000)
  pacer.changed()
  await clock.advance(3_100)
  expect(drawn).toEqual([0, 1_000, 2_000, 3_000])
})

test('what the person does is drawn without waiting', async () => {
  const { clock, drawn, pacer } = paced(60_000)
  pacer.changed()
  await clock.advance(20)
  pacer.changed()
  pacer.flush()
  await clock.advance(1_000)
  expect(drawn).toEqual([0, 20])
})

test('after close nothing is drawn and no timer waits', async () => {
  const { clock, drawn, pacer } = paced(100)
  pacer.changed()
  pacer.close()
  pacer.flush()
  await clock.advance(1_000)
  expect(drawn).toEqual([])
  expect(clock.pendingTimers()).toBe(0)
})
