import * as fc from 'fast-check'
import type { Account } from '../../src/domain/account.ts'
import type { Bucket, Candle, Funding, Ticker } from '../../src/domain/market.ts'
import { PART_ERROR_KINDS, type PartReport, type PartReports, type RowFault } from '../../src/domain/parts.ts'
import type { CrossAccount, Order, Position } from '../../src/domain/position.ts'
import type { AccountSnapshot, Change, History } from '../../src/domain/snapshot.ts'
import type { Stamped } from '../../src/domain/stamp.ts'
import type { Hop } from '../../src/domain/status.ts'
import { BOUNDS, sats, usd } from '../../src/domain/units.ts'
import type {
  ClientMessage,
  RelayChange,
  RelayMessage,
  RelayUpstream,
  SnapshotParts,
  SnapshotRefresh,
} from '../../src/wire/relay/messages.ts'

type Arb<T> = fc.Arbitrary<T>

const orNull = <T>(arb: Arb<T>): Arb<T | null> => fc.option(arb, { nil: null })
const isPlain = (value: number): boolean => !Object.is(value, -0)
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isPlain)
const positive = fc.double({ noNaN: true, min: 1e-9, max: 1e12 })
const time = fc.integer({ min: 0, max: 253_402_300_799_999 })
const amount = fc.integer({ min: -BOUNDS.mostSats, max: BOUNDS.mostSats }).map(sats)
const price = fc.double({ noNaN: true, min: BOUNDS.leastPriceUsd, max: BOUNDS.mostPriceUsd }).map(usd)
const level = fc.double({ noNaN: true, min: 0, max: 1e15 }).map(usd)
const quantity = fc.integer({ min: 1, max: BOUNDS.mostQuantityUsd })
const text = fc.string({ unit: 'binary', maxLength: 40 })
const side = fc.constantFrom('long', 'short')
const mode = fc.constantFrom('isolated', 'cross')
const rows = { maxLength: 3 }

const funding: Arb<Funding> = fc.record({ rate: orNull(number), at: orNull(time) })
const bucket: Arb<Bucket> = fc.record({
  minSizeUsd: fc.double({ noNaN: true, min: 0, max: 1e9 }),
  maxSizeUsd: positive,
  bidUsd: orNull(price),
  askUsd: orNull(price),
})
const buckets = fc.array(bucket, rows)
const ticker: Arb<Ticker> = fc.record({
  lastPriceUsd: orNull(price),
  indexUsd: orNull(price),
  funding,
  buckets,
})
const candle: Arb<Candle> = fc.record({
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
  syntheticUsdBalance: orNull(number),
  syntheticUsdUnit: fc.constantFrom('dollars', 'cents', null),
  feeTier: orNull(fc.nat(3)),
})
const position: Arb<Position> = fc.record({
  id: text,
  mode,
  side,
  quantityUsd: quantity,
  entryPriceUsd: orNull(price),
  marginSats: orNull(amount),
  maintenanceMarginSats: orNull(amount),
  runningMarginSats: orNull(amount),
  leverage: orNull(positive),
  liquidationPriceUsd: orNull(level),
  stopLossUsd: orNull(level),
  takeProfitUsd: orNull(level),
  exchangePlSats: orNull(amount),
  fundingPaidSats: orNull(amount),
  openingFeeSats: orNull(amount),
  openedAt: orNull(time),
  otherMarket: orNull(text),
})
const order: Arb<Order> = fc.record({
  id: text,
  mode,
  side,
  type: fc.constant('limit'),
  quantityUsd: quantity,
  priceUsd: price,
  leverage: orNull(positive),
  reservedSats: orNull(fc.integer({ min: 0, max: 2 * BOUNDS.mostSats }).map(sats)),
  createdAt: orNull(time),
  otherMarket: orNull(text),
})
const cross: Arb<CrossAccount> = fc.record({
  marginSats: orNull(amount),
  leverage: orNull(positive),
  position: orNull(position),
  updatedAt: orNull(time),
})
const key = orNull(fc.record({ permissions: orNull(fc.array(text, rows)) }))
const missing = fc.uniqueArray(fc.constantFrom('account:read', 'futures:cross:read'))

