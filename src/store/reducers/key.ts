import { hasSamePermissions, type KeyPermissions } from '../../domain/account.ts'
import { appendEvent } from '../events.ts'
import type { State } from '../state.ts'

/**
 * Applies the permissions of the key that a source reports. Null changes nothing: the last known list is kept. A list that differs from
 * the known one is logged.
 */
export function applyKey(state: State, key: KeyPermissions | null, at: number): State {
  if (key === null || key === state.key) return state
  const next = { ...state, key }
  if (state.key === null || hasSamePermissions(state.key, key)) return next
  return appendEvent(next, { kind: 'key', at, key: `key:${at}`, before: state.key, after: key })
}
