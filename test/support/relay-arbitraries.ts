import * as fc from 'fast-check'
import {
  type AccountSnapshot,
  type Change,
  CROSS_FILL_TYPES,
  type History,
} from '../../src/domain/snapshot.ts'
import type { Hop } from '../../src/domain/status.ts'
import type {
  ClientMessage,
  RelayChange,
  RelayMessage,
  RelayUpstream,
  SnapshotRefresh,
} from '../../src/wire/relay/messages.ts'
import {
  type Arb,
  amount,
  buckets,
  candle,
  cross,
  funding,
  id,
  key,
  lastKnown,
  level,
  missing,
  number,
  order,
  orNull,
  parts,
  position,
  price,
  quantity,
  reports,
  rows,
  side,
  text,
  time,
} from './part-arbitraries.ts'

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
        id,
        side,
        quantityUsd: quantity,
        entryPriceUsd: orNull(price),
        exitPriceUsd: orNull(price),
        plSats: amount,
        openingFeeSats: amount,
        closingFeeSats: amount,
        marginSats: orNull(amount),
        liquidationPriceUsd: orNull(price),
        stopLossUsd: orNull(price),
        takeProfitUsd: orNull(price),
        openedAt: orNull(time),
        closedAt: time,
      }),
      rows,
    ),
  ),
  fundingFees: orNull(
    fc.array(fc.record({ settlementId: id, tradeId: orNull(id), at: time, feeSats: amount }), rows),
  ),
  crossFills: orNull(
    fc.array(
      fc.record({
        id,
        type: orNull(fc.constantFrom(...CROSS_FILL_TYPES)),
        side,
        quantityUsd: quantity,
        priceUsd: price,
        feeSats: amount,
        plSats: orNull(amount),
        positionUsd: orNull(
          fc.oneof(
            fc.constant(0),
            quantity,
            quantity.map(each => -each),
          ),
        ),
        filledAt: time,
      }),
      rows,
    ),
  ),
  crossUnknownReason: orNull(text),
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
  announcement: fc.record({
    kind: kind('announcement'),
    id,
    title: orNull(text),
    message: orNull(text),
    link: orNull(text),
  }),
  'order-opened': fc.record({ kind: kind('order-opened'), order }),
  'trade-filled': fc.record({ kind: kind('trade-filled'), position }),
  'trade-ended': fc.record({
    kind: kind('trade-ended'),
    id,
    why: fc.constantFrom('closed', 'stop-loss', 'take-profit', 'liquidation', 'canceled', 'filled'),
    plSats: orNull(amount),
    exitPriceUsd: orNull(price),
    closingFeeSats: orNull(amount),
    endedAt: orNull(time),
  }),
  'trade-funded': fc.record({
    kind: kind('trade-funded'),
    id,
    marginSats: orNull(amount),
    liquidationPriceUsd: orNull(level),
    feeSats: orNull(amount),
    fundedAt: orNull(time),
  }),
  'cross-position': fc.record({ kind: kind('cross-position'), event: text, cross }),
  'cross-order-opened': fc.record({ kind: kind('cross-order-opened'), order }),
  'cross-order-ended': fc.record({
    kind: kind('cross-order-ended'),
    id,
    why: fc.constantFrom('filled', 'canceled', 'liquidation'),
    side: orNull(side),
    quantityUsd: orNull(quantity),
    priceUsd: orNull(price),
    endedAt: orNull(time),
  }),
  wallet: fc.record({
    kind: kind('wallet'),
    direction: fc.constantFrom('deposit', 'withdrawal'),
    id,
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
    limitedUntil: orNull(fc.record({ signed: orNull(time), public: orNull(time) })),
    upstream: behind > 0 ? orNull(hopOf(behind - 1)) : fc.constant(null),
  })
}

const upstream: Arb<RelayUpstream> = fc.record({
  hop: hopOf(2),
  exchangeClockOffsetMs: orNull(fc.integer({ min: -1e12, max: 1e12 })),
  alerts: orNull(fc.record({ channels: fc.nat() })),
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
  fc.record({
    type: kind('acknowledge'),
    alert: orNull(
      fc.record({
        kind: fc.constantFrom('liquidation', 'unreadable-position'),
        subject: fc.string({ maxLength: 200 }),
        positionId: orNull(fc.string({ maxLength: 200 })),
      }),
    ),
  }),
)
