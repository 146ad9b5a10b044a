import { type PartReports, UNREAD } from '../../src/domain/parts.ts'
import type { Change } from '../../src/domain/snapshot.ts'
import { sats, usd } from '../../src/domain/units.ts'
import { encodeCandlesDocument } from '../../src/wire/relay/candles-document.ts'
import { encodeClientMessage, encodeRelayMessage } from '../../src/wire/relay/encode.ts'
import type { RelayChange, RelayMessage } from '../../src/wire/relay/messages.ts'
import {
  madeCross,
  madeOrder,
  madePosition,
  readAt,
  reportsFor,
  SHORT,
  sampleSnapshot,
  T0,
} from './samples.ts'
import { madeHop } from './scripted-relay.ts'

const { id } = madePosition()
const at = T0 - 20

const CANDLE = {
  openedAt: T0 - 40_000,
  ...{ openUsd: usd(68_400), highUsd: usd(68_425), lowUsd: usd(68_391.5), closeUsd: usd(68_420.5) },
  volumeUsd: 184_200,
}

const FUNDING = { rate: 0.000042, at: T0 + 4_340_000 }

const CHANGES: { readonly [K in Change['kind']]: Extract<Change, { kind: K }> } = {
  'last-price': { kind: 'last-price', lastPriceUsd: usd(68_420.5) },
  index: { kind: 'index', indexUsd: usd(68_412) },
  ticker: {
    kind: 'ticker',
    lastPriceUsd: usd(68_420.5),
    indexUsd: usd(68_412),
    funding: FUNDING,
  },
  buckets: {
    kind: 'buckets',
    buckets: [{ minSizeUsd: 0, maxSizeUsd: 50_000, bidUsd: usd(68_418), askUsd: usd(68_423) }],
  },
  funding: { kind: 'funding', funding: FUNDING },
  candle: { kind: 'candle', range: '1m', candle: CANDLE },
  candles: { kind: 'candles', range: '1m', candles: [CANDLE] },
  history: {
    kind: 'history',
    history: {
      since: T0 - 86_400_000,
      closed: [
        {
          id: 'a1',
          side: 'long',
          quantityUsd: 4_000,
          entryPriceUsd: usd(68_950),
          exitPriceUsd: usd(68_410),
          plSats: sats(-45_792),
          ...{ openingFeeSats: sats(5_801), closingFeeSats: sats(5_847), marginSats: sats(580_130) },
          liquidationPriceUsd: usd(62_690.5),
          stopLossUsd: usd(68_500),
          takeProfitUsd: null,
          ...{ openedAt: T0 - 80_000_000, closedAt: T0 - 30_000_000 },
        },
      ],
      fundingFees: [{ settlementId: 's1', tradeId: id, at: T0 - 20_000_000, feeSats: sats(1_790) }],
      crossFills: [
        {
          ...{ id: 'f1', type: 'market', side: 'short' },
          quantityUsd: 5_000,
          priceUsd: usd(68_400),
          feeSats: sats(7_309),
          plSats: sats(119_467),
          positionUsd: 0,
          filledAt: T0 - 10_000_000,
        },
      ],
      crossUnknownReason: null,
    },
  },
  'order-opened': { kind: 'order-opened', order: madeOrder() },
  'trade-filled': {
    kind: 'trade-filled',
    position: {
      ...SHORT,
      entryCandidates: { priceUsd: usd(69_900), entryPriceUsd: null },
      entrySource: 'price',
    },
  },
  'trade-ended': {
    kind: 'trade-ended',
    id,
    why: 'stop-loss',
    plSats: sats(-49_812),
    exitPriceUsd: usd(68_410),
    closingFeeSats: sats(14_617),
    endedAt: at,
  },
  'trade-funded': {
    kind: 'trade-funded',
    id,
    marginSats: sats(710_968),
    liquidationPriceUsd: usd(66_817.5),
    feeSats: sats(1_790),
    fundedAt: at,
  },
  'cross-position': { kind: 'cross-position', event: 'position-updated', cross: madeCross() },
  'cross-order-opened': {
    kind: 'cross-order-opened',
    order: madeOrder({ mode: 'cross', leverage: null, reservedSats: null }),
  },
  'cross-order-ended': {
    kind: 'cross-order-ended',
    id: madeOrder().id,
    why: 'filled',
    side: 'long',
    quantityUsd: 10_000,
    priceUsd: usd(66_500),
    endedAt: at,
  },
  wallet: {
    kind: 'wallet',
    direction: 'deposit',
    id: 'd1',
    amountSats: sats(100_000),
    balanceSats: sats(2_115_086),
    status: 'confirmed',
  },
  announcement: { kind: 'announcement', id: 'n1', title: 'Maintenance', message: '02:00 UTC', link: null },
}

function changes(...list: readonly Change[]): readonly RelayChange[] {
  return list.map(change => ({ at, sourceAt: T0 - 60, change }))
}

const numbering = { sentAt: T0, epoch: '8f2c41d09a7be563' }

const LOST = {
  code: 'connection-lost',
  message: 'stream.lnmarkets.com closed the connection (code 1006)',
} as const

