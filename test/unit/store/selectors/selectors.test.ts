import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Side } from '../../../../src/domain/position.ts'
import { BOUNDS, sats, usd } from '../../../../src/domain/units.ts'
import { plSats } from '../../../../src/domain/valuation.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectMarket } from '../../../../src/store/selectors/market.ts'
import { selectOrders, selectPositions } from '../../../../src/store/selectors/positions.ts'
import { selectSource } from '../../../../src/store/selectors/source.ts'
import { selectAccount, selectTotals } from '../../../../src/store/selectors/totals.ts'
import { INITIAL_STATE, type State } from '../../../../src/store/state.ts'
import {
  changeEvent,
  madeCross,
  madePosition,
  madeTicker,
  readAt,
  resetEvent,
  SHORT,
  sampleSnapshot,
  statusEvent,
  T0,
} from '../../../support/samples.ts'

const stateAfter = (...events: FeedEvent[]): State => events.reduce(reduce, INITIAL_STATE)
const live = (): State => stateAfter(resetEvent(T0), statusEvent(T0))

describe('selectors with the sample account', () => {
  const rows = selectPositions(live(), T0 + 400)

  it('sort positions by risk', () => {
    expect(rows.map(row => row.risk)).toEqual(['critical', 'ok', 'ok'])
    expect(rows.map(row => row.position.side)).toEqual(['long', 'short', 'long'])
  })

  it('value positions at the closing price', () => {
    const [first] = rows
    expect(first).toMatchObject({ markPriceUsd: 68_418, unrealizedPlSats: -360_869, stale: false })
    expect(first?.unrealizedPlUsd).toBeCloseTo(-246.88, 2)
    expect(first?.returnOnMargin).toBeCloseTo(-0.506, 3)
    expect(first?.liquidationDistance).toBeCloseTo(0.0235, 4)
    expect(first?.liquidationDistanceUsd).toBeCloseTo(1_608.5, 6)
    expect(first?.breakEvenUsd).toBeCloseTo(70_290.4, 1)
    expect(first?.warnings).toEqual(['no-stop-loss'])
  })

  it('compute totals with the unspent fee reserve and the reserve of an order', () => {
    const totals = selectTotals(live(), T0)
    const reserve = 14_304 + 6_437
    expect(totals.unrealizedPlSats).toBe(400_551)
    expect(totals.marginSats).toBe(10_428_066)
    expect(totals.equitySats).toBe(2_015_086 + 10_428_066 + 400_551 + reserve + 781_955)
    expect(totals.netExposureUsd).toBe(30_000)
    expect(totals.positionCount).toBe(3)
    expect(totals.worstLiquidationDistance).toBeCloseTo(0.0235, 4)
    expect(totals.nextFundingSats).toBe(-1_842)
  })
})

describe('selectPositions', () => {
  it('sorts a position without a liquidation price above safe ones, with a warning', () => {
    const unknown = madePosition({ id: 'u', liquidationPriceUsd: null })
    const state = stateAfter(resetEvent(T0, { isolated: readAt(T0, [SHORT, unknown]) }))
    const [first] = selectPositions(state, T0)
    expect(first?.position.id).toBe('u')
    expect(first).toMatchObject({ risk: 'warn', liquidationDistance: null })
    expect(first?.warnings).toContain('no-liquidation-price')
  })

  it('sorts a position beyond its liquidation price first, with a negative distance', () => {
    const beyond = madePosition({ id: 'b', liquidationPriceUsd: usd(69_000) })
    const state = stateAfter(resetEvent(T0, { isolated: readAt(T0, [madePosition(), beyond]) }))
    const [first] = selectPositions(state, T0)
    expect(first?.position.id).toBe('b')
    expect(first?.liquidationDistance).toBeLessThan(0)
    expect(first?.warnings).toContain('beyond-liquidation')
  })

  it('returns null P&L, not 0, without a closing price', () => {
    const dry = madeTicker({
      buckets: [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: null, askUsd: usd(68_423) }],
    })
    const state = stateAfter(resetEvent(T0, { ticker: readAt(T0, dry) }))
    const long = selectPositions(state, T0).find(row => row.position.id === madePosition().id)
    expect(long).toMatchObject({
      markPriceUsd: null,
      unrealizedPlSats: null,
      returnOnMargin: null,
      risk: 'warn',
    })
    expect(selectTotals(state, T0).unrealizedPlSats).toBeNull()
    expect(selectTotals(state, T0).equitySats).toBeNull()
  })

  it('warns of a stop-loss beyond liquidation for both sides', () => {
    const long = madePosition({ id: 'l', stopLossUsd: usd(66_000) })
    const short = madePosition({ ...SHORT, id: 's', stopLossUsd: usd(78_000) })
    const rows = selectPositions(
      stateAfter(resetEvent(T0, { isolated: readAt(T0, [long, short]), cross: null })),
      T0,
    )
    for (const row of rows) expect(row.warnings).toContain('stop-loss-beyond-liquidation')
  })

  it('values all kinds of positions by the same exact formula', () => {
    const side = fc.constantFrom<Side>('long', 'short')
    const price = fc.integer({ min: 100_000, max: 300_000 }).map(halves => usd(halves / 2))
    fc.assert(
      fc.property(
        side,
        fc.boolean(),
        fc.integer({ min: 1, max: 50_000 }),
        price,
        price,
        (side, isolated, q, entry, bid) => {
          const held = madePosition({
            id: 'p',
            mode: isolated ? 'isolated' : 'cross',
            side,
            quantityUsd: q,
            entryPriceUsd: entry,
          })
          const buckets = [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: bid, askUsd: usd(bid + 5) }]
          const state = stateAfter(
            resetEvent(T0, {
              ticker: readAt(T0, madeTicker({ buckets })),
              isolated: readAt(T0, isolated ? [held] : []),
              cross: readAt(T0, madeCross({ position: isolated ? null : held })),
            }),
          )
          const [row] = selectPositions(state, T0)
          const mark = side === 'long' ? bid : usd(bid + 5)
          expect(row?.unrealizedPlSats).toBe(plSats(side, q, entry, mark))
          expect(row?.netPlSats).toBeLessThanOrEqual(row?.unrealizedPlSats ?? 0)
          expect(selectTotals(state, T0).netExposureUsd).toBe(side === 'long' ? q : -q)
        },
      ),
    )
  })
})

