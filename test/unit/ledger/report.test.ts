import { describe, expect, it } from 'vitest'
import { LEDGER_ROUTES, type RouteState } from '../../../src/ledger/coverage.ts'
import { type PeriodUnit, periodsBetween, Zone } from '../../../src/ledger/periods.ts'
import { ReportBuilder, type ReportInput } from '../../../src/ledger/report.ts'
import type { SampleRow, TradeRow } from '../../../src/ledger/rows.ts'
import { reportDocument } from '../../../src/output/ledger/report.ts'

const at = (text: string): number => Date.parse(text)

const WHOLE: readonly RouteState[] = LEDGER_ROUTES.map(route => {
  return { route, isWhole: true, to: at('2026-12-01T00:00Z'), pass: null, unread: [], error: null }
})

function closed(id: string, openedAt: string, closedAt: string, plSats: number): TradeRow {
  return {
    id,
    state: 'closed',
    type: 'market',
    side: 'long',
    quantityUsd: 100,
    priceUsd: 50_000,
    entryPriceUsd: 50_000,
    exitPriceUsd: 100_000,
    marginSats: 10_000,
    liquidationUsd: 40_000,
    stopLossUsd: null,
    takeProfitUsd: null,
    plSats,
    openingFeeSats: 100,
    closingFeeSats: 200,
    fundingSats: 50,
    cashInPlSats: 0,
    cashInMarginSats: 0,
    createdAt: at(openedAt),
    filledAt: at(openedAt),
    closedAt: at(closedAt),
  }
}

const TRADES = [
  closed('won', '2026-11-02T10:00Z', '2026-11-02T12:00Z', 10_350),
  closed('lost', '2026-11-03T10:00Z', '2026-11-03T22:00Z', -4_650),
  closed('over-midnight', '2026-11-03T23:00Z', '2026-11-04T01:00Z', 1_350),
]

const BASE: ReportInput = {
  fills: [],
  transfers: [],
  crossFunding: [],
  deposits: [],
  withdrawals: [],
  settlements: [{ id: 's', at: at('2026-11-03T16:00Z'), rate: 0.0001, fixingPriceUsd: 80_000 }],
  prices: [],
  samples: [],
  routes: WHOLE,
  from: at('2026-11-02T00:00Z'),
  to: at('2026-11-05T00:00Z') - 1,
  by: 'day',
  zone: new Zone('UTC'),
}

function reported(input: Partial<ReportInput> = {}, trades = TRADES) {
  const builder = new ReportBuilder({ ...BASE, ...input })
  for (const trade of trades) builder.addTrade(trade)
  builder.addFunding({
    key: 's lost',
    mode: 'isolated',
    settlementId: 's',
    tradeId: 'lost',
    at: at('2026-11-03T16:00Z'),
    feeSats: 50,
  })
  const facts = {
    now: BASE.to,
    origin: 'exchange',
    network: 'mainnet',
    source: 'exchange',
    routes: WHOLE,
    key: null,
  } as const
  return reportDocument(builder.report(), { by: input.by ?? 'day', zone: 'UTC' }, facts)
}

const sample = (time: string, equitySats: number): SampleRow => ({
  at: at(time),
  balanceSats: equitySats,
  isolatedSats: 0,
  crossMarginSats: 0,
  crossQuantityUsd: 0,
  openCashInSats: 0,
  syntheticUsd: 0,
  equitySats,
})

