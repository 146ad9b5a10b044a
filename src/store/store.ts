import type { FeedEvent } from '../feed/feed.ts'
import { reduce } from './reducers/reduce.ts'
import { INITIAL_STATE, type State } from './state.ts'

/** Holds the state. Listeners are called synchronously after each event that changed it. */
export interface Store {
  state(): State
  dispatch(event: FeedEvent): void
  /** Returns a function that unsubscribes. */
  subscribe(listener: (event: FeedEvent) => void): () => void
}

/** Creates an empty store. */
export function openStore(): Store {
  let state = INITIAL_STATE
  let listeners: readonly ((event: FeedEvent) => void)[] = []
  return {
    state: () => state,
    dispatch(event) {
      const next = reduce(state, event)
      if (next === state) return
      state = next
      // A listener that unsubscribes meanwhile replaces the list and does not change this one.
      for (const listener of listeners) listener(event)
    },
    subscribe(listener) {
      listeners = [...listeners, listener]
      return () => {
        listeners = listeners.filter(each => each !== listener)
      }
    },
  }
}
