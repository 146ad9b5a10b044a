import { describe, expect, it } from 'vitest'
import type { Change } from '../../../../src/domain/snapshot.ts'
import { usd } from '../../../../src/domain/units.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { INITIAL_STATE, type State } from '../../../../src/store/state.ts'
import { changeEvent, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

const stateAfter = (...events: FeedEvent[]): State => events.reduce(reduce, INITIAL_STATE)

describe('reduce with a tick from the future', () => {
  const price = (lastPriceUsd: number): Change => ({ kind: 'last-price', lastPriceUsd: usd(lastPriceUsd) })

  it.each([3_000, 20_000, 600_000])('does not let a stamp %i ms ahead block the next tick', aheadMs => {
    const state = stateAfter(
      resetEvent(T0 - 5_000),
      statusEvent(T0 - 4_000, { clockOffsetMs: 0 }),
      changeEvent(T0, price(70_000), T0 + aheadMs),
      changeEvent(T0 + 250, price(70_500), T0 + 200),
    )
    expect(state.lastPrice).toEqual({ value: 70_500, sourceAt: T0 + 200, receivedAt: T0 + 250 })
  })

  it('ignores a candle that opens in the future', () => {
    const candle = (openedAt: number): Change => ({
      kind: 'candle',
      range: '1m',
      candle: {
        openedAt,
        openUsd: usd(1),
        highUsd: usd(1),
        lowUsd: usd(1),
        closeUsd: usd(1),
        volumeUsd: 1,
      },
    })
    const listed = candle(T0 - 60_000)
    if (listed.kind !== 'candle') throw new Error('not a candle')
    const state = stateAfter(
      resetEvent(T0),
      changeEvent(T0, { kind: 'candles', range: '1m', candles: [listed.candle] }),
      changeEvent(T0, candle(T0 + 600_000)),
      changeEvent(T0 + 1, candle(T0)),
    )
    expect(state.candles.get('1m')?.map(({ openedAt }) => openedAt)).toEqual([T0 - 60_000, T0])
  })
})
