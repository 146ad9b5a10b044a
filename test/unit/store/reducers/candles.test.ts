import { expect, it } from 'vitest'
import type { Candle } from '../../../../src/domain/market.ts'
import { usd } from '../../../../src/domain/units.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE, RETENTION, type State } from '../../../../src/store/state.ts'
import { changeEvent, T0 } from '../../../support/samples.ts'

const MINUTE_MS = 60_000

function candle(minute: number, closeUsd = 1): Candle {
  const price = usd(1)
  const openedAt = T0 + minute * MINUTE_MS
  return { openedAt, openUsd: price, highUsd: price, lowUsd: price, closeUsd: usd(closeUsd), volumeUsd: 1 }
}

const at = T0 + 10_000 * MINUTE_MS

const listed = (candles: readonly Candle[]): State =>
  reduce(INITIAL_STATE, changeEvent(at, { kind: 'candles', range: '1m', candles }))

const extended = (state: State, next: Candle): State =>
  reduce(state, changeEvent(at, { kind: 'candle', range: '1m', candle: next }))

const listOf = (state: State) => state.candles.get('1m')

it('shares the lists of accounts that receive the same candles', () => {
  const page = [candle(0), candle(1)]
  const [one, other] = [listed(page), listed(page)]
  expect(listOf(one)).toBe(listOf(other))
  const next = candle(2)
  expect(listOf(extended(one, next))).toBe(listOf(extended(other, next)))
  expect(listOf(extended(one, next))).toEqual([...page, next])
})

it('gives each account its own list after different candles', () => {
  const page = [candle(0), candle(1)]
  expect(listOf(extended(listed(page), candle(1, 2)))).toEqual([candle(0), candle(1, 2)])
  expect(listOf(extended(listed(page), candle(1, 3)))).toEqual([candle(0), candle(1, 3)])
  expect(page).toEqual([candle(0), candle(1)])
})

it('ignores a candle older than the last, and one before the first listing', () => {
  const state = listed([candle(0), candle(1)])
  expect(extended(state, candle(0, 2))).toBe(state)
  expect(extended(INITIAL_STATE, candle(0))).toBe(INITIAL_STATE)
})

it('keeps the newest candles', () => {
  const page = Array.from({ length: RETENTION.candles + 1 }, (_, minute) => candle(minute))
  const state = listed(page)
  expect(listOf(state)).toEqual(page.slice(1))
  const next = candle(page.length)
  expect(listOf(extended(state, next))).toEqual([...page.slice(2), next])
})