function stamped<T>(value: Arb<T>): Arb<Stamped<T> | null> {
  return orNull(fc.record({ value, sourceAt: orNull(time), receivedAt: time }))
}

const parts: { readonly [K in keyof SnapshotParts]: Arb<SnapshotParts[K]> } = {
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
    }),
  ),
  since: orNull(time),
  unreadable: rowFaults,
  faults: rowFaults,
})
const reports: Arb<PartReports> = fc.record({
  market: report,
  account: report,
  isolatedPositions: report,
  isolatedOrders: report,
  crossPosition: report,
  crossOrders: report,
})
const lastKnown: Arb<readonly Stamped<Position>[]> = fc.array(
  fc.record({ value: position, sourceAt: orNull(time), receivedAt: time }),
  rows,
)

/** Any snapshot that can be read. */
const anySnapshot: Arb<AccountSnapshot> = fc.record({
  origin: fc.constantFrom('exchange', 'simulated'),
  network: fc.constantFrom('mainnet', 'signet', 'simulator'),
  startedAt: time,
  endedAt: time,
  key,
  missing,
  parts: reports,
  lastKnown,
  ...parts,
})

const history: Arb<History> = fc.record({
  since: time,
  closed: orNull(
    fc.array(
      fc.record({
        id: text,
        side,
        quantityUsd: quantity,
        entryPriceUsd: orNull(price),
        exitPriceUsd: orNull(price),
        plSats: amount,
        openingFeeSats: amount,
        closingFeeSats: amount,
        openedAt: orNull(time),
        closedAt: time,
      }),
      rows,
    ),
  ),
  fundingFees: orNull(
    fc.array(fc.record({ settlementId: text, tradeId: orNull(text), at: time, feeSats: amount }), rows),
  ),
  crossFills: orNull(
    fc.array(
      fc.record({ id: text, side, quantityUsd: quantity, priceUsd: price, feeSats: amount, filledAt: time }),
      rows,
    ),
  ),
})

const kind = <K extends string>(name: K): Arb<K> => fc.constant(name)

/** A change of each kind, by its kind: a new kind without an arbitrary does not compile. */
export const CHANGES: { readonly [K in Change['kind']]: Arb<Extract<Change, { kind: K }>> } = {
  ticker: fc.record({
    kind: kind('ticker'),
    lastPriceUsd: orNull(price),
    indexUsd: orNull(price),
    funding,
  }),
  'last-price': fc.record({ kind: kind('last-price'), lastPriceUsd: price }),
  index: fc.record({ kind: kind('index'), indexUsd: price }),
  buckets: fc.record({ kind: kind('buckets'), buckets }),
  funding: fc.record({ kind: kind('funding'), funding }),
  candle: fc.record({ kind: kind('candle'), range: text, candle }),
  candles: fc.record({ kind: kind('candles'), range: text, candles: fc.array(candle, rows) }),
  history: fc.record({ kind: kind('history'), history }),
  announcement: fc.record({ kind: kind('announcement'), id: text, title: orNull(text) }),
  'order-opened': fc.record({ kind: kind('order-opened'), order }),
  'trade-filled': fc.record({ kind: kind('trade-filled'), position }),
  'trade-ended': fc.record({
    kind: kind('trade-ended'),
    id: text,
    why: fc.constantFrom('closed', 'stop-loss', 'take-profit', 'liquidation', 'canceled', 'filled'),
    plSats: orNull(amount),
    exitPriceUsd: orNull(price),
    closingFeeSats: orNull(amount),
    endedAt: orNull(time),
  }),
  'trade-funded': fc.record({
    kind: kind('trade-funded'),
    id: text,
    marginSats: orNull(amount),
    liquidationPriceUsd: orNull(level),
    feeSats: orNull(amount),
    fundedAt: orNull(time),
  }),
  'cross-position': fc.record({ kind: kind('cross-position'), event: text, cross }),
  'cross-order-opened': fc.record({ kind: kind('cross-order-opened'), order }),
  'cross-order-ended': fc.record({
    kind: kind('cross-order-ended'),
    id: text,
    why: fc.constantFrom('filled', 'canceled', 'liquidation'),
    side: orNull(side),
    quantityUsd: orNull(quantity),
    priceUsd: orNull(price),
    endedAt: orNull(time),
  }),
  wallet: fc.record({
    kind: kind('wallet'),
    direction: fc.constantFrom('deposit', 'withdrawal'),
    id: text,
    amountSats: amount,
    balanceSats: orNull(amount),
    status: text,
  }),
}

