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
      return appendEvent({ ...state, cross: stamp(cross) }, { kind: 'cross', at, key, event, cross })
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
      return {
        ...state,
        crossOrders: without(state.crossOrders, change.id),
        ended: withEnded(state.ended, change.id),
      }
  }
}

function isOlder(next: CrossAccount, known: CrossAccount): boolean {
  return next.updatedAt !== null && known.updatedAt !== null && next.updatedAt < known.updatedAt
}
