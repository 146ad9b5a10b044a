import type { Candle } from '../../domain/market.ts'
import type { Change } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { FeedEvent } from '../../feed/feed.ts'
import { isFromFuture, usableSourceAt } from '../age.ts'
import { appendEvent } from '../events.ts'
import { recordPrices } from '../price-ranges.ts'
import { withMove } from '../settled.ts'
import { RETENTION, type State } from '../state.ts'
import { applyCross } from './cross.ts'
import { applyIsolated } from './isolated.ts'
import { latest } from './merge.ts'
import type { Stamp } from './stamp.ts'

type ChangeEvent = Extract<FeedEvent, { type: 'change' }>

/** Applies a delta. */
export function applyChange(state: State, { at, sourceAt, change }: ChangeEvent): State {
  const usableAt = usableSourceAt(state, sourceAt, at)
  const stamp: Stamp = value => ({ value, sourceAt: usableAt, receivedAt: at })
  switch (change.kind) {
    case 'order-opened':
    case 'trade-filled': {
      // A late message about what has ended already changes nothing: a subscriber that does not know the end must not get it.
      const next = applyIsolated(state, change, stamp)
      return next === state ? state : withMove(next, at)
    }
    case 'trade-ended':
    case 'trade-funded':
      return withMove(applyIsolated(state, change, stamp), at)
    case 'cross-position':
    case 'cross-order-ended':
      return withMove(applyCross(state, change, stamp), at)
    case 'cross-order-opened':
      // Reserves nothing: the cross margin stays as it is.
      return applyCross(state, change, stamp)
    case 'wallet':
      return withMove(applyWallet(state, change, stamp), at)
    case 'announcement': {
      const { id, title, message, link } = change
      return title === null
        ? state
        : appendEvent(state, { kind: 'announcement', at, key: `announcement:${id}`, title, message, link })
    }
    default:
      return applyMarket(state, change, stamp)
  }
}

type MarketChange = Extract<
  Change,
  { kind: 'ticker' | 'last-price' | 'index' | 'buckets' | 'funding' | 'candle' | 'candles' | 'history' }
>

function applyMarket(state: State, change: MarketChange, stamp: Stamp): State {
  const newer = <T>(known: Stamped<T> | null, value: T): Stamped<T> =>
    latest(known, stamp(value), state.status?.clockOffsetMs ?? null)
  switch (change.kind) {
    case 'ticker': {
      const { lastPriceUsd, indexUsd, funding } = change
      return {
        ...state,
        lastPrice: lastPriceUsd === null ? state.lastPrice : newer(state.lastPrice, lastPriceUsd),
        index: indexUsd === null ? state.index : newer(state.index, indexUsd),
        funding: newer(state.funding, funding),
      }
    }
    case 'last-price':
      return { ...state, lastPrice: newer(state.lastPrice, change.lastPriceUsd) }
    case 'index':
      return { ...state, index: newer(state.index, change.indexUsd) }
    case 'buckets': {
      const buckets = newer(state.buckets, change.buckets)
      if (buckets === state.buckets) return state
      const priceRanges = recordPrices(state.priceRanges, change.buckets, buckets.receivedAt)
      return { ...state, buckets, priceRanges }
    }
    case 'funding':
      return { ...state, funding: newer(state.funding, change.funding) }
    case 'candle':
      return isFromFuture(state, change.candle.openedAt, stamp(null).receivedAt)
        ? state
        : withCandle(state, change.range, change.candle)
    case 'candles':
      return {
        ...state,
        candles: new Map(state.candles).set(change.range, retained(change.candles)),
      }
    case 'history':
      return { ...state, history: stamp(change.history) }
  }
}

type Candles = readonly Candle[]

/** The last result for each list: the accounts of a relay get the same candles, and share the lists. */
const extended = new WeakMap<Candles, { readonly candle: Candle; readonly candles: Candles }>()

/** Replaces the current candle of a list or appends a new one; ignores older ones. */
function extend(known: Candles, candle: Candle): Candles {
  const memo = extended.get(known)
  if (memo?.candle === candle) return memo.candles
  const last = known.at(-1)
  if (last === undefined || candle.openedAt < last.openedAt) return known
  const candles = candle.openedAt === last.openedAt ? known.with(-1, candle) : retained(known.concat(candle))
  extended.set(known, { candle, candles })
  return candles
}

/** Lists that are short enough are kept as they are, so that accounts share those of one reply. */
function retained(candles: Candles): Candles {
  return candles.length > RETENTION.candles ? candles.slice(-RETENTION.candles) : candles
}

/** Ignores candles before the first listing. */
function withCandle(state: State, range: string, candle: Candle): State {
  const known = state.candles.get(range)
  if (known === undefined) return state
  const candles = extend(known, candle)
  return candles === known ? state : { ...state, candles: new Map(state.candles).set(range, candles) }
}

function applyWallet(state: State, change: Extract<Change, { kind: 'wallet' }>, stamp: Stamp): State {
  const at = stamp(null).receivedAt
  const { direction, amountSats, status, balanceSats } = change
  const known = state.account
  const next = known && balanceSats !== null ? stamp({ ...known.value, balanceSats }) : known
  const account = known && next ? latest(known, next, state.status?.clockOffsetMs ?? null) : known
  const key = `${direction}:${change.id}:${status}`
  return appendEvent({ ...state, account }, { kind: 'wallet', at, key, direction, amountSats, status })
}
