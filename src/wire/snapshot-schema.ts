import * as z from 'zod/mini'
import { PART_STATES } from '../domain/parts.ts'
import { alertDocumentSchema, recentAlertDocumentSchema } from './alert-schema.ts'
import {
  count,
  describe,
  fractionOrUnknown,
  orNull,
  priceOrUnknown,
  satsOrUnknown,
  time,
} from './document-fields.ts'
import { jsonSchemaOf } from './json-schema.ts'
import { SNAPSHOT_VERSION } from './snapshot-version.ts'

const dollars = (description: string) => orNull(z.number(), `${description}, in USD, to the cent`)
const age = () => orNull(count(), 'Age of the oldest value in this object, in ms')
const stale = () => describe(z.boolean(), 'True if the data is older than 30 s or missing: do not act on it')
const otherMarket = () =>
  orNull(z.string(), 'Name of the market if it is not BTC/USD inverse; the row is then not valued')
const mode = () => z.enum(['isolated', 'cross'])
const side = () => z.enum(['long', 'short'])
const risk = () => z.enum(['ok', 'watch', 'warn', 'critical'])

export function hopDocumentSchema() {
  return z.strictObject({
    kind: z.enum(['direct', 'relay']),
    link: describe(
      z.enum(['idle', 'dialing', 'preparing', 'live', 'waiting', 'stopped']),
      'State of this connection; unless live, nothing behind it is reachable',
    ),
    transport: z.enum(['stream', 'http']),
    since: describe(
      time(),
      'When the connection became live or stopped; otherwise when it was lost or first tried. On the local clock',
    ),
    attempt: describe(count(), 'Attempts since the connection was last stable'),
    lastError: z.nullable(z.strictObject({ code: z.string(), message: z.string() })),
    rttMs: orNull(z.number().check(z.nonnegative()), 'Last measured round trip, in ms'),
  })
}

export function sourceDocumentSchema() {
  return z.strictObject({
    kind: z.enum(['direct', 'relay']),
    transport: describe(z.enum(['stream', 'http']), 'How the latest data was received'),
    state: describe(
      z.enum(['live', 'syncing', 'http', 'waiting', 'stopped']),
      'State of the connection. See stale for the age of the data',
    ),
    ageMs: orNull(count(), 'Age of the market data, or of the oldest part if any part is stale, in ms'),
    stale: stale(),
    staleReasons: describe(
      z.array(z.string()),
      'Why the data is stale, one sentence each; empty if it is not stale',
    ),
    reconnects: describe(count(), 'Number of times the connection was restored'),
    lastError: orNull(
      z.strictObject({ code: z.string(), message: z.string() }),
      'Why the connection was last lost or rejected',
    ),
    keyRefusal: orNull(
      z.strictObject({
        since: describe(time(), 'When the key was first refused'),
        attempt: describe(count(), 'Number of refusals in a row'),
        nextAttemptAt: orNull(time(), 'Time of the next attempt; null while one is running'),
        code: z.string(),
        message: z.string(),
      }),
      'Set while the exchange refuses the API key (for a relay, its key) that it accepted before',
    ),
    rttMs: orNull(z.number().check(z.nonnegative()), 'Last measured round trip, in ms'),
    clockOffsetMs: orNull(z.number(), 'Exchange clock minus local clock, in ms'),
    rateLimit: z.nullable(z.strictObject({ remaining: z.number(), limit: z.number() })),
    upstream: orNull(
      z.array(hopDocumentSchema()),
      'Connections from the relay to the exchange, nearest first; null for a direct source or if not yet reported',
    ),
  })
}

export function marketDocumentSchema() {
  return z.strictObject({
    lastPriceUsd: priceOrUnknown('Last price'),
    indexUsd: priceOrUnknown('Index price'),
    bidUsd: priceOrUnknown('Bid for the smallest size'),
    askUsd: priceOrUnknown('Ask for the smallest size'),
    fundingRate: fractionOrUnknown('Next funding rate; positive if longs pay shorts'),
    nextFundingAt: orNull(time(), 'Time of the next funding'),
    ageMs: age(),
    stale: stale(),
  })
}

