import type { ErrorCode } from '../../domain/error.ts'
import type { LinkState, Status } from '../../domain/status.ts'
import type { ToWall } from '../../domain/wall-clock.ts'
import { STALE_AFTER_MS } from '../../store/age.ts'
import { firstBrokenHop } from '../../store/hops.ts'
import { NO_DATA, selectSource } from '../../store/selectors/source.ts'
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
  /**
   * Age of the data, or of its oldest part if any part is stale. While there is none, the time since the data before the start of this
   * relay, or since the account was opened if none is known.
   */
  readonly ageMs: number
  /** False until the first data. */
  readonly hasData: boolean
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

/** What is known about an account besides its state. */
export interface AccountTimes {
  /** When it was opened, our clock. */
  readonly openedAt: number
  /** When it last had data before that, our clock; null if that is not known. */
  readonly lastDataAt: number | null
  readonly toWall: ToWall
}

/** Returns the report on an account. */
export function accountReportOf(
  { store, ownership }: Pick<Upstream, 'store' | 'ownership'>,
  times: AccountTimes,
  now: number,
): Omit<AccountReport, 'userId' | 'userName' | 'subscribers'> {
  const state = store.state()
  const { stale, ageMs: known, staleReasons } = selectSource(state, now)
  const { openedAt, lastDataAt } = times
  // A stored time after the opening is of a clock that was ahead.
  const ageMs = known ?? now - Math.min(openedAt, lastDataAt ?? openedAt)
  const isStale = stale && ageMs > STALE_AFTER_MS
  return {
    link: linkReportOf(state.status),
    ageMs,
    hasData: known !== null,
    isStale,
    staleReasons: isStale
      ? staleReasons.map(reason => (reason === NO_DATA ? noDataText(times) : reason))
      : [],
    isOwner: ownership?.isOwner() ?? null,
  }
}

function noDataText({ openedAt, lastDataAt, toWall }: AccountTimes): string {
  if (lastDataAt === null) return `${NO_DATA} since the start`
  const time = new Date(toWall(Math.min(openedAt, lastDataAt))).toISOString()
  return `no data since the start; the last before it was at ${time.slice(0, 19).replace('T', ' ')}Z`
}