/** Reports of a read in which the account failed and one isolated position was unreadable. */
const IMPAIRED: PartReports = {
  ...reportsFor(sampleSnapshot(T0), T0 - 300),
  account: {
    ...UNREAD,
    readAt: T0 - 60_000,
    error: {
      kind: 'failed',
      code: 'unavailable',
      message: 'api.lnmarkets.com answered 500 to GET /v3/account',
      hint: 'The exchange may be under maintenance. axisor retries automatically.',
    },
    since: T0 - 30_000,
  },
  isolatedPositions: {
    ...UNREAD,
    readAt: T0 - 300,
    since: T0 - 300,
    unreadable: [{ id, field: 'side', problem: 'is missing' }],
    faults: [{ id: SHORT.id, field: 'margin', problem: 'is a number in a string' }],
  },
}

const MESSAGES: Readonly<Record<string, RelayMessage>> = {
  connection: {
    type: 'connection',
    sentAt: T0,
    protocol: 'axisor.v1',
    user: 'alice',
    network: 'mainnet',
    origin: 'exchange',
    heartbeatMs: 10_000,
  },
  snapshot: {
    type: 'snapshot',
    ...numbering,
    seq: 41,
    snapshot: sampleSnapshot(T0 - 400),
    changes: changes(CHANGES['last-price']),
    upstream: { hop: madeHop({ since: T0 - 3_600_000 }), exchangeClockOffsetMs: 12, alerts: null },
  },
  delta: {
    type: 'delta',
    ...numbering,
    seq: 42,
    refresh: null,
    changes: changes(CHANGES.index, CHANGES['trade-ended']),
  },
  'delta-refresh': {
    type: 'delta',
    ...numbering,
    seq: 43,
    refresh: {
      startedAt: T0 - 300,
      endedAt: T0 - 30,
      confirmedAt: T0 - 40,
      key: { permissions: ['account:read', 'futures:isolated:read', 'futures:cross:read'] },
      missing: [],
      reports: reportsFor(sampleSnapshot(T0), T0 - 300),
      lastKnown: [],
      parts: { isolatedOrders: readAt(T0 - 35, []) },
    },
    changes: [],
  },
  'delta-impaired': {
    type: 'delta',
    ...numbering,
    seq: 44,
    refresh: {
      startedAt: T0 - 300,
      endedAt: T0 - 30,
      confirmedAt: T0 - 40,
      key: null,
      missing: [],
      reports: IMPAIRED,
      lastKnown: [{ value: madePosition(), sourceAt: null, receivedAt: T0 - 30_000 }],
      parts: { isolated: readAt(T0 - 35, [SHORT]) },
    },
    changes: [],
  },
  upstream: {
    type: 'upstream',
    sentAt: T0,
    upstream: {
      hop: madeHop({
        link: 'waiting',
        since: T0 - 200,
        attempt: 1,
        retryAt: T0 + 600,
        lastError: LOST,
      }),
      exchangeClockOffsetMs: 12,
      alerts: { channels: 2 },
    },
  },
  'upstream-refused': {
    type: 'upstream',
    sentAt: T0,
    upstream: {
      hop: madeHop({
        link: 'waiting',
        since: T0 - 9_200,
        attempt: 3,
        retryAt: T0 + 8_100,
        lastError: { code: 'key-refused', message: 'api.lnmarkets.com answered 401 to GET /v3/account' },
      }),
      exchangeClockOffsetMs: 12,
      alerts: null,
    },
  },
  error: {
    type: 'error',
    sentAt: T0,
    code: 'rate-limited',
    message: 'too many messages',
    retryable: true,
    retryAfterMs: 2_000,
  },
  pong: { type: 'pong', sentAt: T0, t: T0 - 300_018 },
  heartbeat: { type: 'heartbeat', ...numbering, seq: 43 },
}

/** The examples of docs/relay-protocol.md by name: JSON as the code encodes it. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(MESSAGES).map(([name, message]) => [name, spread(encodeRelayMessage(message))]),
  ),
  refresh_data: encodeClientMessage({ type: 'refresh_data' }),
  ping: encodeClientMessage({ type: 'ping', t: T0 - 300_018 }),
  acknowledge: encodeClientMessage({
    type: 'acknowledge',
    alert: {
      kind: 'liquidation',
      subject: 'isolated long 10,000 USD 7f3a0000',
      positionId: '7f3a0000-0000-4000-8000-000000000001',
    },
  }),
  changes: changesText(),
  candles: encodeCandlesDocument({ range: '1m', asOf: at, unreadableRows: 0, candles: [CANDLE] }),
}

/** Short messages on one line, long ones with a line per member. */
function spread(text: string): string {
  return text.length <= 160 ? text : JSON.stringify(JSON.parse(text), null, 2)
}

/** One change of each kind on its own line. */
function changesText(): string {
  const all = encodeRelayMessage({
    type: 'delta',
    ...numbering,
    seq: 1,
    refresh: null,
    changes: changes(...Object.values(CHANGES)),
  })
  const { changes: list } = JSON.parse(all) as { readonly changes: readonly unknown[] }
  return `[\n${list.map(each => `  ${JSON.stringify(each)}`).join(',\n')}\n]`
}
