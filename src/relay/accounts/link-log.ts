import type { Status } from '../../domain/status.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { Store } from '../../store/store.ts'
import type { RelayLog } from '../context.ts'
import { linkReportOf } from './account-report.ts'

/**
 * Logs when the link of an account is lost, or its first attempt fails, and when it is found again. Attempts in between are not logged.
 * Refusals of the key have events of their own.
 */
export function logLink(
  { store, userId }: { readonly store: Store; readonly userId: string },
  { log, clock }: { readonly log: RelayLog; readonly clock: Clock },
): Cancel {
  let lostAt: number | null = null
  let wasLive = false
  const onStatus = (status: Status): void => {
    const { state, error } = linkReportOf({ ...status, refusal: null })
    const isLive = state === 'live'
    if (!isLive && lostAt === null && (wasLive || error !== null)) {
      lostAt = clock.nowMs()
      log.warn('link lost', { user: userId, code: error?.code ?? 'connection-lost' })
    } else if (isLive && lostAt !== null) {
      log.info('link found', { user: userId, seconds: Math.round((clock.nowMs() - lostAt) / 1000) })
      lostAt = null
    }
    wasLive = isLive
  }
  const { status } = store.state()
  if (status !== null) onStatus(status)
  return store.subscribe(event => {
    if (event.type === 'status') onStatus(event.status)
  })
}
