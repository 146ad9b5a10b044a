import type { FeedEvent } from '../feed/feed.ts'
import { reduce } from './reducers/reduce.ts'
import { INITIAL_STATE, type State } from './state.ts'

/** Holds the one state. Listeners are told of each event that changed it, after it did, in the same turn. */
export interface Store {
  state(): State
  dispatch(event: FeedEvent): void
  /** Returns what ends the subscription. */
  subscribe(listener: (event: FeedEvent) => void): () => void
}

/** An empty store. */
export function openStore(): Store {
  let state = INITIAL_STATE
  const listeners = new Set<(event: FeedEvent) => void>()
  return {
    state: () => state,
    dispatch(event) {
      const next = reduce(state, event)
      if (next === state) return
      state = next
      for (const listener of [...listeners]) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
