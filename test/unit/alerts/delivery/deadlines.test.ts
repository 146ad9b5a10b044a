import { expect, test } from 'vitest'
import { DELIVERY_DEADLINES_MS } from '../../../../src/alerts/delivery/deadlines.ts'
import { LEVELS } from '../../../../src/domain/alerts/alert.ts'

test('gives a worse level at least as much time for its delivery', () => {
  const minutes = LEVELS.map(level => DELIVERY_DEADLINES_MS[level] / 60_000)
  expect(minutes).toEqual([10, 30, 120, 1_440, 1_440])
})
