import { describe, expect, it } from 'vitest'
import type { Bucket } from '../../../src/domain/market.ts'
import { usd } from '../../../src/domain/units.ts'
import { recordPrices } from '../../../src/store/price-ranges.ts'
import type { PriceRange } from '../../../src/store/state.ts'
import { T0 } from '../../support/samples.ts'

/** One bucket for each pair of a bid and an ask. */
function buckets(
  ...prices: readonly (readonly [bid: number | null, ask: number | null])[]
): readonly Bucket[] {
  return prices.map(([bid, ask], index) => ({
    minSizeUsd: index * 100,
    maxSizeUsd: (index + 1) * 100,
    bidUsd: bid === null ? null : usd(bid),
    askUsd: ask === null ? null : usd(ask),
  }))
}

/** The ranges after these prices, all received within one second. */
function withinSecond(...received: readonly (readonly Bucket[])[]): readonly PriceRange[] {
  return received.reduce<readonly PriceRange[]>((ranges, each, i) => recordPrices(ranges, each, T0 + i), [])
}

describe('the price ranges of a second', () => {
  it('have the lowest and the highest of each price; an unknown one changes nothing', () => {
    const [range] = withinSecond(
      buckets([100, 101], [99, null]),
      buckets([102, 100], [null, 103]),
      buckets([101, 104], [98, 102]),
    )
    expect(range?.low).toEqual(buckets([100, 100], [98, 102]))
    expect(range?.high).toEqual(buckets([102, 104], [99, 103]))
  })

  it('are those of the new buckets when their number changes', () => {
    const [range] = withinSecond(buckets([100, 101]), buckets([90, 91], [89, 92]))
    expect(range?.low).toEqual(buckets([90, 91], [89, 92]))
  })

  it('have the sizes of the new buckets', () => {
    const [first] = buckets([100, 101])
    const larger = first === undefined ? [] : [{ ...first, maxSizeUsd: 500 }]
    const [range] = withinSecond(buckets([100, 101]), larger)
    expect(range?.low).toEqual(larger)
  })

  it('stay the same object while no price leaves them', () => {
    const ranges = withinSecond(buckets([100, 103]), buckets([102, 101]))
    expect(recordPrices(ranges, buckets([101, 102]), T0 + 3)).toBe(ranges)
    expect(recordPrices(ranges, buckets([101, 102]), T0 + 1_000)).toHaveLength(2)
  })
})
