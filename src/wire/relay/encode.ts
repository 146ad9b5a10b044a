import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { Hop } from '../../domain/status.ts'
import { changesText } from './encode-changes.ts'
import {
  accountJson,
  crossJson,
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
  type RelayMessage,
  type RelayUpstream,
  type SnapshotParts,
  type SnapshotRefresh,
} from './messages.ts'
import { reportsJson } from './report-schemas.ts'

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

/** The members of a message; of a delta or snapshot those before its changes. */
function messageJson(message: RelayMessage): JsonObject {
  const timestamp = new Date(message.sentAt).toISOString()
  switch (message.type) {
    case 'connection': {
      const { type, protocol, user, network, origin, heartbeatMs } = message
      return { type, timestamp, protocol, user, network, origin, heartbeatMs }
    }
    case 'snapshot': {
      const { epoch, seq, snapshot } = message
      return {
        ...{ type: 'data_update', kind: 'snapshot', timestamp, epoch, seq },
        snapshot: snapshotJson(snapshot),
      }
    }
    case 'delta': {
      const { epoch, seq, refresh } = message
      return { type: 'data_update', kind: 'delta', timestamp, epoch, seq, refresh: refreshJson(refresh) }
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

/** Encodes a message as one line of JSON. Without a schema for speed: a relay sends thousands of messages per second. */
export function encodeRelayMessage(message: RelayMessage): string {
  const text = JSON.stringify(messageJson(message))
  if (message.type !== 'delta' && message.type !== 'snapshot') return text
  const changes = `"changes":[${changesText(message.changes)}]`
  const upstream =
    message.type === 'delta' ? '' : `,"upstream":${JSON.stringify(upstreamJson(message.upstream))}`
  return `${text.slice(0, -1)},${changes}${upstream}}`
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
