import type { PartReport } from '../../domain/parts.ts'
import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { State } from '../state.ts'

/** A change with the times of its event. */
export interface StampedChange {
  readonly at: number
  readonly sourceAt: number | null
  readonly change: Change
}

/**
 * Builds the snapshot from which `applySnapshot` restores the state, or null before the first. Lists get the times of their oldest
 * entry, so that nothing looks newer than it is.
 */
export function selectSnapshot(state: State): AccountSnapshot | null {
  const { origin, network, lastSnapshot } = state
  if (origin === null || network === null || lastSnapshot === null) return null
  const { startedAt, endedAt } = lastSnapshot
  const endOfRead = ({ readAt }: PartReport): number | null =>
    readAt !== null && readAt >= startedAt ? endedAt : readAt
  return {
    origin,
    network,
    ...lastSnapshot,
    key: state.key,
    missing: state.missing,
    parts: state.parts,
    ticker: tickerOf(state),
    account: state.account,
    isolated: listOf(state.isolated, endOfRead(state.parts.isolatedPositions)),
    isolatedOrders: listOf(state.isolatedOrders, endOfRead(state.parts.isolatedOrders)),
    cross: state.cross,
    crossOrders: listOf(state.crossOrders, endOfRead(state.parts.crossOrders)),
    lastKnown: [...state.lastKnown.values()],
  }
}

/**
 * The changes to apply after `selectSnapshot`: market data newer than the snapshot's ticker, candles and history.
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

/** The ticker with the times of its oldest part, or null if a mandatory part is missing. */
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

/**
 * The market data that `selectSnapshot` lacks because its ticker is null: clients of earlier versions require its funding rate and
 * closing prices. Empty if the snapshot has a ticker.
 */
export function selectMarketWithoutTicker(state: State): readonly StampedChange[] {
  return tickerOf(state) === null ? marketOf(state) : []
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
  readAt: number | null,
): Stamped<readonly T[]> | null {
  if (map === null || readAt === null) return null
  const entries = [...map.values()]
  const value = entries.map(entry => entry.value)
  const [first, ...rest] = entries
  if (first === undefined) return { value, sourceAt: null, receivedAt: readAt }
  const { sourceAt, receivedAt } = oldestOf([first, ...rest])
  return { value, sourceAt, receivedAt }
}
