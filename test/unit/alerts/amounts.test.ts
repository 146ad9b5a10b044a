import { describe, expect, it } from 'vitest'
import type { AlertInput } from '../../../src/alerts/alert-input.ts'
import type { AmountRule, FundingRule, PriceRule } from '../../../src/domain/alerts/rule.ts'
import { sats, usd } from '../../../src/domain/units.ts'
import type { MarketView, SourceView, TotalsView } from '../../../src/store/view.ts'
import { type AlertRig, openAlertRig } from '../../support/alert-rig.ts'
import { T0 } from '../../support/samples.ts'

const COMMON = { level: null, channels: null, repeatMs: 'default', quiet: null, enabled: true } as const

function priceRule(over: Partial<PriceRule>): PriceRule {
  return { ...COMMON, name: 'p', type: 'price', of: 'last', above: null, below: null, moves: null, ...over }
}

function amountRule(over: Partial<AmountRule>): AmountRule {
  return { ...COMMON, name: 'a', type: 'pl', unit: 'sats', above: null, below: null, changes: null, ...over }
}

function fundingRule(over: Partial<FundingRule>): FundingRule {
  return { ...COMMON, name: 'f', type: 'funding', ratePercentAbove: null, costSatsAbove: null, ...over }
}

/** Fresh data of which only some values matter. */
function inputOf(
  market: Partial<MarketView>,
  totals: Partial<TotalsView> = {},
  stale = false,
): Partial<AlertInput> {
  return {
    market: { lastPriceUsd: null, indexUsd: usd(50_000), stale, ...market } as MarketView,
    totals: { equitySats: sats(1_000_000), equityUsd: usd(500), ...totals } as TotalsView,
    source: { stale, parts: PARTS, status: null } as unknown as SourceView,
    positions: [],
  }
}

const LIVE = { state: 'live', ageMs: 0, reason: null, since: null, unreadable: [], faults: [] } as const
const PARTS = {
  market: LIVE,
  isolatedPositions: LIVE,
  crossPosition: LIVE,
  isolatedOrders: LIVE,
  crossOrders: LIVE,
}

/** Evaluates a rule on inputs, one second apart, and returns `EVENT: MESSAGE` per step. */
function run(rule: PriceRule | AmountRule | FundingRule, inputs: readonly Partial<AlertInput>[]) {
  const rig: AlertRig = openAlertRig({ rules: [rule] })
  return inputs.map((input, i) =>
    rig.evaluate(T0 + i * 1_000, input).notices.map(({ event, alert }) => `${event}: ${alert.message}`),
  )
}

const prices = (...all: readonly number[]) => all.map(price => inputOf({ lastPriceUsd: usd(price) }))

const pls = (...all: readonly number[]) => all.map(pl => inputOf({}, { unrealizedPlSats: sats(pl) }))

describe('a price rule', () => {
  it('fires beyond its level and ends 0.1 percent behind it', () => {
    expect(run(priceRule({ above: 70_000 }), prices(69_999, 70_000, 69_931, 70_001, 69_929))).toEqual([
      [],
      ['firing: the last price is 70,000.0 USD, above 70,000.0 USD'],
      [],
      [],
      ['resolved: no longer: the last price is 70,001.0 USD, above 70,000.0 USD'],
    ])
    expect(run(priceRule({ below: 60_000 }), prices(60_001, 60_000, 60_059, 60_061)).flat()).toEqual([
      'firing: the last price is 60,000.0 USD, below 60,000.0 USD',
      'resolved: no longer: the last price is 60,059.0 USD, below 60,000.0 USD',
    ])
  })

  it('has a remedy with the level at which it ends', () => {
    const rig = openAlertRig({ rules: [priceRule({ above: 70_000, level: 'critical' })] })
    const { raised } = rig.evaluate(T0, inputOf({ lastPriceUsd: usd(70_000) }))
    expect(raised[0]).toMatchObject({
      level: 'critical',
      remedy: 'Ends when it is below 69,930.0 USD',
      subject: 'market',
    })
  })

  it.each(['index', 'last', 'bid', 'ask'] as const)('watches the %s price', of => {
    const values = { indexUsd: usd(1), lastPriceUsd: usd(2), bidUsd: usd(3), askUsd: usd(4) }
    const expected = { index: 1, last: 2, bid: 3, ask: 4 }[of]
    expect(run(priceRule({ of, above: 0.5 }), [inputOf(values)]).flat()).toEqual([
      `firing: the ${of} price is ${expected}.0 USD, above 0.5 USD`,
    ])
  })

  it('fires for a move within its window, and ends below 90 percent of it', () => {
    const rule = priceRule({ moves: { amount: 2, withinMs: 60_000 } })
    expect(run(rule, prices(100_000, 98_001, 98_000, 98_100, 98_201))).toEqual([
      [],
      [],
      ['firing: the last price moved by -2.00% within 1m00s to 98,000.0 USD'],
      [],
      ['resolved: no longer: the last price moved by -1.90% within 1m00s to 98,100.0 USD'],
    ])
  })

  it('holds while prices are stale or unknown', () => {
    const stale = inputOf({ lastPriceUsd: usd(50_000) }, {}, true)
    expect(run(priceRule({ above: 70_000 }), [...prices(70_000), stale, inputOf({})]).slice(1)).toEqual([
      [],
      [],
    ])
  })
})

