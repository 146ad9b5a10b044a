import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usd } from '../../../src/domain/units.ts'
import { plSats } from '../../../src/domain/valuation.ts'
import { crossBookOf } from '../../../src/ledger/cross-book.ts'
import { crossRounds } from '../../../src/ledger/cross-rounds.ts'
import { crossStory } from '../../../src/ledger/cross-story.ts'
import type { EventPrices } from '../../../src/ledger/postings.ts'
import type { FillRow, NoticeRow, ObservationRow, TradeRow } from '../../../src/ledger/rows.ts'
import { type TradeStoryRows, tradeStory } from '../../../src/ledger/trade-story.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 10, 2, 10)

const LIQUIDATED: TradeRow = {
  id: 'trade',
  state: 'closed',
  type: 'limit',
  side: 'long',
  quantityUsd: 1_000,
  priceUsd: 50_000,
  entryPriceUsd: 50_000,
  exitPriceUsd: 46_000,
  marginSats: 150_000,
  liquidationUsd: 46_000,
  stopLossUsd: null,
  takeProfitUsd: null,
  plSats: -173_913,
  openingFeeSats: 2_000,
  closingFeeSats: 2_174,
  fundingSats: 300,
  cashInPlSats: 0,
  cashInMarginSats: 0,
  createdAt: START,
  filledAt: START + MINUTE,
  closedAt: START + 60 * MINUTE,
}

function observation(
  what: ObservationRow['what'],
  before: number,
  after: number,
  minute: number,
): ObservationRow {
  const seenTo = START + minute * MINUTE
  return {
    key: `${what} ${minute}`,
    tradeId: 'trade',
    what,
    before,
    after,
    seenFrom: seenTo - MINUTE,
    seenTo,
  }
}

function fee(settlementId: string, minute: number, feeSats: number) {
  const at = START + minute * MINUTE
  return { key: settlementId, mode: 'isolated', settlementId, tradeId: 'trade', at, feeSats } as const
}

const NOTICE: NoticeRow = {
  id: 'liquidation:trade.1',
  positionId: 'trade',
  at: START + 50 * MINUTE,
  level: 'critical',
  message: 'isolated long 1,000 USD is 1% from its liquidation',
  channels: 'phone',
}

function prices(minutes: readonly (readonly [number, number])[] = []): EventPrices {
  return {
    fixings: new Map([['known', 48_000]]),
    minutes: new Map(minutes.map(([minute, price]) => [START + minute * MINUTE, price])),
  }
}

function story(change: Partial<TradeStoryRows> = {}) {
  return tradeStory({
    trade: LIQUIDATED,
    funding: [],
    observations: [],
    notices: [],
    prices: prices(),
    ...change,
  })
}

const pl = (entry: number, price: number): number => plSats('long', 1_000, usd(entry), usd(price))

describe('the story of a trade', () => {
  it('has each event in order with the P&L at its price', () => {
    const { events, cause } = story({
      funding: [fee('known', 20, 300)],
      observations: [
        observation('margin', 100_000, 150_000, 10),
        observation('stop-loss', 46_500, 45_000, 30),
      ],
      notices: [NOTICE],
      prices: prices([
        [10, 49_000],
        [30, 47_000],
        [50, 46_400],
      ]),
    })
    expect(cause).toBe('liquidated')
    expect(
      events.map(({ kind, priceUsd, plSats: sats, sats: amount }) => [kind, priceUsd, sats, amount]),
    ).toEqual([
      ['ordered', null, null, null],
      ['filled', 50_000, 0, 2_000],
      ['margin', 49_000, pl(50_000, 49_000), 50_000],
      ['funding', 48_000, pl(50_000, 48_000), 300],
      ['stop-loss', 47_000, pl(50_000, 47_000), null],
      ['alert', 46_400, pl(50_000, 46_400), null],
      ['liquidated', 46_000, -173_913, 2_174],
    ])
    expect(events.map(({ unknownReason }) => unknownReason)).toEqual(Array.from({ length: 7 }, () => null))
    expect(events[2]).toMatchObject({ seenFrom: START + 9 * MINUTE, at: START + 10 * MINUTE })
    expect(events[5]?.text).toBe(`critical, sent to phone: ${NOTICE.message}`)
  })

  it('answers why a trade was liquidated', () => {
    expect(story({ funding: [fee('known', 20, 300)] }).events.at(-1)?.text).toBe(
      'the price reached the liquidation price 46,000.0, 8% below the entry 50,000.0: the whole margin of 150,000 sat is lost; ' +
        'funding had taken 300 sat of the margin before; no stop-loss was set',
    )
    const withStop = story({ trade: { ...LIQUIDATED, stopLossUsd: 45_000 } })
    expect(withStop.events.at(-1)?.text).toMatch(/; the stop-loss 45,000.0 did not close it before$/)
  })

  it('says why a P&L is unknown', () => {
    const { events } = story({
      funding: [fee('unlisted', 20, 300)],
      observations: [observation('margin', 100_000, 150_000, 10)],
    })
    expect(events.slice(2, 4).map(({ plSats: sats, unknownReason }) => [sats, unknownReason])).toEqual([
      [null, 'the price of this minute is not known'],
      [null, 'the settlement is not listed'],
    ])
  })

  it('counts P&L from the entry of the time if a cash-in has moved it', () => {
    const trade: TradeRow = {
      ...LIQUIDATED,
      state: 'running',
      priceUsd: 52_000,
      exitPriceUsd: null,
      closedAt: null,
      plSats: 0,
      cashInPlSats: 70_000,
      cashInMarginSats: 0,
    }
    const funding = [fee('known', 5, 1), fee('known', 20, 2)]
    const seen = story({ trade, funding, observations: [observation('cash-in', 0, 70_000, 10)] })
    const pls = ({ events }: typeof seen) =>
      events.filter(({ kind }) => kind === 'funding').map(event => event.plSats ?? event.unknownReason)
    expect(pls(seen)).toEqual([pl(50_000, 48_000), pl(52_000, 48_000)])
    const unseen = 'a cash-in has moved the entry at a time that is not known'
    expect(pls(story({ trade, funding }))).toEqual([unseen, unseen])
  })

  it('ends a canceled order without a P&L', () => {
    const { events, cause } = story({
      trade: { ...LIQUIDATED, state: 'canceled', filledAt: null, exitPriceUsd: null, plSats: 0 },
    })
    expect(cause).toBe('canceled')
    expect(events.map(({ kind, plSats: sats }) => [kind, sats])).toEqual([
      ['ordered', null],
      ['canceled', null],
    ])
  })
})

