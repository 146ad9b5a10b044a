import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { State } from '../state.ts'

/** A change with the times that an event of it would have. */
export interface StampedChange {
  readonly at: number
  readonly sourceAt: number | null
  readonly change: Change
}

/**
 * The picture from which `applyPicture` makes what is known now; null before the first. A list has one pair of times in a picture, so
 * it gets those of its oldest entry: nothing looks newer than it is.
 */
export function selectSnapshot(state: State): AccountSnapshot | null {
  const { origin, network, lastSnapshot } = state
  if (origin === null || network === null || lastSnapshot === null) return null
  return {
    origin,
    network,
    ...lastSnapshot,
    key: state.key,
    missing: state.missing,
    ticker: tickerOf(state),
    account: state.account,
    isolated: listOf(state.isolated, lastSnapshot.endedAt),
    isolatedOrders: listOf(state.isolatedOrders, lastSnapshot.endedAt),
    cross: state.cross,
    crossOrders: listOf(state.crossOrders, lastSnapshot.endedAt),
  }
}

/**
 * What no picture holds: the parts of the market that are newer than the picture's one ticker can say, candles and the history. They
 * come after the picture.
 */
export function selectChangesSinceSnapshot(state: State): readonly StampedChange[] {
  const { candles, history, lastSnapshot } = state
  const at = lastSnapshot?.endedAt ?? 0
  const past = [...candles].map(
    ([range, list]): StampedChange => ({
      at,
      sourceAt: null,
      change: { kind: 'candles', range, candles: list },
    }),
  )
  return [...marketOf(state), ...past, ...changeOf(history, value => ({ kind: 'history', history: value }))]
}

/** With the times of its oldest part; null while a part is missing that a ticker can't leave out. */
function tickerOf(state: State): AccountSnapshot['ticker'] {
  const { lastPrice, index, funding, buckets } = state
  if (funding === null || buckets === null) return null
  const { sourceAt, receivedAt } = oldestOf([funding, buckets, ...known(lastPrice), ...known(index)])
  const value = {
    lastPriceUsd: lastPrice?.value ?? null,
    indexUsd: index?.value ?? null,
    funding: funding.value,
    buckets: buckets.value,
  }
  return { value, sourceAt, receivedAt }
}

function marketOf(state: State): readonly StampedChange[] {
  const ticker = tickerOf(state)
  return [
    ...changeOf(state.lastPrice, value => ({ kind: 'last-price', lastPriceUsd: value })),
    ...changeOf(state.index, value => ({ kind: 'index', indexUsd: value })),
    ...changeOf(state.buckets, value => ({ kind: 'buckets', buckets: value })),
    ...changeOf(state.funding, value => ({ kind: 'funding', funding: value })),
  ].filter(({ at, sourceAt }) => at !== ticker?.receivedAt || sourceAt !== ticker.sourceAt)
}

function changeOf<T>(stamped: Stamped<T> | null, change: (value: T) => Change): readonly StampedChange[] {
  if (stamped === null) return []
  return [{ at: stamped.receivedAt, sourceAt: stamped.sourceAt, change: change(stamped.value) }]
}

function known<T>(stamped: Stamped<T> | null): readonly Stamped<T>[] {
  return stamped === null ? [] : [stamped]
}

function oldestOf(stamps: readonly [Stamped<unknown>, ...Stamped<unknown>[]]): Stamped<unknown> {
  return stamps.reduce((oldest, next) => (next.receivedAt < oldest.receivedAt ? next : oldest))
}

function listOf<T>(
  map: ReadonlyMap<string, Stamped<T>> | null,
  readAt: number,
): Stamped<readonly T[]> | null {
  if (map === null) return null
  const entries = [...map.values()]
  const value = entries.map(entry => entry.value)
  const [first, ...rest] = entries
  if (first === undefined) return { value, sourceAt: null, receivedAt: readAt }
  const { sourceAt, receivedAt } = oldestOf([first, ...rest])
  return { value, sourceAt, receivedAt }
}
