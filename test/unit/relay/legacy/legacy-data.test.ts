import { describe, expect, test } from 'vitest'
import { sats } from '../../../../src/domain/units.ts'
import { legacyData } from '../../../../src/relay/legacy/legacy-data.ts'
import { selectPositions } from '../../../../src/store/selectors/positions.ts'
import { selectTotals } from '../../../../src/store/selectors/totals.ts'
import { openStore } from '../../../../src/store/store.ts'
import {
  ACCOUNT,
  madeCross,
  madePosition,
  readAt,
  resetEvent,
  SHORT,
  statusEvent,
  T0,
} from '../../../support/samples.ts'

type Parts = Parameters<typeof resetEvent>[1]

function stateOf(parts: Parts = {}) {
  const store = openStore()
  store.dispatch(statusEvent(T0))
  store.dispatch(resetEvent(T0, parts))
  return store.state()
}

describe('the data for clients of the old system', () => {
  test('has the names and signs of the old system, and the figures of all other views', () => {
    const state = stateOf()
    const { data, staleSince, problem } = legacyData(state, T0 + 400)
    const totals = selectTotals(state, T0 + 400)
    const [row] = selectPositions(state, T0 + 400).filter(({ position }) => position.side === 'short')
    expect(data.user).toEqual({ username: 'trader', balance: 2_015_086, stale: false, ageMs: 400 })
    expect(data.positions?.find(({ side }) => side === 's')).toEqual({
      id: SHORT.id,
      mode: 'isolated',
      side: 's',
      running: true,
      pl: row?.unrealizedPlSats,
      margin: 715_308,
      quantity: 5_000,
      leverage: 10,
      price: 69_900,
      liquidation: 77_666.5,
      stoploss: 71_000,
      takeprofit: 66_000,
      otherMarket: null,
      stale: false,
      ageMs: 400,
    })
    expect(data.positions?.map(({ id, side }) => [id, side])).toEqual([
      [madePosition().id, 'b'],
      [SHORT.id, 's'],
      ['cross', 'b'],
    ])
    expect(data.totals).toEqual({
      totalPL: totals.unrealizedPlSats,
      totalMargin: 712_758 + 715_308 + 9_000_000,
      positionCount: 3,
    })
    expect(Number.isSafeInteger(data.totals.totalPL)).toBe(true)
    expect(data.market).toMatchObject({
      lastPrice: 68_420.5,
      index: 68_412,
      bidPrice: 68_418,
      askPrice: 68_423,
      carryFeeRate: 0.000042,
      carryFeeTimestamp: T0 + 4_340_000,
      change24h: null,
    })
    expect([data.origin, data.network, staleSince, problem]).toEqual(['exchange', 'mainnet', null, null])
  })

  test('sums the P&L of the positions to the satoshi', () => {
    const { data } = legacyData(stateOf(), T0)
    const sum = data.positions?.reduce((total, { pl }) => total + (pl ?? Number.NaN), 0)
    expect(data.totals.totalPL).toBe(sum)
  })

  test('has null for everything unknown, and 0 for a real 0', () => {
    const unread = legacyData(stateOf({ account: null, isolated: null, cross: null, ticker: null }), T0)
    expect(unread.data.user).toEqual({ username: null, balance: null, stale: true, ageMs: null })
    expect(unread.data.positions).toBeNull()
    expect(unread.data.totals).toEqual({ totalPL: null, totalMargin: null, positionCount: null })
    expect(unread.data.market).toMatchObject({
      lastPrice: null,
      bidPrice: null,
      carryFeeRate: null,
      ageMs: null,
    })
    const flat = legacyData(
      stateOf({
        account: readAt(T0, { ...ACCOUNT, balanceSats: sats(0) }),
        isolated: readAt(T0, []),
        cross: readAt(T0, madeCross({ marginSats: sats(0), position: null })),
      }),
      T0,
    ).data
    expect([flat.user.balance, flat.positions, flat.totals]).toEqual([
      0,
      [],
      { totalPL: 0, totalMargin: 0, positionCount: 0 },
    ])
  })

  test('has no totals while one list was not read, although some positions are known', () => {
    const { data } = legacyData(stateOf({ cross: null }), T0)
    expect(data.positions).toHaveLength(2)
    expect(data.totals).toEqual({ totalPL: null, totalMargin: null, positionCount: null })
  })

  test('has a P&L of null, and no sum, for a position without a known entry or of another market', () => {
    const rows = [madePosition({ entryPriceUsd: null }), madePosition({ id: 'x', otherMarket: 'ETH' })]
    const { data } = legacyData(stateOf({ isolated: readAt(T0, rows) }), T0)
    const others = data.positions?.filter(({ mode }) => mode === 'isolated')
    expect(others?.map(({ pl }) => pl)).toEqual([null, null])
    expect(data.totals.totalPL).toBeNull()
  })

  test('says since when it is stale, and why, but not while it is fresh', () => {
    const state = stateOf()
    expect(legacyData(state, T0 + 29_900)).toMatchObject({ data: { stale: false }, staleSince: null })
    const { data, staleSince, problem } = legacyData(state, T0 + 45_000)
    expect(data).toMatchObject({ stale: true, ageMs: 45_080, user: { stale: true, ageMs: 45_000 } })
    expect(data.positions?.every(({ stale }) => stale)).toBe(true)
    expect(staleSince).toBe(T0 - 80)
    expect(problem).toMatch(/^market data 45 s old.*; account data, .* 45 s old$/)
  })

  test('says why positions are missing', () => {
    const reading = legacyData(stateOf({ isolated: null, cross: null }), T0)
    expect(reading.data.positions).toBeNull()
    expect(reading.problem).toMatch(/not read yet/)
  })

  test('keeps a price that is unknown apart from the rest', () => {
    const { data } = legacyData(stateOf({ ticker: null }), T0)
    expect(data.stale).toBe(true)
    expect(data.positions?.map(({ pl, margin }) => [pl, margin])).toContainEqual([null, 712_758])
  })
})