function fill(index: number, signedUsd: number, priceUsd: number, type: FillRow['type'] = 'market'): FillRow {
  const side = signedUsd > 0 ? 'long' : 'short'
  return {
    id: `fill-${index}`,
    type,
    side,
    quantityUsd: Math.abs(signedUsd),
    priceUsd,
    feeSats: 101,
    filledAt: START + index * MINUTE,
  }
}

function bookOf(fills: readonly FillRow[], marginSats = 1_000_000_000) {
  const transfers = [{ id: 't', amountSats: marginSats, at: START }]
  return crossBookOf({ fills, transfers, funding: [], startUsd: 0 }, null)
}

describe('the rounds of the cross position', () => {
  it('add up to the fills: quantities, fees and P&L', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 40, max: 60 })), {
          maxLength: 40,
        }),
        drawn => {
          const fills = drawn
            .filter(([size]) => size !== 0)
            .map(([size, price], index) => fill(index, size * 100, price * 1_000))
          const { fills: booked } = bookOf(fills)
          const rounds = crossRounds(booked)
          const stories = rounds.map(round =>
            crossStory({
              round,
              transfers: [],
              funding: [],
              canceledOrders: [],
              notices: [],
              prices: prices(),
            }),
          )
          const sum = (values: readonly (number | null)[]): number =>
            values.reduce<number>((total, value) => total + (value ?? Number.NaN), 0)
          expect(sum(stories.map(({ grossPlSats }) => grossPlSats))).toBe(
            sum(booked.map(each => each.plSats)),
          )
          expect(sum(stories.map(({ feesSats }) => feesSats))).toBe(fills.length * 101)
          const parts = rounds.flatMap(round => round.fills)
          expect(sum(parts.map(part => part.quantityUsd))).toBe(sum(fills.map(each => each.quantityUsd)))
          for (const round of rounds.slice(0, -1)) expect(round.to).not.toBeNull()
          for (const { fills: own, to } of rounds) if (to !== null) expect(own.at(-1)?.afterUsd).toBe(0)
        },
      ),
    )
  })

  it('end and begin with a fill that reverses the position', () => {
    const [first, second] = crossRounds(bookOf([fill(0, 300, 50_000), fill(1, -500, 51_000)]).fills)
    expect(first).toMatchObject({ side: 'long', isReversed: true, to: START + MINUTE })
    expect(second).toMatchObject({ side: 'short', isReversed: false, to: null })
    expect(second?.fills[0]).toMatchObject({ quantityUsd: 200, afterUsd: -200, feeSats: 101 - 61 })
  })
})

describe('the story of a cross position', () => {
  it('has P&L at each point, and answers why it was liquidated', () => {
    const { fills } = bookOf([fill(0, 1_000, 50_000), fill(20, -1_000, 46_000, 'liquidation')], 150_101)
    const [round] = crossRounds(fills)
    if (round === undefined) throw new Error('no round')
    const settled = { ...fee('known', 10, 300), mode: 'cross', tradeId: null } as const
    const { events, cause, grossPlSats } = crossStory({
      round,
      transfers: [],
      funding: [settled],
      canceledOrders: [
        { id: 'o', side: 'short', quantityUsd: 700, priceUsd: 55_000, canceledAt: START + 5 * MINUTE },
      ],
      notices: [{ ...NOTICE, positionId: 'cross', at: START + 15 * MINUTE }],
      prices: prices([[15, 47_000]]),
    })
    expect(cause).toBe('liquidated')
    expect(grossPlSats).toBe(-150_000)
    expect(events.map(({ kind, plSats: sats }) => [kind, sats])).toEqual([
      ['filled', 0],
      ['order-canceled', null],
      ['funding', pl(50_000, 48_000)],
      ['alert', pl(50_000, 47_000)],
      ['liquidated', -150_000],
    ])
    expect(events.at(-1)?.text).toContain(
      'the loss of 150,000 sat used up the cross margin of 150,000 sat; funding had taken 300 sat before',
    )
    expect(events[1]?.text).toBe(
      'order short 700 USD at 55,000.0 canceled, as seen on the stream; others may be missing',
    )
  })
})
