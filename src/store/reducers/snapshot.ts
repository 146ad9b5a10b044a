import type { PartName } from '../../domain/parts.ts'
import type { Position } from '../../domain/position.ts'
import { type AccountSnapshot, PART_VALUES } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { FeedEvent } from '../../feed/feed.ts'
import { usableSourceAt } from '../age.ts'
import { crossMoveOf } from '../cross-move.ts'
import { appendEvent } from '../events.ts'
import { openPositions } from '../open-positions.ts'
import { recordPrices } from '../price-ranges.ts'
import { withUnreportedMove } from '../settled.ts'
import { INITIAL_STATE, type State } from '../state.ts'
import { decideEntries } from './entry.ts'
import { applyKey } from './key.ts'
import { keepIfNewer } from './merge.ts'
import { keptRows, withReports } from './parts.ts'

type Reset = Extract<FeedEvent, { type: 'reset' }>

/**
 * Applies the parts of a snapshot that were read. Each replaces its trades or orders, except those known to have ended: a trade only
 * advances. A part that was not read keeps its last values, which age. Market prices that arrived during its read are kept, since they
 * may be newer. The feed replays other changes of that time. An outdated part is ignored.
 */
export function applySnapshot(state: State, event: Reset): State {
  const { snapshot, at } = event
  if (state.lastSnapshot !== null && snapshot.startedAt < state.lastSnapshot.startedAt) return state
  const sameExchange = isOtherExchange(state, snapshot) ? withoutParts(state) : state
  const known = applyKey(sameExchange, snapshot.key, at)
  const isRead = (part: PartName): boolean => isNewer(known, snapshot, part)
  const next: State = {
    ...(isRead('market') ? withTicker(known, snapshot) : known),
    origin: snapshot.origin,
    network: snapshot.network,
    missing: snapshot.missing,
    lastSnapshot: { startedAt: snapshot.startedAt, endedAt: snapshot.endedAt },
    account: isRead('account') ? withKnownUnit(known.account, snapshot.account) : known.account,
    ...(isRead('isolatedPositions') ? isolatedOf(known, snapshot) : {}),
    isolatedOrders: isRead('isolatedOrders')
      ? byId(snapshot.isolatedOrders, known.ended)
      : known.isolatedOrders,
    cross: isRead('crossPosition') ? snapshot.cross : known.cross,
    crossOrders: isRead('crossOrders') ? byId(snapshot.crossOrders, known.ended) : known.crossOrders,
  }
  const reported = withReports(next, snapshot.parts, at)
  const decided = { ...reported, isolated: decideEntries(known, reported) }
  return withUnreportedMove(known, recordMissed(known, decided, event), at)
}

/** Values of another exchange or network must never stand beside each other. */
function isOtherExchange({ origin, network }: State, snapshot: AccountSnapshot): boolean {
  return origin !== null && (origin !== snapshot.origin || network !== snapshot.network)
}

function withoutParts(state: State): State {
  const { account, isolated, isolatedOrders, cross, crossOrders, lastPrice, index, funding, buckets } =
    INITIAL_STATE
  const { lastKnown, parts, history, candles, chart, priceRanges, movedAt, movingSince } = INITIAL_STATE
  return {
    ...state,
    ...{ account, isolated, isolatedOrders, cross, crossOrders, lastPrice, index, funding, buckets },
    ...{ lastKnown, parts, history, candles, chart, priceRanges, movedAt, movingSince },
  }
}

/** Returns true if the snapshot holds a value of the part that is not older than the known one. */
function isNewer(state: State, snapshot: AccountSnapshot, part: PartName): boolean {
  const { readAt } = snapshot.parts[part]
  if (snapshot[PART_VALUES[part]] === null || readAt === null) return false
  return readAt >= (state.parts[part].readAt ?? Number.NEGATIVE_INFINITY)
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

/** The readable trades, and the last known rows of those that can't be read. */
function isolatedOf(state: State, snapshot: AccountSnapshot): Pick<State, 'isolated' | 'lastKnown'> {
  const isolated = byId(snapshot.isolated, state.ended)
  const { unreadable } = snapshot.parts.isolatedPositions
  const kept = keptRows(state, isolated, unreadable)
  for (const stamped of snapshot.lastKnown)
    if (!state.ended.has(stamped.value.id) && !isolated?.has(stamped.value.id))
      kept.set(stamped.value.id, stamped)
  return { isolated, lastKnown: kept }
}

function withTicker(state: State, { ticker, startedAt }: AccountSnapshot): State {
  if (ticker === null) return state
  const sourceAt = usableSourceAt(state, ticker.sourceAt, ticker.receivedAt)
  const { lastPriceUsd, indexUsd, funding, buckets } = ticker.value
  const read = <T>(known: Stamped<T> | null, value: T | null): Stamped<T> | null =>
    keepIfNewer(
      known,
      value === null ? null : { ...ticker, sourceAt, value },
      startedAt,
      state.status?.clockOffsetMs ?? null,
    )
  return {
    ...state,
    lastPrice: read(state.lastPrice, lastPriceUsd),
    index: read(state.index, indexUsd),
    funding: read(state.funding, funding),
    buckets: read(state.buckets, buckets),
    priceRanges:
      buckets === null ? state.priceRanges : recordPrices(state.priceRanges, buckets, ticker.receivedAt),
  }
}

/**
 * Logs positions that appeared or vanished without a message, after a gap or an unreadable message. Ignores positions updated after
 * the list was read, since the list may be older, and lists that are read for the first time.
 */
function recordMissed(before: State, after: State, { snapshot, at, asOf }: Reset): State {
  const openBefore = positionsOf(before)
  const openAfter = positionsOf(after)
  let next = after
  for (const [id, { value: position, receivedAt }] of openBefore) {
    const part = partOf(position)
    const readAt = asOf ?? snapshot.parts[part].readAt ?? snapshot.startedAt
    const isGone =
      receivedAt < readAt && !openAfter.has(id) && !before.ended.has(id) && !after.lastKnown.has(id)
    if (isGone) next = appendEvent(next, { kind: 'vanished', at, key: `${id}:${at}`, position })
  }
  for (const [id, { value: position }] of openAfter) {
    const wasRead = before.parts[partOf(position)].readAt !== null
    if (wasRead && !openBefore.has(id) && !before.lastKnown.has(id))
      next = appendEvent(next, { kind: 'appeared', at, key: `${id}:${at}`, position })
  }
  return recordCrossMove(before, next, asOf ?? snapshot.parts.crossPosition.readAt ?? snapshot.startedAt, at)
}

/** Logs a cross position with another side or quantity than before, unless a message updated it after `readAt`. */
function recordCrossMove(before: State, after: State, readAt: number, at: number): State {
  const [known, read] = [before.cross, after.cross]
  if (known === null || read === null || known === read || known.receivedAt >= readAt) return after
  const [earlier, cross] = [known.value.position, read.value]
  // One that has appeared or vanished is logged as such.
  const isFound = earlier !== null && cross.position !== null && crossMoveOf(earlier, cross.position) !== null
  const key = `cross:found:${cross.updatedAt ?? at}`
  return isFound ? appendEvent(after, { kind: 'cross', at, key, event: null, cross, before: earlier }) : after
}

function partOf({ mode }: Position): PartName {
  return mode === 'cross' ? 'crossPosition' : 'isolatedPositions'
}

function positionsOf(state: State): ReadonlyMap<string, Stamped<Position>> {
  return new Map(openPositions(state).map(stamped => [stamped.value.id, stamped]))
}
