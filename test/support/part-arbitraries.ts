import * as fc from 'fast-check'
import type { Account } from '../../src/domain/account.ts'
import type { Bucket, Candle, Funding, Ticker } from '../../src/domain/market.ts'
import { PART_ERROR_KINDS, type PartReport, type PartReports, type RowFault } from '../../src/domain/parts.ts'
import type { CrossAccount, Order, Position } from '../../src/domain/position.ts'
import { sanitize } from '../../src/domain/sanitize.ts'
import type { Stamped } from '../../src/domain/stamp.ts'
import { BOUNDS, sats, usd } from '../../src/domain/units.ts'
import type { SnapshotParts } from '../../src/wire/relay/messages.ts'

/** Arbitrary values of a type. */
export type Arb<T> = fc.Arbitrary<T>

export const orNull = <T>(arb: Arb<T>): Arb<T | null> => fc.option(arb, { nil: null })
const isPlain = (value: number): boolean => !Object.is(value, -0)
export const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isPlain)
const positive = fc.double({ noNaN: true, min: 1e-9, max: 1e12 })
export const time = fc.integer({ min: 0, max: 253_402_300_799_999 })
export const amount = fc.integer({ min: -BOUNDS.mostSats, max: BOUNDS.mostSats }).map(sats)
export const price = fc.double({ noNaN: true, min: BOUNDS.leastPriceUsd, max: BOUNDS.mostPriceUsd }).map(usd)
export const level = fc.double({ noNaN: true, min: BOUNDS.leastLevelUsd, max: BOUNDS.mostLevelUsd }).map(usd)
const leverage = fc.double({ noNaN: true, min: BOUNDS.leastLeverage, max: BOUNDS.mostLeverage })
export const quantity = fc.integer({ min: 1, max: BOUNDS.mostQuantityUsd })
/** Text for users, clean as every decoder leaves it. */
export const text = fc.string({ unit: 'binary', maxLength: 40 }).map(any => sanitize(any))
export const id = fc.stringMatching(/^[\w.:-]{1,64}$/)
const permission = fc.string({ maxLength: 40 })
export const side = fc.constantFrom('long', 'short')
const mode = fc.constantFrom('isolated', 'cross')
export const rows = { maxLength: 3 }

export const funding: Arb<Funding> = fc.record({
  rate: orNull(fc.double({ noNaN: true, min: -1, max: 1 }).filter(isPlain)),
  at: orNull(time),
})
const bucket: Arb<Bucket> = fc.record({
  minSizeUsd: fc.double({ noNaN: true, min: 0, max: 1e9 }),
  maxSizeUsd: positive,
  bidUsd: orNull(price),
  askUsd: orNull(price),
})
export const buckets = fc.array(bucket, rows)
const ticker: Arb<Ticker> = fc.record({
  lastPriceUsd: orNull(price),
  indexUsd: orNull(price),
  funding,
  buckets,
})
export const candle: Arb<Candle> = fc.record({
  openedAt: time,
  openUsd: price,
  highUsd: price,
  lowUsd: price,
  closeUsd: price,
  volumeUsd: fc.double({ noNaN: true, min: 0, max: 1e12 }),
})
const account: Arb<Account> = fc.record({
  username: orNull(text),
  balanceSats: amount,
  syntheticUsdBalance: orNull(fc.double({ noNaN: true, min: -1e10, max: 1e10 }).filter(isPlain)),
  syntheticUsdUnit: fc.constantFrom('dollars', 'cents', null),
  feeTier: orNull(fc.nat(3)),
})
export const position: Arb<Position> = fc.record({
  id,
  mode,
  side,
  quantityUsd: quantity,
  entryPriceUsd: orNull(price),
  entryCandidates: orNull(fc.record({ priceUsd: orNull(price), entryPriceUsd: orNull(price) })),
  entrySource: fc.constantFrom('same', 'price', 'entryPrice', 'undecided', 'neither', null),
  marginSats: orNull(amount),
  entryMarginSats: orNull(amount),
  maintenanceMarginSats: orNull(amount),
  runningMarginSats: orNull(amount),
  leverage: orNull(leverage),
  liquidationPriceUsd: orNull(level),
  stopLossUsd: orNull(level),
  stopLossTrailingDistance: orNull(fc.double({ noNaN: true, min: 1e-9, max: BOUNDS.mostDistance })),
  takeProfitUsd: orNull(level),
  exchangePlSats: orNull(amount),
  fundingPaidSats: orNull(amount),
  openingFeeSats: orNull(amount),
  cashInMarginSats: orNull(amount),
  cashInPlSats: orNull(amount),
  openedAt: orNull(time),
  otherMarket: orNull(text),
})
export const order: Arb<Order> = fc.record({
  id,
  mode,
  side,
  type: fc.constant('limit'),
  quantityUsd: quantity,
  priceUsd: price,
  leverage: orNull(leverage),
  reservedSats: orNull(fc.integer({ min: 0, max: 2 * BOUNDS.mostSats }).map(sats)),
  createdAt: orNull(time),
  otherMarket: orNull(text),
})
export const cross: Arb<CrossAccount> = fc.record({
  marginSats: orNull(amount),
  leverage: orNull(leverage),
  position: orNull(position),
  updatedAt: orNull(time),
})
export const key = orNull(fc.record({ permissions: orNull(fc.array(permission, rows)) }))
export const missing = fc.uniqueArray(fc.constantFrom('account:read', 'futures:cross:read'))

function stamped<T>(value: Arb<T>): Arb<Stamped<T> | null> {
  return orNull(fc.record({ value, sourceAt: orNull(time), receivedAt: time }))
}

export const parts: { readonly [K in keyof SnapshotParts]: Arb<SnapshotParts[K]> } = {
  ticker: stamped(ticker),
  account: stamped(account),
  isolated: stamped(fc.array(position, rows)),
  isolatedOrders: stamped(fc.array(order, rows)),
  cross: stamped(cross),
  crossOrders: stamped(fc.array(order, rows)),
}

const rowFaults: Arb<readonly RowFault[]> = fc.array(
  fc.record({ id: orNull(text), field: text, problem: text }),
  rows,
)
const report: Arb<PartReport> = fc.record({
  readAt: orNull(time),
  error: orNull(
    fc.record({
      kind: fc.constantFrom(...PART_ERROR_KINDS),
      code: fc.constantFrom('unreadable', 'rate-limited'),
      message: text,
      hint: orNull(text),
    }),
  ),
  since: orNull(time),
  unreadable: rowFaults,
  faults: rowFaults,
})
export const reports: Arb<PartReports> = fc.record({
  market: report,
  account: report,
  isolatedPositions: report,
  isolatedOrders: report,
  crossPosition: report,
  crossOrders: report,
})
export const lastKnown: Arb<readonly Stamped<Position>[]> = fc.array(
  fc.record({ value: position, sourceAt: orNull(time), receivedAt: time }),
  rows,
)