describe('a report', () => {
  it('books fees when they are charged and P&L at the close, in sats and dollars of the time', () => {
    const [first, second, third] = reported().periods
    expect(first).toMatchObject({ grossPlSats: 10_350, feesSats: 300, fundingSats: 0, netPlSats: 10_050 })
    // 10,350 sats at 100,000 USD; fees of 100 at 50,000 and 200 at 100,000.
    expect(first).toMatchObject({ grossPlUsd: 10.35, feesUsd: 0.25, netPlUsd: 10.1 })
    // The opening fee of the trade over midnight is of this day; the funding fee at the fixing price.
    expect(second).toMatchObject({ grossPlSats: -4_650, feesSats: 400, fundingSats: 50, fundingUsd: 0.04 })
    expect(third).toMatchObject({ grossPlSats: 1_350, feesSats: 200, trades: 1 })
  })

  it('has the statistics of the trades that closed in the period, net of all their costs', () => {
    expect(reported().total).toMatchObject({
      trades: 3,
      wins: 2,
      losses: 1,
      winRate: 0.666667,
      averageWinSats: 5_500,
      averageLossSats: -5_000,
      profitFactor: 2.2,
      expectancySats: 2_000,
      largestLossSats: -5_000,
      grossPlSats: 7_050,
      netPlSats: 7_050 - 900 - 50,
    })
  })

  it('has the part of the time with a position', () => {
    const [first, second] = reported().periods
    expect(first?.timeInMarket).toBeCloseTo(2 / 24, 5)
    expect(second?.timeInMarket).toBeCloseTo(13 / 24, 5)
  })

  it('takes deposits and withdrawals out of the drawdown', () => {
    const samples = [
      sample('2026-11-02T01:00Z', 1_000),
      sample('2026-11-02T02:00Z', 1_500),
      // A deposit of 10,000 and a loss of 700.
      sample('2026-11-02T03:00Z', 10_800),
      sample('2026-11-02T04:00Z', 11_100),
    ]
    const deposits = [
      {
        id: 'd',
        network: 'lightning',
        status: 'settled',
        amountSats: 10_000,
        createdAt: at('2026-11-02T02:30Z'),
        settledAt: at('2026-11-02T02:30Z'),
      },
    ] as const
    expect(reported({ samples, deposits }).periods[0]?.maxDrawdownSats).toBe(700)
    expect(reported({ samples: samples.slice(0, 1) }).periods[0]?.maxDrawdownSats).toBeNull()
  })

  it('has no sum over a hole, and says which', () => {
    const routes = WHOLE.map(state => {
      return state.route === 'crossFilled' ? { ...state, isWhole: false, error: 'status 403' } : state
    })
    const { total } = reported({ routes })
    expect(total).toMatchObject({ netPlSats: null, trades: null, winRate: null, grossPlUsd: null })
    expect(total.unknownReason).toBe('crossFilled: status 403')
  })

  it('has no dollars if a price is unknown, and the sats all the same', () => {
    const [won] = TRADES
    if (won === undefined) throw new Error('no trade')
    const { total } = reported({}, [{ ...won, exitPriceUsd: null }])
    expect(total).toMatchObject({ grossPlSats: 10_350, grossPlUsd: null, netPlUsd: null, fundingUsd: 0.04 })
  })

  it('begins and ends within the range', () => {
    const { periods } = reported({ from: at('2026-11-03T12:00Z'), to: at('2026-11-03T23:30Z') })
    expect(periods).toHaveLength(1)
    // The opening fee at 23:00 and the closing fee at 22:00; the one at 10:00 is before the range.
    expect(periods[0]).toMatchObject({ feesSats: 300, grossPlSats: -4_650, from: '2026-11-03T12:00:00.000Z' })
  })
})

describe('periods', () => {
  const starts = (from: string, to: string, by: PeriodUnit, zone: string) =>
    periodsBetween(at(from), at(to), by, new Zone(zone)).map(({ start }) => new Date(start).toISOString())

  it('begin weeks on Monday', () => {
    expect(starts('2026-11-25T00:00Z', '2026-12-08T00:00Z', 'week', 'UTC')).toEqual([
      '2026-11-25T00:00:00.000Z',
      '2026-11-30T00:00:00.000Z',
      '2026-12-07T00:00:00.000Z',
    ])
  })

  it('follow the clock of the zone over its changes', () => {
    expect(starts('2026-10-23T22:00Z', '2026-10-26T12:00Z', 'day', 'Europe/Berlin')).toEqual([
      '2026-10-23T22:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ])
    expect(starts('2026-01-01T00:00Z', '2026-07-01T00:00Z', 'year', 'America/New_York')).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T05:00:00.000Z',
    ])
  })

  it.each(['day', 'week', 'month', 'year'] as const)('have no gap and no overlap by %s', by => {
    const periods = periodsBetween(
      at('2024-01-15T03:00Z'),
      at('2026-11-28T17:00Z'),
      by,
      new Zone('Europe/Berlin'),
    )
    for (const [index, { end }] of periods.slice(0, -1).entries()) expect(periods[index + 1]?.start).toBe(end)
    expect(periods.at(-1)?.end).toBe(at('2026-11-28T17:00Z') + 1)
  })
})
