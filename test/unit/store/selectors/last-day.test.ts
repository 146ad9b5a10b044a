import { describe, expect, it } from 'vitest'
import type { Position } from '../../../../src/domain/position.ts'
import type { ClosedTrade, FundingFee, History, RealizedFill } from '../../../../src/domain/snapshot.ts'
import { sats, usd } from '../../../../src/domain/units.ts'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectTotals } from '../../../../src/store/selectors/totals.ts'
import { INITIAL_STATE } from '../../../../src/store/state.ts'
import {
  changeEvent,
  madePosition,
  readAt,
  resetEvent,
  SHORT,
  sampleSnapshot,
  statusEvent,
  T0,
} from '../../../support/samples.ts'

const DAY_MS = 86_400_000

const CLOSED: ClosedTrade = {
  id: 'c',
  side: 'long',
  quantityUsd: 4_000,
  entryPriceUsd: null,
  exitPriceUsd: null,
  plSats: sats(-49_812),
  openingFeeSats: sats(5_801),
  closingFeeSats: sats(5_847),
  marginSats: null,
  liquidationPriceUsd: null,
  stopLossUsd: null,
  takeProfitUsd: null,
  openedAt: T0 - 9_000,
  closedAt: T0 - 1_000,
}

const FEE: FundingFee = { settlementId: 's', tradeId: null, at: T0 - 5_000, feeSats: sats(1_790) }

const CROSS_CLOSE: RealizedFill = {
  id: 'x',
  type: 'market',
  side: 'short',
  quantityUsd: 25_000,
  priceUsd: usd(68_418),
  feeSats: sats(36_540),
  plSats: sats(1_174_844),
  positionUsd: 0,
  filledAt: T0 - 2_000,
}

function historyOf(over: Partial<History> = {}): History {
  return {
    since: T0 - DAY_MS,
    closed: [CLOSED],
    fundingFees: [FEE],
    crossFills: [],
    crossUnknownReason: null,
    ...over,
  }
}

function totalsAfter(over: Partial<History>, running: readonly Position[] = [SHORT], now = T0) {
  const events: readonly FeedEvent[] = [
    resetEvent(T0, { isolated: readAt(T0, running) }),
    statusEvent(T0),
    changeEvent(T0, { kind: 'history', history: historyOf(over) }),
  ]
  return selectTotals(events.reduce(reduce, INITIAL_STATE), now)
}

describe('totals of the last 24 hours', () => {
  it('are net of all fees and funding, which are negative if paid', () => {
    const opened = madePosition({ openedAt: T0 - 3_600_000 })
    const fees = -5_801 - 5_847 - 14_255
    expect(totalsAfter({}, [opened, SHORT])).toMatchObject({
      realized24hGrossSats: -49_812,
      realized24hNetSats: -49_812 + fees - 1_790,
      realized24hUnknownReason: null,
      fees24hSats: fees,
      funding24hSats: -1_790,
    })
  })

  it('include the P&L and the fee of a closed cross position', () => {
    const totals = totalsAfter({ closed: [], fundingFees: [], crossFills: [CROSS_CLOSE] })
    expect(totals).toMatchObject({
      realized24hGrossSats: 1_174_844,
      realized24hNetSats: 1_174_844 - 36_540,
    })
  })

  it('count received funding as a gain', () => {
    const totals = totalsAfter({ closed: [], fundingFees: [{ ...FEE, feeSats: sats(-1_667) }] })
    expect(totals).toMatchObject({ realized24hNetSats: 1_667, funding24hSats: 1_667 })
  })

  it('omit what happened earlier', () => {
    const before = T0 - DAY_MS - 1
    const totals = totalsAfter({
      closed: [{ ...CLOSED, closedAt: before }],
      fundingFees: [{ ...FEE, at: before }],
      crossFills: [{ ...CROSS_CLOSE, plSats: null, filledAt: before }],
      crossUnknownReason: 'the position was opened earlier',
    })
    expect(totals).toMatchObject({ realized24hNetSats: 0, realized24hUnknownReason: null, fees24hSats: 0 })
  })

  it.each<[string, Partial<History>, string]>([
    ['closed trades', { closed: null }, "closed trades can't be read"],
    ['cross fills', { crossFills: null }, "fills of the cross position can't be read"],
    ['funding fees', { fundingFees: null }, "funding fees can't be read"],
    [
      'the P&L of a fill',
      { crossFills: [{ ...CROSS_CLOSE, plSats: null }], crossUnknownReason: 'it was never flat' },
      'it was never flat',
    ],
    [
      'the P&L of a fill, from an older relay',
      { crossFills: [{ ...CROSS_CLOSE, plSats: null }] },
      'the relay does not send the P&L of cross fills',
    ],
  ])('are null with a reason without %s', (_, over, reason) => {
    expect(totalsAfter(over)).toMatchObject({ realized24hNetSats: null, realized24hUnknownReason: reason })
  })

  it('are null with a reason before the history is read, and when it is old', () => {
    const fresh = [resetEvent(T0), statusEvent(T0)].reduce(reduce, INITIAL_STATE)
    expect(selectTotals(fresh, T0)).toMatchObject({
      realized24hNetSats: null,
      realized24hUnknownReason: 'the history was not read',
    })
    expect(totalsAfter({}, [SHORT], T0 + 300_001)).toMatchObject({
      realized24hNetSats: null,
      realized24hUnknownReason: 'the history is 5m00s old',
      fees24hSats: null,
    })
  })

  it('are null if the opening fee of a recent trade is unknown', () => {
    const filled = madePosition({ openedAt: T0 - 1_000, openingFeeSats: null })
    expect(totalsAfter({}, [filled])).toMatchObject({
      fees24hSats: null,
      realized24hUnknownReason: 'the opening fees of running trades are unknown',
    })
  })

  it('count the opening fee of an unreadable trade as it was last read, and are null if it never was', () => {
    const opened = madePosition({ openedAt: T0 - 3_600_000 })
    const { parts } = sampleSnapshot(T0)
    const unreadable = (id: string | null) => {
      const rows = [{ id, field: 'liquidation', problem: 'is missing' }]
      return resetEvent(T0 + 1, {
        isolated: readAt(T0 + 1, [SHORT]),
        parts: { ...parts, isolatedPositions: { ...parts.isolatedPositions, unreadable: rows } },
      })
    }
    const first = [
      resetEvent(T0, { isolated: readAt(T0, [opened, SHORT]) }),
      statusEvent(T0),
      changeEvent(T0, { kind: 'history', history: historyOf() }),
    ]
    const whole = selectTotals(first.reduce(reduce, INITIAL_STATE), T0)
    const known = selectTotals([...first, unreadable(opened.id)].reduce(reduce, INITIAL_STATE), T0 + 1)
    expect(known.fees24hSats).toBe(whole.fees24hSats)
    expect(known.realized24hNetSats).toBe(whole.realized24hNetSats)
    for (const id of [null, 'never-read']) {
      const never = selectTotals([...first, unreadable(id)].reduce(reduce, INITIAL_STATE), T0 + 1)
      expect(never).toMatchObject({
        fees24hSats: null,
        realized24hNetSats: null,
        realized24hUnknownReason: 'the opening fees of running trades are unknown',
      })
    }
  })
})
