import type { Ticker } from '../domain/market.ts'
import type { Picture } from '../domain/picture.ts'
import type { Position } from '../domain/position.ts'
import type { Stamped } from '../domain/stamp.ts'
import { remember } from './happenings.ts'
import { unlessTold } from './newer.ts'
import { withPrices } from './spans.ts'
import type { State } from './state.ts'

/**
 * The state after a whole picture: trades and orders are exactly those of the picture. Market prices that arrived while it was
 * read stay, because they may be newer; changes that arrived meanwhile are told again by the feed.
 */
export function applyPicture(state: State, picture: Picture, at: number): State {
  const next: State = {
    ...withTicker(state, picture),
    origin: picture.origin,
    network: picture.network,
    key: picture.key ?? state.key,
    missing: picture.missing,
    lastPicture: { startedAt: picture.startedAt, endedAt: picture.endedAt },
    account: picture.account,
    isolated: byId(picture.isolated),
    isolatedOrders: byId(picture.isolatedOrders),
    cross: picture.cross,
    crossOrders: byId(picture.crossOrders),
  }
  return state.lastPicture !== null && state.status?.link !== 'live' ? tellMissed(state, next, at) : next
}

function byId<T extends { readonly id: string }>(
  list: Stamped<readonly T[]> | null,
): ReadonlyMap<string, Stamped<T>> | null {
  if (list === null) return null
  return new Map(list.value.map(value => [value.id, { ...list, value }]))
}

function withTicker(state: State, { ticker, startedAt }: Picture): State {
  if (ticker === null) return state
  const part = <T>(value: T): Stamped<T> => ({ ...ticker, value })
  const ofTicker: Ticker = ticker.value
  const buckets = unlessTold(state.buckets, part(ofTicker.buckets), startedAt)
  return {
    ...state,
    lastPrice: unlessTold(state.lastPrice, ofTicker.lastPriceUsd && part(ofTicker.lastPriceUsd), startedAt),
    index: unlessTold(state.index, ofTicker.indexUsd && part(ofTicker.indexUsd), startedAt),
    funding: unlessTold(state.funding, part(ofTicker.funding), startedAt),
    buckets,
    spans: withPrices(state.spans, ofTicker.buckets, ticker.receivedAt),
  }
}

/** After a gap the picture shows what was missed: trades that came and went without a word. */
function tellMissed(before: State, after: State, at: number): State {
  const known = positionsOf(before)
  const found = positionsOf(after)
  let next = after
  for (const [id, position] of known)
    if (!found.has(id)) next = remember(next, { kind: 'vanished', at, key: `ended:${id}`, position })
  for (const [id, position] of found)
    if (!known.has(id)) next = remember(next, { kind: 'appeared', at, key: `filled:${id}`, position })
  return next
}

function positionsOf(state: State): ReadonlyMap<string, Position> {
  const all = new Map<string, Position>()
  for (const [id, { value }] of state.isolated ?? []) all.set(id, value)
  const cross = state.cross?.value.position
  if (cross) all.set('cross', cross)
  return all
}
