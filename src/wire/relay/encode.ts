import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Hop } from '../../domain/status.ts'
import {
  accountJson,
  bucketJson,
  candleJson,
  crossJson,
  fundingJson,
  historyJson,
  type JsonObject,
  keyJson,
  orderJson,
  positionJson,
  stampedJson,
  tickerJson,
} from './encode-parts.ts'
import {
  type ClientMessage,
  MAX_HOPS,
  type RelayChange,
  type RelayMessage,
  type RelayUpstream,
  type SnapshotParts,
  type SnapshotRefresh,
} from './messages.ts'
import { reportsJson } from './report-schemas.ts'

function changeJson(change: Change): JsonObject {
  switch (change.kind) {
    case 'ticker': {
      const { kind, lastPriceUsd, indexUsd, funding } = change
      return { kind, lastPriceUsd, indexUsd, funding: fundingJson(funding) }
    }
    case 'last-price':
      return { kind: change.kind, lastPriceUsd: change.lastPriceUsd }
    case 'index':
      return { kind: change.kind, indexUsd: change.indexUsd }
    case 'buckets':
      return { kind: change.kind, buckets: change.buckets.map(bucketJson) }
    case 'funding':
      return { kind: change.kind, funding: fundingJson(change.funding) }
    case 'candle':
      return { kind: change.kind, range: change.range, candle: candleJson(change.candle) }
    case 'candles':
      return { kind: change.kind, range: change.range, candles: change.candles.map(candleJson) }
    case 'history':
      return { kind: change.kind, history: historyJson(change.history) }
    default:
      return accountChangeJson(change)
  }
}

type MarketKind = 'ticker' | 'last-price' | 'index' | 'buckets' | 'funding' | 'candle' | 'candles' | 'history'

function accountChangeJson(change: Exclude<Change, { kind: MarketKind }>): JsonObject {
  switch (change.kind) {
    case 'order-opened':
    case 'cross-order-opened':
      return { kind: change.kind, order: orderJson(change.order) }
    case 'trade-filled':
      return { kind: change.kind, position: positionJson(change.position) }
    case 'cross-position':
      return { kind: change.kind, event: change.event, cross: crossJson(change.cross) }
    case 'trade-ended': {
      const { kind, id, why, plSats, exitPriceUsd, closingFeeSats, endedAt } = change
      return { kind, id, why, plSats, exitPriceUsd, closingFeeSats, endedAt }
    }
    case 'trade-funded': {
      const { kind, id, marginSats, liquidationPriceUsd, feeSats, fundedAt } = change
      return { kind, id, marginSats, liquidationPriceUsd, feeSats, fundedAt }
    }
    case 'cross-order-ended': {
      const { kind, id, why, side, quantityUsd, priceUsd, endedAt } = change
      return { kind, id, why, side, quantityUsd, priceUsd, endedAt }
    }
    case 'wallet': {
      const { kind, direction, id, amountSats, balanceSats, status } = change
      return { kind, direction, id, amountSats, balanceSats, status }
    }
    case 'announcement':
      return { kind: change.kind, id: change.id, title: change.title }
  }
}

/** Encodes the parts that are present. A part that is null stays null. */
function partsJson(parts: Partial<SnapshotParts>): JsonObject {
  const json: Record<string, unknown> = {}
  const { ticker, account, isolated, isolatedOrders, cross, crossOrders } = parts
  if (ticker !== undefined) json.ticker = stampedJson(ticker, tickerJson)
  if (account !== undefined) json.account = stampedJson(account, accountJson)
  if (isolated !== undefined) json.isolated = stampedJson(isolated, rows => rows.map(positionJson))
  if (isolatedOrders !== undefined)
    json.isolatedOrders = stampedJson(isolatedOrders, rows => rows.map(orderJson))
  if (cross !== undefined) json.cross = stampedJson(cross, crossJson)
  if (crossOrders !== undefined) json.crossOrders = stampedJson(crossOrders, rows => rows.map(orderJson))
  return json
}

function snapshotJson(snapshot: AccountSnapshot): JsonObject {
  const { origin, network, startedAt, endedAt, key, missing, parts, lastKnown } = snapshot
  return {
    origin,
    network,
    startedAt,
    endedAt,
    key: keyJson(key),
    missing,
    reports: reportsJson(parts),
    lastKnown: lastKnown.map(stamped => stampedJson(stamped, positionJson)),
    ...partsJson(snapshot),
  }
}

function refreshJson(delta: SnapshotRefresh | null): JsonObject | null {
  if (delta === null) return null
  const { startedAt, endedAt, confirmedAt, key, missing, reports, lastKnown, parts } = delta
  return {
    startedAt,
    endedAt,
    confirmedAt,
    key: keyJson(key),
    missing,
    reports: reports === null ? undefined : reportsJson(reports),
    lastKnown: lastKnown.map(stamped => stampedJson(stamped, positionJson)),
    parts: partsJson(parts),
  }
}

