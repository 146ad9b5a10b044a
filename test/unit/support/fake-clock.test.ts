import { expect, it } from 'vitest'
import { openFakeClock } from '../../support/fake-clock.ts'

it('the fake clock runs timers at their due times and lets promises settle between them', async () => {
  const clock = openFakeClock(1_000)
  const seen: string[] = []
  const pause = (ms: number) => new Promise<void>(resolve => clock.after(ms, resolve))
  const walk = async () => {
    await pause(10)
    seen.push(`a ${clock.nowMs()}`)
    await pause(10)
    seen.push(`b ${clock.nowMs()}`)
  }
  void walk()
  clock.after(15, () => seen.push(`c ${clock.nowMs()}`))
  await clock.advance(50)
  expect(seen).toEqual(['a 1010', 'c 1015', 'b 1020'])
  expect(clock.nowMs()).toBe(1_050)
})

it('the fake clock runs timers with the same due time in the order in which they were set', async () => {
  const clock = openFakeClock(0)
  const seen: number[] = []
  for (const n of [1, 2, 3]) clock.after(5, () => seen.push(n))
  await clock.advance(4)
  expect(seen).toEqual([])
  await clock.advance(1)
  expect(seen).toEqual([1, 2, 3])
})

it('the fake clock runs timers that became due during a jump at the time after it', async () => {
  const clock = openFakeClock(0)
  let at = 0
  clock.after(10, () => {
    at = clock.nowMs()
  })
  await clock.jump(3_600_000)
  expect(at).toBe(3_600_000)
  expect(clock.pendingTimers()).toBe(0)
})