export function accountDocumentSchema() {
  return z.strictObject({
    username: z.nullable(z.string()),
    balanceSats: satsOrUnknown(
      'Free balance, excluding the margin of isolated trades and the cross margin account',
    ),
    syntheticUsdBalance: orNull(z.number(), 'Synthetic USD balance, in USD'),
    feeTier: orNull(z.int(), 'Fee tier from 0 to 3: 0.10, 0.08, 0.07, 0.06% per fill'),
    ageMs: age(),
    stale: stale(),
  })
}

export function totalsDocumentSchema() {
  return z.strictObject({
    equitySats: satsOrUnknown('Equity: value of the account at closing prices, before closing fees'),
    equityUsd: dollars('Equity at the index price'),
    equityUnknownReason: orNull(z.string(), 'Why equitySats is null'),
    marginSats: satsOrUnknown('Margin of isolated trades plus the cross margin account'),
    unrealizedPlSats: satsOrUnknown('Unrealized P&L at closing prices, before fees'),
    unrealizedPlUsd: dollars('Unrealized P&L at the index price'),
    netExposureUsd: orNull(z.number(), 'Quantity of longs minus shorts, in USD'),
    positionCount: orNull(count(), 'Number of open positions'),
    worstLiquidationDistance: fractionOrUnknown('Smallest liquidationDistance of all positions'),
    realized24hNetSats: satsOrUnknown(
      'Realized P&L of the last 24 hours, isolated and cross, net of fees24hSats and funding24hSats',
    ),
    realized24hGrossSats: satsOrUnknown('Realized P&L of the last 24 hours, gross of fees and funding'),
    realized24hUnknownReason: orNull(z.string(), 'Why realized24hNetSats is null'),
    fees24hSats: satsOrUnknown('Trading fees of the last 24 hours; negative if paid'),
    funding24hSats: satsOrUnknown('Funding of the last 24 hours; negative if paid'),
  })
}

export function positionDocumentSchema() {
  return z.strictObject({
    id: z.string(),
    mode: mode(),
    side: side(),
    quantityUsd: describe(
      z.number().check(z.positive()),
      'Quantity in USD, always positive; `side` is the direction',
    ),
    entryPriceUsd: priceOrUnknown('Entry price that P&L counts from'),
    entrySource: orNull(
      z.enum(['same', 'price', 'entryPrice', 'undecided', 'neither']),
      "Field of the exchange that is the entry, decided by the exchange's P&L: same if both fields are equal; price is used if undecided or if neither reproduces it",
    ),
    markPriceUsd: priceOrUnknown(
      'Price at which the position would be closed now: bid (long) or ask (short) for its size',
    ),
    marginSats: satsOrUnknown('Margin; for the cross position, the whole cross margin account'),
    maintenanceMarginSats: satsOrUnknown('Maintenance margin as reported by the exchange'),
    maintenanceMarginBasis: orNull(
      z.enum(['net', 'gross']),
      'Whether the maintenance margin of an isolated trade is reported net of the opening fee or with it',
    ),
    leverage: z.nullable(z.number()),
    liquidationPriceUsd: priceOrUnknown('Liquidation price as reported by the exchange'),
    liquidationDistance: fractionOrUnknown(
      'Distance from mark to liquidation price, divided by mark; negative beyond the liquidation price',
    ),
    liquidationDistanceUsd: dollars(
      'Distance from mark to liquidation price; negative beyond the liquidation price',
    ),
    unrealizedPlSats: satsOrUnknown('Unrealized P&L at the mark price, before fees'),
    unrealizedPlUsd: dollars('Unrealized P&L at the index price'),
    exchangePlSats: satsOrUnknown('Unrealized P&L as last reported by the exchange'),
    returnOnMargin: fractionOrUnknown('Unrealized P&L divided by margin'),
    stopLossUsd: priceOrUnknown('Stop-loss price; of a trailing stop, its current level'),
    stopLossTrailingDistance: fractionOrUnknown(
      'Distance of a trailing stop; null if the stop-loss does not trail',
    ),
    takeProfitUsd: priceOrUnknown('Take-profit price'),
    fundingPaidSats: satsOrUnknown('Total funding fees; positive if paid'),
    openingFeeSats: satsOrUnknown('Opening fee'),
    cashInMarginSats: satsOrUnknown('Taken from the margin by cash-in so far'),
    cashInPlSats: satsOrUnknown('Taken from the P&L by cash-in so far'),
    risk: describe(
      risk(),
      'Liquidation risk by liquidationDistance: critical up to 2.5%, warn up to 5%, watch up to 10%; warn if unknown',
    ),
    warnings: describe(z.array(z.string()), 'Other warnings, for example no-stop-loss'),
    openedAt: z.nullable(time()),
    otherMarket: otherMarket(),
    ageMs: describe(count(), 'Age of the latest data of this position, in ms'),
    stale: stale(),
  })
}

