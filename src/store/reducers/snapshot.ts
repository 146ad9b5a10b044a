import type { Ticker } from '../../domain/market.ts'
import type { Position } from '../../domain/position.ts'
import type { Picture } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { FeedEvent } from '../../feed/feed.ts'
import { remember } from '../events.ts'
import { openPositions } from '../selectors/positions.ts'
import type { State } from '../state.ts'
import { unlessTold } from './merge.ts'
import { withPrices } from './price-ranges.ts'

type Reset = Extract<FeedEvent, { type: 'reset' }>

/**
 * The state after a whole picture: trades and orders are exactly those of the picture, less those that are known to have ended,
 * for a trade only goes forward. Market prices that arrived while it was read stay, because they may be newer; changes that
 * arrived meanwhile are told again by the feed. A picture older than the known one changes nothing.
 */
export function applyPicture(state: State, { picture, at, asOf = picture.startedAt }: Reset): State {
  if (state.lastPicture !== null && picture.startedAt < state.lastPicture.startedAt) return state
  const next: State = {
    ...withTicker(state, picture),
    origin: picture.origin,
    network: picture.network,
    key: picture.key ?? state.key,
    missing: picture.missing,
    lastPicture: { startedAt: picture.startedAt, endedAt: picture.endedAt },
    account: withKnownUnit(state.account, picture.account),
    isolated: byId(picture.isolated, state.ended),
    isolatedOrders: byId(picture.isolatedOrders, state.ended),
    cross: picture.cross,
    crossOrders: byId(picture.crossOrders, state.ended),
  }
  return state.lastPicture === null ? next : tellMissed(state, next, asOf, at)
}

/** A unit does not change: a relay that was started again, and has still to learn it, takes no equity off the screen. */
function withKnownUnit(before: State['account'], account: Picture['account']): Picture['account'] {
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

/**
 * Tells what came and went without a word: after a gap, or because its message was lost or could not be read. What was told
 * since then is no such thing: the picture may be older.
 */
function tellMissed(before: State, after: State, asOf: number, at: number): State {
  const known = positionsOf(before)
  const found = positionsOf(after)
  let next = after
  for (const [id, { value: position, receivedAt }] of known) {
    const isGone = receivedAt < asOf && !found.has(id) && !before.ended.has(id)
    if (isGone) next = remember(next, { kind: 'vanished', at, key: `${id}:${at}`, position })
  }
  for (const [id, { value: position }] of found)
    if (!known.has(id)) next = remember(next, { kind: 'appeared', at, key: `${id}:${at}`, position })
  return next
}

function positionsOf(state: State): ReadonlyMap<string, Stamped<Position>> {
  return new Map(openPositions(state).map(stamped => [stamped.value.id, stamped]))
}
