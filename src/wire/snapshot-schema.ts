import * as z from 'zod/mini'
import { SNAPSHOT_VERSION } from './snapshot-version.ts'

/** A field with what JSON's types leave open: unit, sign, meaning. */
function describe<T extends z.ZodMiniType>(type: T, description: string): T {
  return type.check(z.describe(description)) as T
}

const orNull = <T extends z.ZodMiniType>(type: T, description: string) =>
  describe(z.nullable(type), description)
const count = () => z.int().check(z.nonnegative())
const time = () => z.iso.datetime({ precision: 3 })
const sats = (description: string) => orNull(z.int(), `${description}, in sats`)
const price = (description: string) => orNull(z.number(), `${description}, in USD per BTC`)
const dollars = (description: string) => orNull(z.number(), `${description}, in USD, to the cent`)
const fraction = (description: string) => orNull(z.number(), `${description}, as a fraction (0.01 = 1 %)`)
const age = () => orNull(count(), 'How old the oldest of these values is, in ms')
const stale = () => describe(z.boolean(), 'Older than 30 s, or not known: do not act on it')
const mode = () => z.enum(['isolated', 'cross'])
const side = () => z.enum(['long', 'short'])
const risk = () => z.enum(['ok', 'watch', 'warn', 'critical'])

export function hopSchema() {
  return z.strictObject({
    kind: z.enum(['direct', 'relay']),
    link: describe(
      z.enum(['idle', 'dialing', 'preparing', 'live', 'waiting', 'stopped']),
      'State of this link; anything but live: what is behind it is out of reach',
    ),
    transport: z.enum(['stream', 'http']),
    since: describe(
      time(),
      'When it came to live or stopped; in any other state, when it was lost or first tried; by our clock',
    ),
    attempt: describe(count(), 'Tries since it was last steady'),
    lastError: z.nullable(z.strictObject({ code: z.string(), message: z.string() })),
    rttMs: orNull(z.number().check(z.nonnegative()), 'Last measured round trip, in ms'),
  })
}

export function sourceSchema() {
  return z.strictObject({
    kind: z.enum(['direct', 'relay']),
    transport: describe(z.enum(['stream', 'http']), 'How the last news came in'),
    state: describe(
      z.enum(['live', 'syncing', 'http', 'waiting', 'stopped']),
      'Of the link. Says nothing about the age of data',
    ),
    ageMs: orNull(count(), 'Age of the market data, or of the oldest part once one is stale, in ms'),
    stale: stale(),
    staleReasons: describe(z.array(z.string()), 'One sentence each; empty when nothing is stale'),
    reconnects: describe(count(), 'How often the link has come back'),
    lastError: orNull(
      z.strictObject({ code: z.string(), message: z.string() }),
      'Why the link was last lost or refused',
    ),
    rttMs: orNull(z.number().check(z.nonnegative()), 'Last measured round trip, in ms'),
    clockOffsetMs: orNull(z.number(), 'Exchange clock minus ours, in ms'),
    rateLimit: z.nullable(z.strictObject({ remaining: z.number(), limit: z.number() })),
    upstream: orNull(
      z.array(hopSchema()),
      'Links from the relay to the exchange, nearest first; null on a direct source, or not told yet',
    ),
  })
}

export function marketSchema() {
  return z.strictObject({
    lastPriceUsd: price('Last price'),
    indexUsd: price('Index'),
    bidUsd: price('Bid of the smallest size'),
    askUsd: price('Ask of the smallest size'),
    fundingRate: fraction('Rate of the next funding; positive: longs pay shorts'),
    nextFundingAt: orNull(time(), 'When the next funding takes place'),
    ageMs: age(),
    stale: stale(),
  })
}

export function accountSchema() {
  return z.strictObject({
    username: z.nullable(z.string()),
    balanceSats: sats('Free balance: without margin of trades and without the cross margin account'),
    syntheticUsdBalance: orNull(z.number(), 'Synthetic dollars, in USD'),
    feeTier: orNull(z.int(), '0 to 3: 0.10, 0.08, 0.07, 0.06 % per fill'),
    ageMs: age(),
    stale: stale(),
  })
}

