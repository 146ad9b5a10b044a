import { expect, test } from 'vitest'
import { DELIVERY_DEADLINES_MS, deadlineMsOf } from '../../../../src/alerts/delivery/deadlines.ts'
import { LEVELS } from '../../../../src/domain/alerts/alert.ts'
import { noticeOf } from '../../../support/notices.ts'

test('gives a worse level at least as much time for its delivery', () => {
  const minutes = LEVELS.map(level => DELIVERY_DEADLINES_MS[level] / 60_000)
  expect(minutes).toEqual([10, 30, 120, 1_440, 1_440])
})

test('gives an event about a position or a transfer a day at any level, and every other notice the time of its level', () => {
  const hours = (part: Parameters<typeof noticeOf>[1]) => deadlineMsOf(noticeOf('n-1', part)) / 3_600_000
  for (const kind of ['position', 'wallet'] as const)
    for (const level of LEVELS) expect(hours({ kind, event: 'event', level })).toBe(24)
  expect(hours({ kind: 'order', event: 'event', level: 'info' })).toBeCloseTo(1 / 6)
  expect(hours({ kind: 'position', event: 'firing', level: 'warn' })).toBe(2)
})
