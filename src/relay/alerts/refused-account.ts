import type { AxisorError } from '../../domain/error.ts'
import { stoppedStatus } from '../../domain/status.ts'
import { openStore, type Store } from '../../store/store.ts'

/** Returns a store whose link has stopped for a reason, so that alerts report it. */
export function refusedStore(error: AxisorError, now: number): Store {
  const store = openStore()
  store.dispatch({ type: 'status', at: now, status: stoppedStatus(error, 1, now) })
  return store
}
