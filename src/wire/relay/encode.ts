import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Hop } from '../../domain/status.ts'
import {
  accountPlain,
  bucketPlain,
  candlePlain,
  crossPlain,
  fundingPlain,
  historyPlain,
  keyPlain,
  orderPlain,
  type Plain,
  positionPlain,
  stampedPlain,
  tickerPlain,
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

function changePlain(change: Change): Plain {
  switch (change.kind) {
    case 'ticker': {
      const { kind, lastPriceUsd, indexUsd, funding } = change
      return { kind, lastPriceUsd, indexUsd, funding: fundingPlain(funding) }
    }
    case 'last-price':
      return { kind: change.kind, lastPriceUsd: change.lastPriceUsd }
    case 'index':
      return { kind: change.kind, indexUsd: change.indexUsd }
    case 'buckets':
      return { kind: change.kind, buckets: change.buckets.map(bucketPlain) }
    case 'funding':
      return { kind: change.kind, funding: fundingPlain(change.funding) }
    case 'candle':
      return { kind: change.kind, range: change.range, candle: candlePlain(change.candle) }
    case 'candles':
      return { kind: change.kind, range: change.range, candles: change.candles.map(candlePlain) }
    case 'history':
      return { kind: change.kind, history: historyPlain(change.history) }
    default:
      return accountChangePlain(change)
  }
}

type MarketKind = 'ticker' | 'last-price' | 'index' | 'buckets' | 'funding' | 'candle' | 'candles' | 'history'

function accountChangePlain(change: Exclude<Change, { kind: MarketKind }>): Plain {
  switch (change.kind) {
    case 'order-opened':
    case 'cross-order-opened':
      return { kind: change.kind, order: orderPlain(change.order) }
    case 'trade-filled':
      return { kind: change.kind, position: positionPlain(change.position) }
    case 'cross-position':
      return { kind: change.kind, event: change.event, cross: crossPlain(change.cross) }
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

function changesPlain(changes: readonly RelayChange[]): readonly Plain[] {
  return changes.map(({ at, sourceAt, change }) => ({ at, sourceAt, change: changePlain(change) }))
}

/** Only the parts that are there; one that is null stays null. */
function partsPlain(parts: Partial<SnapshotParts>): Plain {
  const plain: Record<string, unknown> = {}
  const { ticker, account, isolated, isolatedOrders, cross, crossOrders } = parts
  if (ticker !== undefined) plain.ticker = stampedPlain(ticker, tickerPlain)
  if (account !== undefined) plain.account = stampedPlain(account, accountPlain)
  if (isolated !== undefined) plain.isolated = stampedPlain(isolated, rows => rows.map(positionPlain))
  if (isolatedOrders !== undefined)
    plain.isolatedOrders = stampedPlain(isolatedOrders, rows => rows.map(orderPlain))
  if (cross !== undefined) plain.cross = stampedPlain(cross, crossPlain)
  if (crossOrders !== undefined) plain.crossOrders = stampedPlain(crossOrders, rows => rows.map(orderPlain))
  return plain
}

function snapshotPlain(snapshot: AccountSnapshot): Plain {
  const { origin, network, startedAt, endedAt, key, missing } = snapshot
  return { origin, network, startedAt, endedAt, key: keyPlain(key), missing, ...partsPlain(snapshot) }
}

function refreshPlain(delta: SnapshotRefresh | null): Plain | null {
  if (delta === null) return null
  const { startedAt, endedAt, confirmedAt, key, missing, parts } = delta
  return { startedAt, endedAt, confirmedAt, key: keyPlain(key), missing, parts: partsPlain(parts) }
}

/** The hops that are too many are left out: relays that watch each other would make an endless chain. */
function hopPlain(hop: Hop, most: number): Plain {
  const { kind, link, transport, since, attempt, retryAt, lastError, rttMs, upstream } = hop
  return {
    kind,
    link,
    transport,
    since,
    attempt,
    retryAt,
    lastError: lastError === null ? null : { code: lastError.code, message: words(lastError.message) },
    rttMs,
    upstream: upstream === null || most <= 1 ? null : hopPlain(upstream, most - 1),
  }
}

function upstreamPlain({ hop, exchangeClockOffsetMs }: RelayUpstream): Plain {
  return { hop: hopPlain(hop, MAX_HOPS), exchangeClockOffsetMs }
}

const MAX_WORDS = 1_000

function words(text: string): string {
  return text.slice(0, MAX_WORDS)
}

function plainOf(message: RelayMessage): Plain {
  const timestamp = new Date(message.sentAt).toISOString()
  switch (message.type) {
    case 'connection': {
      const { type, protocol, user, network, origin, heartbeatMs } = message
      return { type, timestamp, protocol, user, network, origin, heartbeatMs }
    }
    case 'snapshot': {
      const { epoch, seq, snapshot, changes, upstream } = message
      const body = { snapshot: snapshotPlain(snapshot), changes: changesPlain(changes) }
      const head = { type: 'data_update', kind: 'snapshot', timestamp, epoch, seq }
      return { ...head, ...body, upstream: upstreamPlain(upstream) }
    }
    case 'delta': {
      const { epoch, seq, refresh, changes } = message
      const body = { refresh: refreshPlain(refresh), changes: changesPlain(changes) }
      return { type: 'data_update', kind: 'delta', timestamp, epoch, seq, ...body }
    }
    case 'upstream':
      return { type: message.type, timestamp, upstream: upstreamPlain(message.upstream) }
    case 'error': {
      // Undefined is left out by JSON.
      const { type, code, retryable, retryAfterMs } = message
      return { type, timestamp, code, message: words(message.message), retryable, retryAfterMs }
    }
    case 'pong':
      return { type: message.type, timestamp, t: message.t }
    case 'heartbeat':
      return { type: message.type, timestamp, epoch: message.epoch, seq: message.seq }
  }
}

/** One message as one line of JSON. By hand and without a schema: a relay writes thousands of them in a second. */
export function encodeRelayMessage(message: RelayMessage): string {
  return JSON.stringify(plainOf(message))
}

/** What a client says, as one line of JSON. */
export function encodeClientMessage(message: ClientMessage): string {
  return JSON.stringify(
    message.type === 'ping' ? { type: message.type, t: message.t } : { type: message.type },
  )
}
