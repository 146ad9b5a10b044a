import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quantityBefore, replayCrossFills, wasFlatBy } from '../../../src/domain/cross-replay.ts'
import type { Side } from '../../../src/domain/position.ts'
import type { CrossFill } from '../../../src/domain/snapshot.ts'
import { sats, sumSats, usd } from '../../../src/domain/units.ts'
import { plSats } from '../../../src/domain/valuation.ts'
import * as cross from '../../../src/simulator/account/cross.ts'
import { AT, must, openExchangeState } from '../../support/simulator-state.ts'

type Drawn = readonly [side: Side, quantityUsd: number, priceUsd: number]

function fillsOf(drawn: readonly Drawn[]): readonly CrossFill[] {
  return drawn.map(([side, quantityUsd, priceUsd], n) => ({
    id: `fill ${n}`,
    type: null,
    side,
    quantityUsd,
    priceUsd: usd(priceUsd),
    feeSats: sats(1),
    filledAt: 1_000 + n,
  }))
}

const signed = ([side, quantityUsd]: Drawn): number => (side === 'long' ? quantityUsd : -quantityUsd)
const held = (drawn: readonly Drawn[]): number => drawn.reduce((sum, each) => sum + signed(each), 0)
const pls = (drawn: readonly Drawn[], startUsd: number | null) =>
  replayCrossFills(fillsOf(drawn), startUsd).map(({ plSats }) => plSats)

const side = fc.constantFrom<Side>('long', 'short')
const price = fc.integer({ min: 40_000, max: 400_000 }).map(halves => halves / 2)
const fill = fc.tuple(side, fc.integer({ min: 1, max: 5_000 }), price)
const fills = fc.array(fill, { minLength: 1, maxLength: 30 })

/** The fills and one more that closes the position, at the price of the last one. */
function closed(drawn: readonly Drawn[]): readonly Drawn[] {
  const left = held(drawn)
  const last = drawn.at(-1)
  if (left === 0 || last === undefined) return drawn
  return [...drawn, [left > 0 ? 'short' : 'long', Math.abs(left), last[2]]]
}

describe('a loss that the remainder is too small to carry', () => {
  it('is realized at the fill, and the entry price stays', () => {
    const drawn: readonly Drawn[] = [
      ['long', 10_000, 140_000],
      ['short', 9_000, 30_000],
      ['short', 1_000, 30_000],
    ]
    expect(pls(drawn, 0)).toEqual([0, -23_571_429, -2_619_048])
  })
})

