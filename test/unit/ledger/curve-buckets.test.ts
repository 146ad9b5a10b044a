import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equityRanges } from '../../../src/ledger/curve-buckets.ts'
import { equityCurve } from '../../../src/ledger/drawdown.ts'
import type { Posting } from '../../../src/ledger/postings.ts'
import type { SampleRow } from '../../../src/ledger/rows.ts'

const NOW = Date.UTC(2026, 10, 23, 18)
const HOUR_MS = 3_600_000

function sample(hoursAgo: number, equitySats: number | null): SampleRow {
  return {
    at: NOW - hoursAgo * HOUR_MS,
    balanceSats: 0,
    isolatedSats: 0,
    crossMarginSats: 0,
    crossQuantityUsd: 0,
    openCashInSats: 0,
    syntheticUsd: 0,
    equitySats,
  }
}

function move(book: 'deposits' | 'withdrawals', hoursAgo: number, sats: number): Posting {
  const at = NOW - hoursAgo * HOUR_MS
  return { book, at, sats: BigInt(sats), funds: 'wallet', id: `${book}${hoursAgo}`, priceUsd: null }
}

function rangesOf(samples: readonly SampleRow[], moves: readonly Posting[]) {
  return equityRanges(equityCurve(samples, moves), moves, NOW)
}

test('shows a deposit as a mark and not as a profit', () => {
  const curve = rangesOf(
    [sample(20, 1_000), sample(10, 6_000), sample(0, 5_900)],
    [move('deposits', 15, 5_000)],
  )
  const day = curve['24h']
  expect(day.values.filter(value => value !== null)).toEqual([1_000, 1_000, 900])
  expect(day.changeSats).toBe(-100)
  expect(day.drawdownSats).toBe(100)
  expect(day.marks).toMatchObject([{ sats: 5_000, interval: Math.floor((9 / 24) * 180) }])
})

test('leaves an interval without a sample, or with unknown equity, empty', () => {
  const day = rangesOf([sample(20, 1_000), sample(12, null), sample(1, 1_000)], [])['24h']
  expect(day.values.filter(value => value !== null)).toHaveLength(2)
  expect(day.values[Math.floor((12 / 24) * 180)]).toBeNull()
  expect(day.values[0]).toBeNull()
})

test('has no figures without samples', () => {
  const year = rangesOf([], [move('withdrawals', 3, 10)])['1y']
  expect(year).toMatchObject({ drawdownSats: null, changeSats: null, marks: [{ sats: -10 }] })
  expect(new Set(year.values)).toEqual(new Set([null]))
})

test('does not change with deposits and withdrawals that move the equity by as much', () => {
  const amounts = fc.array(
    fc.record({ hoursAgo: fc.integer({ min: 1, max: 160 }), sats: fc.integer({ min: 1, max: 1e9 }) }),
  )
  const performance = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 2, maxLength: 60 })
  fc.assert(
    fc.property(performance, amounts, (values, made) => {
      const plain = values.map((value, index) => sample(values.length - 1 - index, value))
      const moves = made
        .map(({ hoursAgo, sats }) => move('deposits', hoursAgo + 0.5, sats))
        .toSorted((a, b) => a.at - b.at)
      const moved = plain.map(row => {
        const sum = moves
          .filter(({ at }) => at <= row.at)
          .reduce((total, { sats }) => total + Number(sats), 0)
        return { ...row, equitySats: (row.equitySats ?? 0) + sum }
      })
      const [before, after] = [rangesOf(plain, [])['7d'], rangesOf(moved, moves)['7d']]
      expect(after.drawdownSats).toBe(before.drawdownSats)
      expect(after.changeSats).toBe(before.changeSats)
    }),
  )
})