const change: Arb<RelayChange> = fc.record({
  at: time,
  sourceAt: orNull(time),
  change: fc.oneof(...Object.values(CHANGES)) as Arb<Change>,
})

const code = fc.constantFrom('unreachable', 'silence', 'key-refused', 'rate-limited', 'unavailable')

/** A hop with this many hops behind it. */
function hopOf(behind: number): Arb<Hop> {
  return fc.record({
    kind: fc.constantFrom('direct', 'relay'),
    link: fc.constantFrom('idle', 'dialing', 'preparing', 'live', 'waiting', 'stopped'),
    transport: fc.constantFrom('stream', 'http'),
    since: time,
    attempt: fc.nat(),
    retryAt: orNull(time),
    lastError: orNull(fc.record({ code, message: text })),
    rttMs: orNull(fc.nat(100_000)),
    upstream: behind > 0 ? orNull(hopOf(behind - 1)) : fc.constant(null),
  })
}

const upstream: Arb<RelayUpstream> = fc.record({
  hop: hopOf(2),
  exchangeClockOffsetMs: orNull(fc.integer({ min: -1e12, max: 1e12 })),
})

const delta: Arb<SnapshotRefresh> = fc.record({
  startedAt: time,
  endedAt: time,
  confirmedAt: time,
  key,
  missing,
  reports,
  lastKnown,
  parts: fc.record(parts, { requiredKeys: [] }),
})

const sentAt = time
const numbering = { epoch: fc.string({ minLength: 1, maxLength: 40 }), seq: fc.nat() }

/** Any message of a relay. */
export const anyRelayMessage: Arb<RelayMessage> = fc.oneof(
  fc.record({
    type: kind('connection'),
    sentAt,
    protocol: text,
    user: text,
    network: fc.constantFrom('mainnet', 'signet', 'simulator'),
    origin: fc.constantFrom('exchange', 'simulated', null),
    heartbeatMs: fc.integer({ min: 1, max: 86_400_000 }),
  }),
  fc.record({
    type: kind('snapshot'),
    sentAt,
    ...numbering,
    snapshot: anySnapshot,
    changes: fc.array(change, rows),
    upstream,
  }),
  fc.record({
    type: kind('delta'),
    sentAt,
    ...numbering,
    refresh: orNull(delta),
    changes: fc.array(change, rows),
  }),
  fc.record({ type: kind('upstream'), sentAt, upstream }),
  fc.record(
    {
      type: kind('error'),
      sentAt,
      code,
      message: text,
      retryable: fc.boolean(),
      retryAfterMs: fc.nat(86_400_000),
    },
    { requiredKeys: ['type', 'sentAt', 'code', 'message', 'retryable'] },
  ),
  fc.record({ type: kind('pong'), sentAt, t: number }),
  fc.record({ type: kind('heartbeat'), sentAt, ...numbering }),
)

/** Any message of a client. */
export const anyClientMessage: Arb<ClientMessage> = fc.oneof(
  fc.constant<ClientMessage>({ type: 'refresh_data' }),
  fc.record({ type: kind('ping'), t: number }),
)
