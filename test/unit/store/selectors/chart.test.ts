import { describe, expect, test } from 'vitest'
import type { CandleLength } from '../../../../src/domain/candle-range.ts'
import type { Candle } from '../../../../src/domain/market.ts'
import { usd } from '../../../../src/domain/units.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectChart } from '../../../../src/store/selectors/chart.ts'
import { INITIAL_STATE } from '../../../../src/store/state.ts'
import { changeEvent, resetEvent, statusEvent } from '../../../support/samples.ts'

const HOUR_MS = 3_600_000
const NOON = Date.UTC(2026, 10, 23, 12)
const NOW = NOON + 1_800_000

function candle(openedAt: number, low: number, high: number, close = high): Candle {
  return {
    openedAt,
    openUsd: usd(low),
    lowUsd: usd(low),
    highUsd: usd(high),
    closeUsd: usd(close),
    volumeUsd: 1,
  }
}

const read = (range: CandleLength, candles: readonly Candle[]): FeedEvent => ({
  type: 'chart',
  at: NOW,
  range,
  result: { candles },
})
const listed = (range: string, candles: readonly Candle[]) =>
  changeEvent(NOW, { kind: 'candles', range, candles })
const minute = (openedAt: number, low: number, high: number, close = high) =>
  changeEvent(NOW, { kind: 'candle', range: '1m', candle: candle(openedAt, low, high, close) })

const stateOf = (...events: readonly FeedEvent[]) =>
  [resetEvent(NOW), statusEvent(NOW, { clockOffsetMs: 0 }), ...events].reduce(reduce, INITIAL_STATE)

describe('the candles of a chart', () => {
  test('are kept current by the minutes of the stream, and opened by them', () => {
    const quarter = NOON + 900_000
    const state = stateOf(
      read('15m', [candle(NOON, 50, 90), candle(quarter, 60, 70)]),
      listed('1m', [candle(NOON - 60_000, 1, 999)]),
      minute(quarter + 60_000, 55, 72, 71),
      minute(NOW, 80, 81),
    )
    const { candles } = selectChart(state, '15m', NOW)
    expect(candles).toEqual([
      candle(NOON, 50, 90),
      { ...candle(quarter, 55, 72, 71), openUsd: 60 },
      candle(NOW, 80, 81),
    ])
    expect(selectChart(state, '15m', NOW + 1).candles).toBe(candles)
  })

  test('are joined from shorter ones if the source sends no others, and say so', () => {
    const refused: FeedEvent = { type: 'chart', at: NOW, range: '5m', result: { error: 'none' } }
    const listing = Array.from({ length: 12 }, (_, index) =>
      candle(NOON + index * 60_000, index + 1, index + 2),
    )
    const state = stateOf(refused, listed('1m', listing))
    const { candles, joinedFrom, error } = selectChart(state, '5m', NOON + 720_000)
    expect([joinedFrom, error]).toEqual(['1m', 'none'])
    expect(candles.map(({ lowUsd, highUsd }) => [lowUsd, highUsd])).toEqual([
      [1, 6],
      [6, 11],
      [11, 13],
    ])
    expect(selectChart(state, '1w', NOW)).toMatchObject({ candles: [], joinedFrom: null, isRead: false })
  })

  test('of one range stay out of the chart of another', () => {
    const state = stateOf(read('4h', [candle(NOON, 1, 2)]), read('1d', [candle(NOON, 3, 4)]))
    expect(selectChart(state, '1d', NOW).candles).toEqual([candle(NOON, 3, 4)])
    expect(selectChart(state, '3h', NOW)).toMatchObject({ candles: [], isRead: false, error: null })
  })

  test('stay after a failed read, which is stated until the next', () => {
    const failed: FeedEvent = { type: 'chart', at: NOW, range: '4h', result: { error: 'too busy' } }
    const state = stateOf(read('4h', [candle(NOON, 1, 2)]), failed)
    expect(selectChart(state, '4h', NOW)).toMatchObject({ candles: [candle(NOON, 1, 2)], error: 'too busy' })
    expect(selectChart(reduce(state, read('4h', [])), '4h', NOW)).toMatchObject({ error: null })
  })

  test('are outdated two minutes after the end of the last', () => {
    const state = stateOf(read('1h', [candle(NOON, 1, 2)]))
    expect(selectChart(state, '1h', NOON + HOUR_MS + 120_000).endedAt).toBeNull()
    expect(selectChart(state, '1h', NOON + HOUR_MS + 120_001).endedAt).toBe(NOON + HOUR_MS)
  })

  test('are gone with the data of another exchange', () => {
    const state = stateOf(read('1h', [candle(NOON, 1, 2)]))
    const other = reduce(state, resetEvent(NOW + 1, { network: 'signet' }))
    expect(selectChart(other, '1h', NOW).candles).toEqual([])
  })
})
