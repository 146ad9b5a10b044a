import type { CrossAccount } from '../../domain/position.ts'
import type { Change } from '../../domain/snapshot.ts'
import { appendEvent } from '../events.ts'
import type { State } from '../state.ts'
import { withEnded, without } from './isolated.ts'
import type { Stamp } from './stamp.ts'

type CrossChange = Extract<Change, { kind: 'cross-position' | 'cross-order-opened' | 'cross-order-ended' }>

/** Applies a change of the cross margin account, which each message carries completely. Its orders only advance, like isolated trades. */
export function applyCross(state: State, change: CrossChange, stamp: Stamp): State {
  const at = stamp(null).receivedAt
  switch (change.kind) {
    case 'cross-position': {
      const { cross, event } = change
      if (state.cross === null || isOlder(cross, state.cross.value)) return state
      const key = `cross:${event}:${cross.updatedAt ?? at}`
      const before = state.cross.value.position
      return appendEvent({ ...state, cross: stamp(cross) }, { kind: 'cross', at, key, event, cross, before })
    }
    case 'cross-order-opened': {
      const { order } = change
      if (state.crossOrders === null || state.ended.has(order.id)) return state
      const crossOrders = new Map(state.crossOrders).set(order.id, stamp(order))
      return appendEvent(
        { ...state, crossOrders },
        { kind: 'order-opened', at, key: `opened:${order.id}`, order },
      )
    }
    case 'cross-order-ended':
      return orderEnded(state, change, at)
  }
}

/** A market order is first known by its end, with the side and quantity that the message has. */
function orderEnded(state: State, change: Extract<Change, { kind: 'cross-order-ended' }>, at: number): State {
  const { id, why, side, quantityUsd, priceUsd } = change
  if (state.ended.has(id)) return state
  const known = state.crossOrders?.get(id)?.value ?? null
  const sent =
    side === null || quantityUsd === null ? null : { id, mode: 'cross' as const, side, quantityUsd }
  const next: State = {
    ...state,
    crossOrders: without(state.crossOrders, id),
    ended: withEnded(state.ended, id),
  }
  return appendEvent(next, {
    kind: 'ended',
    at,
    key: `ended:${id}`,
    id,
    why,
    position: null,
    plSats: null,
    exitPriceUsd: priceUsd ?? known?.priceUsd ?? null,
    order: known ?? sent,
  })
}

function isOlder(next: CrossAccount, known: CrossAccount): boolean {
  return next.updatedAt !== null && known.updatedAt !== null && next.updatedAt < known.updatedAt
}
