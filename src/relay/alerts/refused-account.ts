import type { AxisorError } from '../../domain/error.ts'
import type { Status } from '../../domain/status.ts'
import { openStore, type Store } from '../../store/store.ts'

/** Returns a store whose link has stopped for a reason, so that alerts report it. */
export function refusedStore(error: AxisorError, now: number): Store {
  const store = openStore()
  const status: Status = {
    kind: 'direct',
    link: 'stopped',
    transport: 'stream',
    since: now,
    attempt: 1,
    retryAt: null,
    lastError: error,
    reconnects: 0,
    rttMs: null,
    clockOffsetMs: null,
    pricesSilentSince: null,
    rateLimit: null,
    limitedUntil: null,
    key: null,
    refusal: null,
    upstream: null,
    alerts: null,
  }
  store.dispatch({ type: 'status', at: now, status })
  return store
}
