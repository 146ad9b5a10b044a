import { type AxisorError, EXIT } from '../../domain/error.ts'
import { isKeyRefused, type Status } from '../../domain/status.ts'
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
  recordRefusal(store, now)
  return store
}

/** Records in a store whose link the exchange's refusal of the key has ended that the key is refused: the feed only reports its end. */
export function recordRefusal(store: Store, now: number): void {
  const { status } = store.state()
  const error = status?.lastError ?? null
  if (status === null || error === null || status.refusal !== null || !isRefusedStatus(status)) return
  if (error.code === 'no-credentials') return
  const refusal = { since: status.since, attempt: 1, retryAt: null, error }
  store.dispatch({ type: 'status', at: now, status: { ...status, refusal } })
}

/** True if the exchange refuses the key, here or at the relay behind this one. */
export function isRefusedStatus(status: Status | null): boolean {
  if (status === null) return false
  const { link, lastError, refusal, upstream } = status
  if (refusal !== null || (link === 'stopped' && lastError?.exitCode === EXIT.credentials)) return true
  return upstream !== null && isKeyRefused(upstream)
}