export function totalsSchema() {
  return z.strictObject({
    equitySats: sats('Worth of the account at closing prices, before closing fees'),
    equityUsd: dollars('The same at the index'),
    marginSats: sats('Margin of isolated trades and the cross margin account'),
    unrealizedPlSats: sats('Unrealized P&L, gross of fees, at closing prices'),
    unrealizedPlUsd: dollars('The same at the index'),
    netExposureUsd: orNull(z.number(), 'Longs less shorts, in USD'),
    positionCount: orNull(count(), 'Open positions'),
    worstLiquidationDistance: fraction('The smallest liquidationDistance of all positions'),
  })
}

export function positionSchema() {
  return z.strictObject({
    id: z.string(),
    mode: mode(),
    side: side(),
    quantityUsd: describe(z.number().check(z.positive()), 'Always positive; the sign is `side`'),
    entryPriceUsd: price('Entry price'),
    markPriceUsd: price('Where it would be closed now: bid (long) or ask (short) for its size'),
    marginSats: sats('Margin; for the cross position the whole cross margin account'),
    maintenanceMarginSats: sats('Maintenance margin'),
    leverage: z.number(),
    liquidationPriceUsd: price("The exchange's liquidation price"),
    liquidationDistance: fraction('Mark to liquidation over mark; negative: beyond the level'),
    liquidationDistanceUsd: dollars('Mark to liquidation; negative: beyond the level'),
    unrealizedPlSats: sats('Unrealized P&L at the mark, gross of fees'),
    unrealizedPlUsd: dollars('The same at the index'),
    exchangePlSats: sats("The exchange's own unrealized P&L at its last mark"),
    returnOnMargin: fraction('Unrealized P&L over margin'),
    stopLossUsd: price('Stop-loss'),
    takeProfitUsd: price('Take-profit'),
    fundingPaidSats: sats('Sum of funding; positive: paid'),
    openingFeeSats: sats('Opening fee'),
    risk: describe(
      risk(),
      'Band of liquidationDistance: critical 2.5 %, warn 5 %, watch 10 %; not known is warn',
    ),
    warnings: describe(z.array(z.string()), 'What else to know, for example no-stop-loss'),
    openedAt: z.nullable(time()),
    ageMs: describe(count(), 'How old the last word about this position is, in ms'),
    stale: stale(),
  })
}

export function orderSchema() {
  return z.strictObject({
    id: z.string(),
    mode: mode(),
    side: side(),
    type: z.enum(['limit']),
    quantityUsd: z.number().check(z.positive()),
    priceUsd: describe(z.number(), 'Limit, in USD per BTC'),
    distanceFromMark: fraction('How far the market has to move, signed'),
    createdAt: time(),
  })
}

export function alertSchema() {
  return z.strictObject({
    kind: z.enum(['liquidation']),
    level: risk(),
    positionId: z.string(),
    since: time(),
    message: z.string(),
  })
}

/** The snapshot document, strictly: a field that is not in it, NaN and Infinity are errors. */
export function snapshotSchema() {
  return z.strictObject({
    schemaVersion: z.literal(SNAPSHOT_VERSION),
    asOf: describe(time(), 'When this document was made'),
    origin: orNull(z.enum(['exchange', 'simulated']), 'Simulated numbers are worth nothing'),
    network: z.nullable(z.enum(['mainnet', 'signet', 'simulator'])),
    source: sourceSchema(),
    key: z.strictObject({
      permissions: orNull(z.array(z.string()), 'What the API key may do'),
      canWrite: orNull(z.boolean(), 'The key may do more than read'),
    }),
    market: marketSchema(),
    account: accountSchema(),
    totals: totalsSchema(),
    positions: orNull(z.array(positionSchema()), 'Nearest to liquidation first; null: not known'),
    orders: orNull(z.array(orderSchema()), 'Orders that wait for their price; null: not known'),
    alerts: z.array(alertSchema()),
  })
}

/** The JSON Schema (draft 2020-12) of the snapshot document. */
export function snapshotJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(snapshotSchema())

  return { $schema, title: `axisor snapshot ${SNAPSHOT_VERSION}`, ...rest }
}