describe('the replay of cross fills', () => {
  it('realizes the P&L of a position closed at once, to the sat', () => {
    fc.assert(
      fc.property(
        side,
        fc.integer({ min: 1, max: 15_000_000 }),
        price,
        price,
        (side, quantity, entry, exit) => {
          const opposite = side === 'long' ? 'short' : 'long'
          expect(
            pls(
              [
                [side, quantity, entry],
                [opposite, quantity, exit],
              ],
              0,
            ),
          ).toEqual([0, plSats(side, quantity, usd(entry), usd(exit))])
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('weights the entry price by dollars (reference 7.4: 1,000 at 100,000 and 2,000 at 50,000 are 3,000 at 60,000)', () => {
    const drawn: Drawn[] = [
      ['long', 1_000, 100_000],
      ['long', 2_000, 50_000],
      ['short', 3_000, 66_000],
    ]
    expect(pls(drawn, 0)).toEqual([0, 0, plSats('long', 3_000, usd(60_000), usd(66_000))])
  })

  it('realizes the profit of a reduction and keeps the entry price', () => {
    const drawn: Drawn[] = [
      ['short', 10_000, 68_000],
      ['long', 4_000, 66_000],
      ['long', 6_000, 66_000],
    ]
    expect(pls(drawn, 0)).toEqual([
      0,
      plSats('short', 4_000, usd(68_000), usd(66_000)),
      plSats('short', 6_000, usd(68_000), usd(66_000)),
    ])
  })

  it('carries the loss of a reduction into the remainder', () => {
    const drawn: Drawn[] = [
      ['long', 10_000, 68_000],
      ['short', 4_000, 66_000],
      ['short', 6_000, 66_000],
    ]
    expect(pls(drawn, 0)).toEqual([0, 0, plSats('long', 10_000, usd(68_000), usd(66_000))])
  })

  it('realizes in total what was bought less what was sold, whenever the position is flat', () => {
    fc.assert(
      fc.property(fills.map(closed), drawn => {
        // Values in sats at the price of each fill; a long gains if it was bought for more sats than it was sold for.
        const gained = drawn.reduce((sum, each) => sum + (signed(each) * 1e8) / each[2], 0)
        const realized = sumSats(pls(drawn, 0).map(pl => pl ?? sats(0)))
        expect(Math.abs(realized - gained)).toBeLessThanOrEqual(drawn.length / 2 + 0.01)
      }),
      { numRuns: 1_000 },
    )
  })

  it('does not depend on the order in which the fills are listed', () => {
    fc.assert(
      fc.property(fills, drawn => {
        const listed = fillsOf(drawn)
        expect(replayCrossFills(listed.toReversed(), 0)).toEqual(replayCrossFills(listed, 0))
      }),
    )
  })

  it('realizes the same for a fill that is split at one price', () => {
    fc.assert(
      fc.property(fills.map(closed), fc.integer({ min: 0, max: 30 }), (drawn, at) => {
        const split = drawn.flatMap((each, n): readonly Drawn[] =>
          n !== at || each[1] < 2
            ? [each]
            : [
                [each[0], 1, each[2]],
                [each[0], each[1] - 1, each[2]],
              ],
        )
        const total = (of: readonly Drawn[]) => sumSats(pls(of, 0).map(pl => pl ?? sats(0)))
        expect(Math.abs(total(split) - total(drawn))).toBeLessThanOrEqual(drawn.length)
      }),
    )
  })

  it("matches the simulated exchange's own books whenever the position is flat", () => {
    fc.assert(
      fc.property(fills.map(closed), drawn => {
        const { state, books } = openExchangeState()
        books.balanceSats = 900_000_000_000
        cross.transferToCross(state, AT, 800_000_000_000)
        for (const [side, quantityUsd, priceUsd] of drawn)
          must(cross.crossMarketOrder(state, AT, side === 'long' ? 'buy' : 'sell', quantityUsd, priceUsd))
        const realized = sumSats(pls(drawn, 0).map(pl => pl ?? sats(0)))
        expect(books.cross.quantityUsd).toBe(0)
        expect(Math.abs(realized - books.cross.totalPlSats)).toBeLessThanOrEqual(drawn.length)
      }),
      { numRuns: 25 },
    )
  })
})

describe('an unknown start', () => {
  it('leaves the P&L of every fill unknown if the quantity is unknown', () => {
    expect(replayCrossFills(fillsOf([['long', 10, 60_000]]), null)).toMatchObject([
      { plSats: null, unknownPl: 'position-unknown' },
    ])
  })

  it('leaves reductions unknown until the position is flat, and no later fill', () => {
    const drawn: Drawn[] = [
      ['long', 100, 60_000],
      ['short', 300, 61_000],
      ['short', 300, 61_000],
      ['long', 100, 60_000],
    ]
    const replayed = replayCrossFills(fillsOf(drawn), 400)
    expect(replayed.map(({ unknownPl }) => unknownPl)).toEqual([null, 'entry-unknown', 'entry-unknown', null])
    expect(replayed.map(({ plSats }) => plSats)).toEqual([
      0,
      null,
      null,
      plSats('short', 100, usd(61_000), usd(60_000)),
    ])
  })

  it('never changes a P&L that is known: later fills are replayed as with all fills', () => {
    fc.assert(
      fc.property(fills, fc.nat(29), (drawn, cut) => {
        const all = pls(drawn, 0)
        const later = pls(drawn.slice(cut), held(drawn.slice(0, cut)))
        for (const [n, pl] of later.entries()) if (pl !== null) expect(pl).toBe(all[cut + n])
      }),
    )
  })

  it('is derived from the quantity after the fills', () => {
    fc.assert(
      fc.property(fills, fc.integer({ min: -900, max: 900 }), (drawn, startUsd) => {
        expect(quantityBefore(fillsOf(drawn), startUsd + held(drawn))).toBe(startUsd)
      }),
    )
  })
})

describe('wasFlatBy', () => {
  it('is true only if no fill after the moment has an unknown P&L', () => {
    fc.assert(
      fc.property(fills, fc.nat(29), fc.nat(31), (drawn, cut, moment) => {
        const listed = fillsOf(drawn).slice(cut)
        const at = 999 + moment
        if (!wasFlatBy(listed, held(drawn), at)) return
        const replayed = replayCrossFills(listed, quantityBefore(listed, held(drawn)))
        for (const { fill, plSats } of replayed) if (fill.filledAt > at) expect(plSats).not.toBeNull()
      }),
      { numRuns: 1_000 },
    )
  })

  it.each<[string, Drawn[], number]>([
    [
      'flat after a fill',
      [
        ['short', 10, 60_000],
        ['long', 5, 60_000],
      ],
      5,
    ],
    ['flat before the first fill', [['long', 5, 60_000]], 5],
    ['reversed by a fill', [['short', 10, 60_000]], -4],
  ])('is true for a position %s', (_name, drawn, quantityUsd) => {
    expect(wasFlatBy(fillsOf(drawn), quantityUsd, 1_000)).toBe(true)
    expect(wasFlatBy(fillsOf(drawn), quantityUsd, 999)).toBe(false)
  })
})