/** Encodes at most `maxHops` hops: relays that watch each other would form an endless chain. */
function hopJson(hop: Hop, maxHops: number): JsonObject {
  const { kind, link, transport, since, attempt, retryAt, lastError, rttMs, limitedUntil, upstream } = hop
  return {
    kind,
    link,
    transport,
    since,
    attempt,
    retryAt,
    lastError: lastError === null ? null : { code: lastError.code, message: limitText(lastError.message) },
    rttMs,
    // JSON.stringify omits undefined.
    limitedUntil:
      limitedUntil === null ? undefined : { signed: limitedUntil.signed, public: limitedUntil.public },
    upstream: upstream === null || maxHops <= 1 ? null : hopJson(upstream, maxHops - 1),
  }
}

function upstreamJson({ hop, exchangeClockOffsetMs, alerts }: RelayUpstream): JsonObject {
  // JSON.stringify omits undefined.
  const delivered = alerts === null ? undefined : { channels: alerts.channels }
  return { hop: hopJson(hop, MAX_HOPS), exchangeClockOffsetMs, alerts: delivered }
}

const MAX_TEXT_LENGTH = 1_000

/** Limits a text from outside. */
export function limitText(text: string): string {
  return text.slice(0, MAX_TEXT_LENGTH)
}

/** The members of a message; the changes of a delta or snapshot are left out. */
function messageJson(message: RelayMessage): JsonObject {
  const timestamp = new Date(message.sentAt).toISOString()
  switch (message.type) {
    case 'connection': {
      const { type, protocol, user, network, origin, heartbeatMs } = message
      return { type, timestamp, protocol, user, network, origin, heartbeatMs }
    }
    case 'snapshot': {
      const { epoch, seq, snapshot, upstream } = message
      const body = { snapshot: snapshotJson(snapshot) }
      const head = { type: 'data_update', kind: 'snapshot', timestamp, epoch, seq }
      return { ...head, ...body, upstream: upstreamJson(upstream) }
    }
    case 'delta': {
      const { epoch, seq, refresh } = message
      const body = { refresh: refreshJson(refresh) }
      return { type: 'data_update', kind: 'delta', timestamp, epoch, seq, ...body }
    }
    case 'upstream':
      return { type: message.type, timestamp, upstream: upstreamJson(message.upstream) }
    case 'error': {
      // JSON.stringify omits undefined.
      const { type, code, retryable, retryAfterMs } = message
      return { type, timestamp, code, message: limitText(message.message), retryable, retryAfterMs }
    }
    case 'pong':
      return { type: message.type, timestamp, t: message.t }
    case 'heartbeat':
      return { type: message.type, timestamp, epoch: message.epoch, seq: message.seq }
  }
}

/** The texts of the changes that frames of the market bring. Accounts share these changes, and their texts. */
const marketTexts = new WeakMap<Change, string>()

const SHARED_KINDS: ReadonlySet<Change['kind']> = new Set([
  'ticker',
  'last-price',
  'index',
  'buckets',
  'funding',
  'candle',
])

function changeText(change: Change): string {
  if (!SHARED_KINDS.has(change.kind)) return JSON.stringify(changeJson(change))
  let text = marketTexts.get(change)
  if (text === undefined) {
    text = JSON.stringify(changeJson(change))
    marketTexts.set(change, text)
  }
  return text
}

function changesText(changes: readonly RelayChange[]): string {
  return changes
    .map(({ at, sourceAt, change }) => `{"at":${at},"sourceAt":${sourceAt},"change":${changeText(change)}}`)
    .join()
}

/** Encodes a message as one line of JSON. Without a schema for speed: a relay sends thousands of messages per second. */
export function encodeRelayMessage(message: RelayMessage): string {
  const text = JSON.stringify(messageJson(message))
  if (message.type !== 'delta' && message.type !== 'snapshot') return text
  return `${text.slice(0, -1)},"changes":[${changesText(message.changes)}]}`
}

/** Encodes a client message as one line of JSON. */
export function encodeClientMessage(message: ClientMessage): string {
  switch (message.type) {
    case 'ping':
      return JSON.stringify({ type: message.type, t: message.t })
    case 'acknowledge': {
      const { type, alert } = message
      const target = alert && { kind: alert.kind, subject: alert.subject, positionId: alert.positionId }
      return JSON.stringify({ type, alert: target })
    }
    case 'refresh_data':
      return JSON.stringify({ type: message.type })
  }
}