describe("selectPositions with the exchange's P&L", () => {
  const differs = (exchangePl: number, ...more: FeedEvent[]) => {
    const position = madePosition({ exchangePlSats: sats(exchangePl) })
    const before = resetEvent(T0 - 10_000)
    const state = stateAfter(before, resetEvent(T0, { isolated: readAt(T0, [position]) }), ...more)
    return selectPositions(state, T0 + 3_000).find(row => row.position.id === position.id)
  }

  it('tolerates a difference of 1 sat', () => {
    expect(differs(-360_869)?.plDifferenceSats).toBeNull()
    expect(differs(-360_870)?.plDifferenceSats).toBeNull()
  })

  it('returns a larger difference with its sign', () => {
    expect(differs(-360_000)?.plDifferenceSats).toBe(869)
    expect(differs(-360_900)).toMatchObject({ plDifferenceSats: -31 })
    expect(differs(-360_900)?.warnings).toContain('pl-differs')
  })

  it('tolerates a small price move before the first snapshot, but not more', () => {
    const first = (exchangePl: number) => {
      const position = madePosition({ exchangePlSats: sats(exchangePl) })
      const state = stateAfter(resetEvent(T0, { isolated: readAt(T0, [position]) }))
      return selectPositions(state, T0).find(row => row.position.id === position.id)?.plDifferenceSats
    }
    expect(first(-360_869 + 10_000)).toBeNull()
    expect(first(-360_869 + 20_000)).toBe(20_000)
    expect(first(360_869)).toBe(721_738)
  })

  it('tolerates any price received during the read', () => {
    const moved = changeEvent(T0 + 500, {
      kind: 'buckets',
      buckets: [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(68_500), askUsd: usd(68_505) }],
    })
    const atEither = plSats('long', 10_000, usd(70_150), usd(68_450))
    expect(differs(atEither)?.plDifferenceSats).not.toBeNull()
    expect(differs(atEither, moved)?.plDifferenceSats).toBeNull()
  })
})

describe('all selectors', () => {
  it('never return NaN, infinity or minus zero, for any input', () => {
    const isBad = (value: unknown): boolean =>
      typeof value === 'number'
        ? !Number.isFinite(value) || Object.is(value, -0)
        : Array.isArray(value)
          ? value.some(isBad)
          : typeof value === 'object' &&
            value !== null &&
            !(value instanceof Error) &&
            Object.values(value).some(isBad)
    const amount = fc.option(fc.integer({ min: 0, max: 1_000_000 }))
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        amount,
        fc.constantFrom<Side>('long', 'short'),
        (margin, liq, entry, bid, side) => {
          const price = (value: number | null) => (value ? usd(value) : null)
          const held = madePosition({
            side,
            marginSats: margin === null ? null : sats(margin),
            liquidationPriceUsd: price(liq),
            entryPriceUsd: price(entry),
            exchangePlSats: null,
          })
          const ticker = madeTicker({
            indexUsd: price(bid),
            buckets: [{ minSizeUsd: 0, maxSizeUsd: 1, bidUsd: price(bid), askUsd: price(bid) }],
          })
          const snapshot = sampleSnapshot(T0, { isolated: readAt(T0, [held]), ticker: readAt(T0, ticker) })
          const state = stateAfter({ type: 'reset', at: T0, snapshot })
          for (const view of [selectPositions, selectTotals, selectMarket, selectAccount, selectSource])
            expect(isBad(view(state, T0))).toBe(false)
          expect(isBad(selectOrders(state))).toBe(false)
        },
      ),
    )
  })
})

describe('selectTotals at the bounds of accepted numbers', () => {
  it('sums a hundred of the largest positions exactly', () => {
    const extreme = Array.from({ length: 100 }, (_, i) =>
      madePosition({
        id: `p${i}`,
        quantityUsd: 500_000,
        entryPriceUsd: usd(BOUNDS.leastPriceUsd),
        marginSats: sats(BOUNDS.mostSats),
        exchangePlSats: null,
      }),
    )
    const most = usd(BOUNDS.mostPriceUsd)
    const buckets = [{ minSizeUsd: 0, maxSizeUsd: BOUNDS.mostQuantityUsd, bidUsd: most, askUsd: most }]
    const ticker = readAt(T0, madeTicker({ buckets, indexUsd: most }))
    const state = stateAfter(resetEvent(T0, { isolated: readAt(T0, extreme), ticker }))
    expect(selectTotals(state, T0).equitySats).toBeGreaterThan(100 * BOUNDS.mostSats)
  })
})
