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
      const { id, title } = change
      return title === null
        ? state
        : appendEvent(state, { kind: 'announcement', at, key: `announcement:${id}`, title })
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
        candles: new Map(state.candles).set(change.range, change.candles.slice(-RETENTION.candles)),
      }
    case 'history':
      return { ...state, history: stamp(change.history) }
  }
}

/** Replaces the current candle or appends a new one; ignores older ones, and all before the first listing of candles. */
function withCandle(
  state: State,
  range: string,
  candle: Extract<Change, { kind: 'candle' }>['candle'],
): State {
  const known = state.candles.get(range)
  const last = known?.at(-1)
  if (known === undefined || last === undefined || candle.openedAt < last.openedAt) return state
  const before = candle.openedAt === last.openedAt ? known.slice(0, -1) : known
  return {
    ...state,
    candles: new Map(state.candles).set(range, [...before, candle].slice(-RETENTION.candles)),
  }
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
