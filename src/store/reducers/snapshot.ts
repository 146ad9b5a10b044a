import type { Ticker } from '../../domain/market.ts'
import type { Position } from '../../domain/position.ts'
import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { FeedEvent } from '../../feed/feed.ts'
import { appendEvent } from '../events.ts'
import { openPositions } from '../open-positions.ts'
import { recordPrices } from '../price-ranges.ts'
import type { State } from '../state.ts'
import { applyKey } from './key.ts'
import { keepIfNewer } from './merge.ts'

type Reset = Extract<FeedEvent, { type: 'reset' }>

/**
 * Applies a snapshot. It replaces all trades and orders, except those known to have ended: a trade only advances. Market prices that
 * arrived during its read are kept, since they may be newer. The feed replays other changes of that time. An outdated snapshot is
 * ignored.
 */
export function applySnapshot(state: State, { snapshot, at, asOf = snapshot.startedAt }: Reset): State {
  if (state.lastSnapshot !== null && snapshot.startedAt < state.lastSnapshot.startedAt) return state
  const next: State = {
    ...withTicker(applyKey(state, snapshot.key, at), snapshot),
    origin: snapshot.origin,
    network: snapshot.network,
    missing: snapshot.missing,
    lastSnapshot: { startedAt: snapshot.startedAt, endedAt: snapshot.endedAt },
    account: withKnownUnit(state.account, snapshot.account),
    isolated: byId(snapshot.isolated, state.ended),
    isolatedOrders: byId(snapshot.isolatedOrders, state.ended),
    cross: snapshot.cross,
    crossOrders: byId(snapshot.crossOrders, state.ended),
  }
  return state.lastSnapshot === null ? next : recordMissed(state, next, asOf, at)
}

/** Keeps the known unit, which never changes: a restarted relay that has not read it yet must not hide the equity. */
function withKnownUnit(
  before: State['account'],
  account: AccountSnapshot['account'],
): AccountSnapshot['account'] {
  if (before === null || account === null || account.value.syntheticUsdUnit !== null) return account
  if (account.value.username !== before.value.username) return account
  const { syntheticUsdUnit } = before.value
  return { ...account, value: { ...account.value, syntheticUsdUnit } }
}

function byId<T extends { readonly id: string }>(
  list: Stamped<readonly T[]> | null,
  ended: ReadonlySet<string>,
): ReadonlyMap<string, Stamped<T>> | null {
  if (list === null) return null
  const open = list.value.filter(({ id }) => !ended.has(id))
  return new Map(open.map(value => [value.id, { ...list, value }]))
}

function withTicker(state: State, { ticker, startedAt }: AccountSnapshot): State {
  if (ticker === null) return state
  const part = <T>(value: T): Stamped<T> => ({ ...ticker, value })
  const ofTicker: Ticker = ticker.value
  const buckets = keepIfNewer(state.buckets, part(ofTicker.buckets), startedAt)
  return {
    ...state,
    lastPrice: keepIfNewer(state.lastPrice, ofTicker.lastPriceUsd && part(ofTicker.lastPriceUsd), startedAt),
    index: keepIfNewer(state.index, ofTicker.indexUsd && part(ofTicker.indexUsd), startedAt),
    funding: keepIfNewer(state.funding, part(ofTicker.funding), startedAt),
    buckets,
    priceRanges: recordPrices(state.priceRanges, ofTicker.buckets, ticker.receivedAt),
  }
}

/**
 * Logs positions that appeared or vanished without a message, after a gap or an unreadable message. Ignores positions updated after
 * `asOf`, since the snapshot may be older.
 */
function recordMissed(before: State, after: State, asOf: number, at: number): State {
  const openBefore = positionsOf(before)
  const openAfter = positionsOf(after)
  let next = after
  for (const [id, { value: position, receivedAt }] of openBefore) {
    const isGone = receivedAt < asOf && !openAfter.has(id) && !before.ended.has(id)
    if (isGone) next = appendEvent(next, { kind: 'vanished', at, key: `${id}:${at}`, position })
  }
  for (const [id, { value: position }] of openAfter)
    if (!openBefore.has(id)) next = appendEvent(next, { kind: 'appeared', at, key: `${id}:${at}`, position })
  return next
}

function positionsOf(state: State): ReadonlyMap<string, Stamped<Position>> {
  return new Map(openPositions(state).map(stamped => [stamped.value.id, stamped]))
}
