import { describe, expect, it } from 'vitest'
import { entryOf } from '../../../../src/domain/entry.ts'
import type { Bucket } from '../../../../src/domain/market.ts'
import type { Position } from '../../../../src/domain/position.ts'
import type { AccountSnapshot } from '../../../../src/domain/snapshot.ts'
import { sats, usd } from '../../../../src/domain/units.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectPositions } from '../../../../src/store/selectors/positions.ts'
import { INITIAL_STATE } from '../../../../src/store/state.ts'
import {
  changeEvent,
  madePosition,
  madeTicker,
  readAt,
  resetEvent,
  statusEvent,
  T0,
} from '../../../support/samples.ts'

const FILL = usd(100_000)
const MOVED = usd(105_000)
/** P&L of a long of 1,000 USD at 110,000: from the fill (reference 7.1) and from the price that a cash-in moved. */
const FROM_FILL = sats(90_909)
const FROM_MOVED = sats(43_290)

const bucketsAt = (bidUsd: number): readonly Bucket[] => [
  { minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(bidUsd), askUsd: usd(bidUsd + 10) },
]

function cashedIn(exchangePl: number | null, over: Partial<Position> = {}): Position {
  return madePosition({
    id: 'cashed',
    quantityUsd: 1_000,
    ...entryOf({ priceUsd: MOVED, entryPriceUsd: FILL }),
    exchangePlSats: exchangePl === null ? null : sats(exchangePl),
    ...over,
  })
}

function readOf(position: Position, bidUsd = 110_000, at = T0): Partial<AccountSnapshot> {
  const ticker = madeTicker({ buckets: bucketsAt(bidUsd) })
  return { isolated: readAt(at, [position]), cross: null, ticker: readAt(at, ticker) }
}

function rowAfter(...events: readonly FeedEvent[]) {
  return selectPositions(events.reduce(reduce, INITIAL_STATE), T0)[0]
}

function entryAfter(...events: readonly FeedEvent[]) {
  const { entryPriceUsd, entrySource } = rowAfter(...events)?.position ?? {}
  return [entrySource, entryPriceUsd]
}

describe('the entry of an isolated trade', () => {
  it('is `price` if it reproduces the P&L of the exchange', () => {
    const row = rowAfter(resetEvent(T0, readOf(cashedIn(FROM_MOVED))))
    expect(row?.position).toMatchObject({ entrySource: 'price', entryPriceUsd: MOVED })
    expect(row?.unrealizedPlSats).toBe(FROM_MOVED)
  })

  it('is `entryPrice` if only it reproduces the P&L of the exchange', () => {
    const row = rowAfter(resetEvent(T0, readOf(cashedIn(FROM_FILL))))
    expect(row?.position).toMatchObject({ entrySource: 'entryPrice', entryPriceUsd: FILL })
    expect(row?.unrealizedPlSats).toBe(FROM_FILL)
    expect(row?.plDifferenceSats).toBeNull()
  })

  it('is `entryPrice` for a short as well', () => {
    const short = cashedIn(111_111, {
      side: 'short',
      ...entryOf({ priceUsd: usd(95_000), entryPriceUsd: FILL }),
    })
    expect(entryAfter(resetEvent(T0, readOf(short, 89_990)))).toEqual(['entryPrice', FILL])
  })

  it('tolerates the rounding of 1 sat', () => {
    expect(entryAfter(resetEvent(T0, readOf(cashedIn(FROM_FILL - 1))))).toEqual(['entryPrice', FILL])
  })

  it('is the price that reproduces the P&L to the sat if a small price move explains both', () => {
    // From 100,050 the P&L is 90,410: a price move of 0.05% lies between both.
    const near = (pl: number) => cashedIn(pl, entryOf({ priceUsd: usd(100_050), entryPriceUsd: FILL }))
    expect(entryAfter(resetEvent(T0, readOf(near(FROM_FILL))))).toEqual(['entryPrice', FILL])
    expect(entryAfter(resetEvent(T0, readOf(near(90_410))))).toEqual(['price', 100_050])
    expect(entryAfter(resetEvent(T0, readOf(near(90_600))))).toEqual(['undecided', 100_050])
  })

  it('is `price` with a warning if none reproduces the P&L', () => {
    const row = rowAfter(resetEvent(T0, readOf(cashedIn(70_000))))
    expect(row?.position).toMatchObject({ entrySource: 'neither', entryPriceUsd: MOVED })
    expect(row?.warnings).toContain('pl-differs')
  })

  it('is undecided without the P&L of the exchange or without a price', () => {
    expect(entryAfter(resetEvent(T0, readOf(cashedIn(null))))).toEqual(['undecided', MOVED])
    const noTicker = { ...readOf(cashedIn(FROM_FILL)), ticker: null }
    expect(entryAfter(resetEvent(T0, noTicker))).toEqual(['undecided', MOVED])
  })

  it('is undecided if the prices received during the read explain both', () => {
    const wide = [
      resetEvent(T0 - 10_000, readOf(cashedIn(null), 110_000, T0 - 10_000)),
      changeEvent(T0 - 50, { kind: 'buckets', buckets: bucketsAt(104_000) }),
      changeEvent(T0 - 40, { kind: 'buckets', buckets: bucketsAt(117_000) }),
    ]
    expect(entryAfter(...wide, resetEvent(T0, readOf(cashedIn(FROM_MOVED))))).toEqual(['undecided', MOVED])
  })

  it('needs no decision if both prices are equal', () => {
    const same = cashedIn(70_000, entryOf({ priceUsd: FILL, entryPriceUsd: FILL }))
    expect(entryAfter(resetEvent(T0, readOf(same)))).toEqual(['same', FILL])
  })
})

