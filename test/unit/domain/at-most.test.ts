import { expect, test } from 'vitest'
import { atMost } from '../../../src/domain/at-most.ts'
import { openFakeClock } from '../../support/fake-clock.ts'

test('resolves to the value of a promise that settles in time, and leaves no timer', async () => {
  const clock = openFakeClock()
  expect(await atMost(clock, 1_000, Promise.resolve('done'))).toBe('done')
  expect(clock.pendingTimers()).toBe(0)
})

test('resolves to null after the time', async () => {
  const clock = openFakeClock()
  const late = atMost(clock, 1_000, new Promise<string>(() => {}))
  await clock.advance(1_000)
  expect(await late).toBeNull()
})

test('rejects as the promise does, and leaves no timer', async () => {
  const clock = openFakeClock()
  await expect(atMost(clock, 1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(clock.pendingTimers()).toBe(0)
})