export function orderDocumentSchema() {
  return z.strictObject({
    id: z.string(),
    mode: mode(),
    side: side(),
    type: z.enum(['limit']),
    quantityUsd: z.number().check(z.positive()),
    priceUsd: describe(z.number(), 'Limit price, in USD per BTC'),
    distanceFromMark: fractionOrUnknown('Price move from mark to the limit price, signed'),
    createdAt: z.nullable(time()),
    otherMarket: otherMarket(),
  })
}

/** One part of the data: how its reads went. */
export function partDocumentSchema() {
  return z.strictObject({
    state: describe(
      z.enum(PART_STATES),
      'live, or the most severe problem: waiting (never read yet), partial (some rows are unreadable), stale, silent (the socket is open and sends nothing), unreadable, limited, refused, failed, gone (the route no longer exists)',
    ),
    ageMs: orNull(count(), 'Age of the data, in ms; null if it was never read'),
    reason: orNull(z.string(), 'What is wrong, in one line; null if live'),
    since: orNull(time(), 'Since when, on the local clock; null if live or never read'),
    unreadable: describe(
      z.array(rowFaultDocumentSchema()),
      'Rows that are left out of the lists, with the field that could not be read',
    ),
    faults: describe(
      z.array(rowFaultDocumentSchema()),
      'Fields that were converted or read as null, and rows without effect',
    ),
  })
}

function rowFaultDocumentSchema() {
  return z.strictObject({
    id: orNull(z.string(), "Id of the row; null if it can't be read"),
    field: z.string(),
    problem: z.string(),
  })
}

function partsDocumentSchema() {
  return z.strictObject({
    market: partDocumentSchema(),
    account: partDocumentSchema(),
    isolatedPositions: partDocumentSchema(),
    isolatedOrders: partDocumentSchema(),
    crossPosition: partDocumentSchema(),
    crossOrders: partDocumentSchema(),
  })
}

/** Strict schema of the snapshot document for tests: unknown fields, NaN and infinity are errors. */
export function snapshotDocumentSchema() {
  return z.strictObject({
    schemaVersion: z.literal(SNAPSHOT_VERSION),
    asOf: describe(time(), 'Time of this document'),
    origin: orNull(
      z.enum(['exchange', 'simulated']),
      'Origin of the data; simulated data involves no real money',
    ),
    network: z.nullable(z.enum(['mainnet', 'signet', 'simulator'])),
    source: sourceDocumentSchema(),
    key: z.strictObject({
      permissions: orNull(
        z.array(z.string()),
        'Permissions of the API key; null if they could not be checked or read',
      ),
      canWrite: orNull(
        z.boolean(),
        'True if the API key may do more than read; null if its permissions could not be checked',
      ),
    }),
    parts: partsDocumentSchema(),
    market: marketDocumentSchema(),
    account: accountDocumentSchema(),
    totals: totalsDocumentSchema(),
    positions: orNull(
      z.array(positionDocumentSchema()),
      'Open positions, nearest to liquidation first; null if unknown',
    ),
    lastKnown: describe(
      z.array(positionDocumentSchema()),
      'Last known versions of the positions whose rows are unreadable now; not in positions and in no total',
    ),
    orders: orNull(z.array(orderDocumentSchema()), 'Open orders; null if unknown'),
    alerts: z.array(alertDocumentSchema()),
    recentAlerts: z.array(recentAlertDocumentSchema()),
  })
}

/** Returns the JSON Schema of the snapshot document. */
export function snapshotJsonSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(snapshotDocumentSchema(), `axisor snapshot ${SNAPSHOT_VERSION}`)
}
