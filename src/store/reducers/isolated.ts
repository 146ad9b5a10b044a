import type { Position } from '../../domain/position.ts'
import type { Change } from '../../domain/snapshot.ts'
import { appendEvent } from '../events.ts'
import { RETENTION, type State } from '../state.ts'
import { withoutUnreadable } from './parts.ts'
import type { Stamp } from './stamp.ts'

type IsolatedChange = Extract<
  Change,
  { kind: 'order-opened' | 'trade-filled' | 'trade-ended' | 'trade-funded' }
>

/**
 * Applies a change of an isolated trade. A trade only advances: opened, filled, ended. Late or repeated messages about an earlier
 * step are ignored. Has no effect before the first snapshot.
 */
export function applyIsolated(state: State, change: IsolatedChange, stamp: Stamp): State {
  switch (change.kind) {
    case 'order-opened': {
      const { order } = change
      if (state.isolatedOrders === null || state.ended.has(order.id) || state.isolated?.has(order.id))
        return state
      const isolatedOrders = new Map(state.isolatedOrders).set(order.id, stamp(order))
      const at = stamp(null).receivedAt
      return appendEvent(
        { ...state, isolatedOrders },
        { kind: 'order-opened', at, key: `opened:${order.id}`, order },
      )
    }
    case 'trade-filled':
      return filled(state, change.position, stamp)
    case 'trade-ended':
      return ended(state, change, stamp)
    case 'trade-funded':
      return funded(state, change, stamp)
  }
}

function filled(state: State, position: Position, stamp: Stamp): State {
  if (state.isolated === null || state.ended.has(position.id)) return state
  const known = state.isolated.get(position.id)
  // A known trade came from a snapshot, which is more complete than this message.
  if (known !== undefined) return state
  const isolated = new Map(state.isolated).set(position.id, stamp(position))
  const isolatedOrders = without(state.isolatedOrders, position.id)
  const at = stamp(null).receivedAt
  return appendEvent(
    { ...state, isolated, isolatedOrders },
    { kind: 'filled', at, key: `filled:${position.id}`, position },
  )
}

function ended(state: State, change: Extract<Change, { kind: 'trade-ended' }>, stamp: Stamp): State {
  const { id, why, plSats, exitPriceUsd } = change
  const position = (state.isolated?.get(id) ?? state.lastKnown.get(id))?.value ?? null
  const order = state.isolatedOrders?.get(id)?.value ?? null
  const next: State = {
    ...state,
    ...withoutUnreadable(state, id),
    isolated: without(state.isolated, id),
    isolatedOrders: without(state.isolatedOrders, id),
    ended: withEnded(state.ended, id),
  }
  const at = stamp(null).receivedAt
  const result = { id, why, position, plSats, exitPriceUsd, order }
  return appendEvent(next, { kind: 'ended', at, key: `ended:${id}`, ...result })
}

function funded(state: State, change: Extract<Change, { kind: 'trade-funded' }>, stamp: Stamp): State {
  const { id, marginSats, liquidationPriceUsd, feeSats, fundedAt } = change
  const lastKnown = state.lastKnown.get(id)
  const known = state.isolated?.get(id) ?? lastKnown
  if (state.isolated === null || known === undefined) return state
  if (known.sourceAt !== null && fundedAt !== null && known.sourceAt > fundedAt) return state
  const value: Position = {
    ...known.value,
    marginSats: marginSats ?? known.value.marginSats,
    liquidationPriceUsd: liquidationPriceUsd ?? known.value.liquidationPriceUsd,
  }
  // The message updates three fields. It does not make the rest of an unreadable row current.
  const updated: Partial<State> =
    lastKnown === undefined
      ? { isolated: new Map(state.isolated).set(id, stamp(value)) }
      : { lastKnown: new Map(state.lastKnown).set(id, { ...lastKnown, value }) }
  const at = stamp(null).receivedAt
  const key = `funded:${id}:${fundedAt ?? stamp(null).sourceAt ?? at}`
  return appendEvent({ ...state, ...updated }, { kind: 'funded', at, key, id, feeSats })
}

/** Returns the map without `id`, or the same map if it is missing. */
export function without<T>(map: ReadonlyMap<string, T> | null, id: string): ReadonlyMap<string, T> | null {
  if (map === null || !map.has(id)) return map
  const next = new Map(map)
  next.delete(id)
  return next
}

/** Adds an id to the ended ones; drops the oldest above the limit. */
export function withEnded(ended: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return ended.has(id) ? ended : new Set([...[...ended].slice(1 - RETENTION.ended), id])
}
