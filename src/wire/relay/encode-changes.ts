import type { Change } from '../../domain/snapshot.ts'
import {
  bucketJson,
  candleJson,
  crossJson,
  fundingJson,
  historyJson,
  type JsonObject,
  orderJson,
  positionJson,
} from './encode-parts.ts'
import type { RelayChange } from './messages.ts'

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
      return {
        kind: change.kind,
        id: change.id,
        title: change.title,
        message: change.message,
        link: change.link,
      }
  }
}

/** The texts of the changes of the market, which frames and shared replies bring. Accounts share these changes, and their texts. */
const marketTexts = new WeakMap<Change, string>()

const SHARED_KINDS: ReadonlySet<Change['kind']> = new Set([
  'ticker',
  'last-price',
  'index',
  'buckets',
  'funding',
  'candle',
  'candles',
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

/** Encodes changes as the elements of a JSON array. Each account has its own times. */
export function changesText(changes: readonly RelayChange[]): string {
  return changes
    .map(({ at, sourceAt, change }) => `{"at":${at},"sourceAt":${sourceAt},"change":${changeText(change)}}`)
    .join()
}
