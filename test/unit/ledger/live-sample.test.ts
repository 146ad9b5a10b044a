import { expect, test } from 'vitest'
import { sats, usd } from '../../../src/domain/units.ts'
import { type LiveFunds, liveSampleOf } from '../../../src/ledger/live-sample.ts'
import { ACCOUNT, madeCross, madeOrder, madePosition, T0 } from '../../support/samples.ts'

const trade = madePosition({ maintenanceMarginSats: sats(14_304), cashInPlSats: sats(70) })
const funds: LiveFunds = {
  at: T0,
  account: { ...ACCOUNT, syntheticUsdBalance: 12.5 },
  isolated: [trade],
  isolatedOrders: [madeOrder()],
  cross: madeCross(),
  equitySats: 5,
}

test('adds margins, unspent reserves and reservations', () => {
  expect(liveSampleOf(funds)).toEqual({
    at: T0,
    balanceSats: 2_015_086,
    isolatedSats: 712_758 + 14_304 + 781_955,
    crossMarginSats: 9_000_000,
    crossQuantityUsd: 25_000,
    openCashInSats: 70,
    syntheticUsd: 12.5,
    equitySats: 5,
  })
})

test('signs the cross position, and has none when it is flat', () => {
  const short = madePosition({ mode: 'cross', side: 'short', quantityUsd: 7, entryPriceUsd: usd(1) })
  expect(liveSampleOf({ ...funds, cross: madeCross({ position: short }) })?.crossQuantityUsd).toBe(-7)
  expect(liveSampleOf({ ...funds, cross: madeCross({ position: null }) })?.crossQuantityUsd).toBe(0)
})

test('keeps an unknown equity as unknown', () => {
  expect(liveSampleOf({ ...funds, equitySats: null })).toMatchObject({
    equitySats: null,
    balanceSats: 2_015_086,
  })
})

test.each<[string, Partial<LiveFunds>]>([
  ['the margin of a trade', { isolated: [{ ...trade, marginSats: null }] }],
  ['the reserve of a trade', { isolated: [{ ...trade, maintenanceMarginSats: null }] }],
  ['the cash-in of a trade', { isolated: [{ ...trade, cashInPlSats: null }] }],
  ['the reservation of an order', { isolatedOrders: [madeOrder({ reservedSats: null })] }],
  ['the cross margin', { cross: madeCross({ marginSats: null }) }],
  ['the synthetic dollars', { account: { ...ACCOUNT, syntheticUsdBalance: null } }],
  ['the currency of a trade', { isolated: [{ ...trade, otherMarket: 'ETH/USD' }] }],
])('is null if %s is unknown', (_what, change) => {
  expect(liveSampleOf({ ...funds, ...change })).toBeNull()
})