describe('a rule about an amount', () => {
  it('fires beyond its bound and ends 1 percent behind it', () => {
    const rule = amountRule({ below: -1_000_000 })
    expect(run(rule, pls(-999_999, -1_000_000, -990_001, -989_999)).flat()).toEqual([
      'firing: the unrealized P&L is -1,000,000 sats, below -1,000,000 sats',
      'resolved: no longer: the unrealized P&L is -990,001 sats, below -1,000,000 sats',
    ])
  })

  it('does not flap around 0', () => {
    const values = pls(5, -5, 5, -5, 999, -5, 1_001)
    expect(run(amountRule({ below: 0 }), values).flat()).toEqual([
      'firing: the unrealized P&L is -5 sats, below 0 sats',
      'resolved: no longer: the unrealized P&L is -5 sats, below 0 sats',
    ])
  })

  it('writes dollars and percent with their signs', () => {
    const input = inputOf({}, { unrealizedPlSats: sats(-200_000) })
    expect(run(amountRule({ unit: 'usd', below: -50 }), [input]).flat()).toEqual([
      'firing: the unrealized P&L is -100.00 USD, below -50.00 USD',
    ])
    expect(run(amountRule({ unit: 'percent', below: -10 }), [input]).flat()).toEqual([
      'firing: the unrealized P&L is -20.00% of the equity, below -10.00% of the equity',
    ])
  })

  it('fires for a change within its window', () => {
    const equities = (...all: readonly number[]) =>
      all.map(equity => inputOf({}, { equitySats: sats(equity) }))
    const changes = { amount: 10, withinMs: 60_000 }
    const rule = amountRule({ type: 'equity', unit: 'percent', changes })
    expect(run(rule, equities(1_000_000, 910_000, 900_000)).flat()).toEqual([
      'firing: the equity moved by -10.00% within 1m00s to +900,000 sats',
    ])
    const inSats = amountRule({ type: 'equity', changes: { amount: 1_000, withinMs: 60_000 } })
    expect(run(inSats, equities(10_000, 11_000)).flat()).toEqual([
      'firing: the equity moved by +1,000 sats within 1m00s to +11,000 sats',
    ])
  })

  it('fires for the free margin', () => {
    const rig = openAlertRig({ rules: [amountRule({ type: 'margin', below: 3_000_000 })] })
    expect(rig.slide(T0, 0.2).notices.map(({ alert }) => alert.message)).toEqual([
      'the free margin is +2,015,086 sats, below +3,000,000 sats',
    ])
  })

  it('holds while data is stale or the amount is unknown', () => {
    const stale = inputOf({}, { unrealizedPlSats: sats(5_000_000) }, true)
    const unknown = inputOf({}, { unrealizedPlSats: null })
    const noEquity = inputOf({}, { unrealizedPlSats: sats(0), equitySats: null })
    expect(run(amountRule({ below: -10 }), [...pls(-10), stale, unknown]).slice(1)).toEqual([[], []])
    const percent = amountRule({ unit: 'percent', below: -10 })
    expect(run(percent, [...pls(-200_000), noEquity]).slice(1)).toEqual([[]])
  })
})

describe('a funding rule', () => {
  const rates = (...all: readonly (number | null)[]) => all.map(fundingRate => inputOf({ fundingRate }))

  it('fires for a rate of either sign and names who pays', () => {
    const rule = fundingRule({ ratePercentAbove: 0.1 })
    expect(run(rule, rates(0.0009, 0.001, 0.00099, -0.0012, 0.0009)).flat()).toEqual([
      'firing: the next funding rate (longs pay) is 0.1000%, above 0.1000%',
      'resolved: no longer: the next funding rate (shorts pay) is 0.1200%, above 0.1000%',
    ])
  })

  it('fires for what the next settlement costs, not for what it pays', () => {
    const rule = fundingRule({ costSatsAbove: 1_000 })
    const costs = [1_000, -1_000, -990, -985].map(sum =>
      inputOf({ fundingRate: 0.0001 }, { nextFundingSats: sats(sum) }),
    )
    expect(run(rule, costs).flat()).toEqual([
      'firing: what the next funding costs this account is 1,000 sats, above 1,000 sats',
      'resolved: no longer: what the next funding costs this account is 990 sats, above 1,000 sats',
    ])
  })

  it('holds each of both while it is unknown', () => {
    const rule = fundingRule({ ratePercentAbove: 0.1, costSatsAbove: 10 })
    const both = inputOf({ fundingRate: 0.002 }, { nextFundingSats: sats(-100) })
    const noCost = inputOf({ fundingRate: 0 }, { nextFundingSats: null })
    const noRate = inputOf({ fundingRate: null }, { nextFundingSats: sats(0) })
    expect(run(rule, [both, noCost]).map(all => all.map(text => text.slice(0, 40)))).toEqual([
      ['firing: the next funding rate (longs pay)', 'firing: what the next funding costs this'].map(t =>
        t.slice(0, 40),
      ),
      ['resolved: no longer: the next funding rate (lo'.slice(0, 40)],
    ])
    expect(run(rule, [both, noRate])[1]?.map(text => text.slice(0, 34))).toEqual([
      'resolved: no longer: what the next',
    ])
  })
})
