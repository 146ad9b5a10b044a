import { describe, expect, test } from 'vitest'
import { equityRanges } from '../../src/ledger/curve-buckets.ts'
import type { HistoryView } from '../../src/ports/account-history.ts'
import type { Ui } from '../../src/tui/input/ui-state.ts'
import { knownCurve } from '../../src/tui/view/known-curve.ts'
import { madeHistory, madeSummary } from '../support/made-history.ts'
import { T0 } from '../support/samples.ts'
import { contextOf, read, sampleStore, withUi } from './sample-screens.ts'

const MINUTE_MS = 60_000

/** A ledger with one sample every 5 minutes since `minutes` ago. */
function startedAgo(minutes: number): HistoryView {
  const points = Array.from({ length: Math.floor(minutes / 5) + 1 }, (_, index) => ({
    at: T0 - (minutes - 5 * index) * MINUTE_MS,
    equitySats: 12_000_000 + 1_000 * index,
    performanceSats: BigInt(12_000_000 + 1_000 * index),
  }))
  const withdrawal = {
    book: 'withdrawals',
    funds: 'wallet',
    id: 'w',
    at: T0 - 3 * 86_400_000,
    sats: 45_000n,
    priceUsd: null,
  } as const
  return madeHistory({ summary: madeSummary({ curves: equityRanges(points, [withdrawal], T0) }) })
}

const at = (history: HistoryView, [columns, rows]: readonly [number, number], ui: Partial<Ui> = {}): string =>
  read(withUi(contextOf(sampleStore(), { history, columns, rows }), ui))

/** The columns of the curve's box that have a bar in the lowest row, and all of them. */
function bars(text: string): readonly [filled: number, all: number] {
  const lowest = text.split('\n').findLast(line => /[▁-█]{2,} +[\d,]+ +││? /.test(line)) ?? ''
  const box = / ([ ▁-█]+) [\d,]+ +│/.exec(lowest)?.[1] ?? ''
  return [box.trim().length, box.length]
}

describe('the equity of a new ledger', () => {
  test('fills its box from the first sample on, which the title names', () => {
    const text = at(startedAgo(90), [200, 60])
    expect(text).toMatch(/EQUITY 7d · since 11-23 14:1\d ─/)
    const [filled, all] = bars(text)
    expect(all).toBeGreaterThan(25)
    expect(filled).toBeGreaterThanOrEqual(all - 1)
    expect(text).not.toContain('-45,000')
  })

  test.each([0, 10, 40])('leaves its place to the candles %i minutes after the first sample', minutes => {
    const text = at(startedAgo(minutes), [200, 60])
    expect(text).not.toContain('EQUITY 7d')
    expect(text).toMatch(/^┌─ BTC\/USD 1h ─{70,}/m)
  })

  test.each([0, 40])('says in the history since when there are samples, after %i minutes', minutes => {
    const text = at(startedAgo(minutes), [120, 40], { view: 'history', focus: 'closed' })
    expect(text).toMatch(/Samples of the equity since 11-23 1\d:\d\d: the curve begins after about an hour/)
    expect(text).not.toMatch(/█{3}/)
    expect(text).toMatch(/an hour\n\n─▸ CLOSED/)
  })

  test('is the same as the whole range once that is filled', () => {
    const context = contextOf(sampleStore(), { history: startedAgo(7 * 24 * 60) })
    const { curve, since } = knownCurve(context) ?? {}
    expect(since).toBe(null)
    expect(curve).toBe(context.history?.summary?.curves['7d'])
  })
})

describe('the account box', () => {
  const reason = 'settlements: it was not read to its first row yet, which takes a few minutes'
  const summary = madeSummary({ coverage: { from: null, to: T0, reason } })

  test('has the reason of an unknown sum in full', () => {
    const text = at(madeHistory({ summary }), [200, 60])
    const box = text.split('\n').map(line => line.split('││').at(-1)?.trim().replace(/ *│$/, '') ?? '')
    expect(box.join(' ').replace(/ +/g, ' ')).toContain(`REAL 7d net ··· ${reason}`)
  })
})
