import type { ErrorCode } from '../../domain/error.ts'
import type { LinkState, Status } from '../../domain/status.ts'
import { STALE_AFTER_MS } from '../../store/age.ts'
import { firstBrokenHop } from '../../store/hops.ts'
import { selectSource } from '../../store/selectors/source.ts'
import type { Upstream } from './account-messages.ts'

/** A link toward the exchange, and why it is not live. */
export interface LinkReport {
  readonly state: LinkState
  /** When this state was entered, our clock; null before the first attempt. */
  readonly since: number | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
}

/** What the operator of a relay wants to know about an account. */
export interface AccountReport {
  readonly userId: string
  readonly userName: string
  /** Connected clients. */
  readonly subscribers: number
  readonly link: LinkReport
  /** Age of the data, or of its oldest part if any part is stale; the time since the account was opened while there is none. */
  readonly ageMs: number
  readonly isStale: boolean
  /** Why data is stale, one sentence each. */
  readonly staleReasons: readonly string[]
  /** Whether this relay requests the account from the exchange; null if no other relay could. */
  readonly isOwner: boolean | null
}

const NOT_STARTED: LinkReport = { state: 'idle', since: null, error: null }

/** Returns the first link toward the exchange that is not live, also behind another relay; the own one if all are. */
export function linkReportOf(status: Status | null): LinkReport {
  if (status === null) return NOT_STARTED
  const { link: state, since, lastError: error, refusal } = status
  if (refusal !== null) return { state: 'waiting', since: refusal.since, error: refusal.error }
  const broken = state === 'live' ? firstBrokenHop(status)?.hop : undefined
  if (broken !== undefined) return { state: broken.link, since: broken.since, error: broken.lastError }
  return { state, since, error: state === 'live' ? null : error }
}

/** Returns the report on an account that was opened at `openedAt`. */
export function accountReportOf(
  { store, ownership }: Pick<Upstream, 'store' | 'ownership'>,
  openedAt: number,
  now: number,
): Omit<AccountReport, 'userId' | 'userName' | 'subscribers'> {
  const state = store.state()
  const { stale, ageMs: known, staleReasons } = selectSource(state, now)
  const ageMs = known ?? now - openedAt
  const isStale = stale && ageMs > STALE_AFTER_MS
  return {
    link: linkReportOf(state.status),
    ageMs,
    isStale,
    staleReasons: isStale ? staleReasons : [],
    isOwner: ownership?.isOwner() ?? null,
  }
}
