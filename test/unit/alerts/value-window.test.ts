import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ValueWindow } from '../../../src/alerts/value-window.ts'

interface Sample {
  readonly at: number
  readonly value: number
}

const WITHIN_MS = 256_000
/** A window keeps 256 slices. */
const SLICE_MS = WITHIN_MS / 256

/** The move by all earlier samples that are not older than `withinMs`. */
function naiveMove(before: readonly Sample[], { at, value }: Sample, withinMs: number): number | null {
  const values = before.filter(sample => sample.at >= at - withinMs).map(sample => sample.value)
  if (values.length === 0) return null
  const rise = value - Math.min(...values)
  const fall = Math.max(...values) - value
  return rise >= fall ? rise : -fall
}

const samples = fc
  .array(
    fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), value: fc.integer({ min: -50, max: 50 }) }),
    {
      maxLength: 200,
    },
  )
  .map(steps => {
    let at = 0
    return steps.map(({ afterMs, value }): Sample => {
      at += afterMs
      return { at, value }
    })
  })

it('returns null before a second value', () => {
  const window = new ValueWindow()
  expect(window.moveOf(1, 0, 1_000)).toBeNull()
  expect(window.moveOf(4, 1_000, 1_000)).toBe(3)
  expect(window.moveOf(4, 2_000, 1_000)).toBe(0)
  expect(window.moveOf(9, 3_001, 1_000)).toBeNull()
})

it('returns the move to the farther extreme, negative after a fall', () => {
  const window = new ValueWindow()
  for (const [at, value] of [
    [0, 100],
    [1_000, 120],
    [2_000, 90],
  ] as const)
    window.moveOf(value, at, 60_000)
  expect(window.moveOf(95, 3_000, 60_000)).toBe(-25)
  expect(window.moveOf(119, 4_000, 60_000)).toBe(29)
})

it('equals the move over all values, but for one slice of the window', () => {
  fc.assert(
    fc.property(samples, all => {
      const window = new ValueWindow()
      for (const [index, sample] of all.entries()) {
        const move = window.moveOf(sample.value, sample.at, WITHIN_MS)
        const before = all.slice(0, index)
        const bounds = [WITHIN_MS, WITHIN_MS - SLICE_MS].map(ms => naiveMove(before, sample, ms))
        if (bounds[0] === bounds[1]) expect(move).toBe(bounds[0])
        else {
          // The oldest slice may be left out.
          const sizes = bounds.map(bound => Math.abs(bound ?? 0))
          expect(Math.abs(move ?? 0)).toBeLessThanOrEqual(Math.max(...sizes))
          expect(Math.abs(move ?? 0)).toBeGreaterThanOrEqual(Math.min(...sizes))
        }
      }
    }),
    { numRuns: 300 },
  )
})

it('forgets nothing but the oldest slice with many values', () => {
  const window = new ValueWindow()
  window.moveOf(0, 0, WITHIN_MS)
  let last: number | null = null
  for (let at = 1; at < 250_000; at++) last = window.moveOf(100, at, WITHIN_MS)
  expect(last).toBe(100)
})
