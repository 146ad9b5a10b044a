import type { FeedEvent } from '../feed/feed.ts'
import type { State } from './state.ts'

export function reduce(state: State, _event: FeedEvent): State { return state }