describe('a choice of the entry', () => {
  const chosen = resetEvent(T0 - 60_000, readOf(cashedIn(FROM_FILL), 110_000, T0 - 60_000))

  it('is kept without further evidence, also if a cash-in moves the price again', () => {
    expect(entryAfter(chosen, resetEvent(T0, readOf(cashedIn(null))))).toEqual(['entryPrice', FILL])
    expect(entryAfter(chosen, resetEvent(T0, readOf(cashedIn(70_000))))).toEqual(['entryPrice', FILL])
    const again = cashedIn(null, entryOf({ priceUsd: usd(107_000), entryPriceUsd: FILL }))
    expect(entryAfter(chosen, resetEvent(T0, readOf(again)))).toEqual(['entryPrice', FILL])
  })

  it('is changed if the P&L contradicts it and confirms the other price', () => {
    expect(entryAfter(chosen, resetEvent(T0, readOf(cashedIn(FROM_MOVED))))).toEqual(['price', MOVED])
  })

  it('is kept if a small price move that was not received explains the P&L', () => {
    // 91,650 is the P&L from 99,926 at 110,000, and from the fill at 110,090: 0.1% higher.
    const near = cashedIn(91_650, entryOf({ priceUsd: usd(99_926), entryPriceUsd: FILL }))
    const first = cashedIn(FROM_FILL, entryOf({ priceUsd: usd(99_000), entryPriceUsd: FILL }))
    const decided = resetEvent(T0 - 60_000, readOf(first, 110_000, T0 - 60_000))
    expect(entryAfter(decided)).toEqual(['entryPrice', FILL])
    expect(entryAfter(decided, resetEvent(T0, readOf(near)))).toEqual(['entryPrice', FILL])
  })

  it('is not made from a message of the stream, which has one price', () => {
    const position = cashedIn(null, entryOf({ priceUsd: MOVED, entryPriceUsd: null }))
    const filled = changeEvent(T0 - 50_000, { kind: 'trade-filled', position })
    const before = resetEvent(T0 - 60_000, { ...readOf(cashedIn(null)), isolated: readAt(T0, []) })
    expect(entryAfter(before, filled, resetEvent(T0, readOf(cashedIn(null))))).toEqual(['undecided', MOVED])
  })

  it('of a relay is taken by its clients, whatever they would decide', () => {
    const relay = statusEvent(T0 - 100, { kind: 'relay' })
    expect(entryAfter(relay, resetEvent(T0, readOf(cashedIn(FROM_FILL))))).toEqual(['undecided', MOVED])
    const decided = cashedIn(70_000, { entrySource: 'entryPrice', entryPriceUsd: FILL })
    expect(entryAfter(relay, resetEvent(T0, readOf(decided)))).toEqual(['entryPrice', FILL])
  })
})
