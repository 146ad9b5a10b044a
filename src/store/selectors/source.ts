import { canWrite } from '../../domain/account.ts'
import { PART_NAMES, type PartName } from '../../domain/parts.ts'
import { STALE_AFTER_MS } from '../age.ts'
import { hopsOf, isHttpFresh, upstreamSummary } from '../hops.ts'
import { keyRefusalOf } from '../key-refusal.ts'
import { rateLimitReason } from '../rate-limited.ts'
import type { State } from '../state.ts'
import type { PartsView, PartView, PermissionState, SourceState, SourceView } from '../view.ts'
import { marketAge } from './market.ts'
import { PART_LABELS, selectParts } from './parts.ts'

/** The reason why an account without data is stale. */
export const NO_DATA = 'no data yet'

/**
 * The state of connection and data. Only the age of data decides whether it is fresh; the connection state shows how it arrives.
 */
export function selectSource(state: State, now: number): SourceView {
  const refusal = keyRefusalOf(state.status)
  const parts = selectParts(state, now)
  const oldest = PART_NAMES.reduce<number | null>((worst, part) => {
    const { ageMs } = parts[part]
    return ageMs === null ? worst : Math.max(worst ?? 0, ageMs)
  }, null)
  const staleParts = PART_NAMES.filter(part => isStale(part, parts[part], refusal !== null))
  const stale = staleParts.length > 0
  const limitedText = stale ? rateLimitReason(state.status) : null
  const ageMs = state.lastSnapshot === null ? null : stale ? oldest : marketAge(state, now)
  return {
    kind: state.status?.kind ?? 'direct',
    transport: state.status?.transport ?? 'stream',
    state: sourceState(state, now),
    ageMs,
    stale,
    parts,
    staleReasons: [
      ...(state.lastSnapshot === null ? [NO_DATA] : staleReasonsOf(staleParts, parts)),
      ...(limitedText === null ? [] : [limitedText]),
    ],
    limitedText,
    goodAt: ageMs === null ? null : now - ageMs,
    status: state.status,
    hops: hopsOf(state.status),
    upstreamProblem: upstreamSummary(state, now),
    refusal,
    origin: state.origin,
    network: state.network,
    permissions: state.key?.permissions ?? null,
    canWrite: state.key === null ? null : canWrite(state.key),
    permissionState: permissionState(state),
    missing: state.missing,
    faultCount: state.faults.count,
    lastFault: state.faults.last,
  }
}

/** The first list may arrive a moment after the first data, over a socket of its own. A connection that has failed sends none. */
function permissionState({ key, status, lastSnapshot }: State): PermissionState | null {
  if (key !== null) return canWrite(key) ? 'write' : 'read-only'
  const isTried = status?.link === 'live' || (status?.attempt ?? 0) > 0
  return isTried && lastSnapshot !== null ? 'unchecked' : null
}

/** Prices must be known, and the account while its key is refused. Otherwise a part that was never read is missing, not stale. */
function isStale(part: PartName, { ageMs }: PartView, isRefused: boolean): boolean {
  return ageMs === null ? part === 'market' || isRefused : ageMs > STALE_AFTER_MS
}

/** One reason for all parts that are stale in the same way. */
function staleReasonsOf(staleParts: readonly PartName[], parts: PartsView): readonly string[] {
  const byText = Map.groupBy(staleParts, part => staleText(parts[part]))
  return [...byText].map(([text, names]) => `${names.map(part => PART_LABELS[part]).join(', ')} ${text}`)
}

function staleText({ ageMs, state, reason }: PartView): string {
  const age = ageMs === null ? 'not known yet' : `${Math.floor(ageMs / 1000)} s old`
  const isExplained = state !== 'waiting' && state !== 'stale' && state !== 'limited'
  return isExplained && reason !== null ? `${age}: ${reason}` : age
}

function sourceState(state: State, now: number): SourceState {
  const { status } = state
  if (status !== null && status.refusal !== null && status.link !== 'stopped') return 'waiting'
  switch (status?.link) {
    case 'stopped':
      return 'stopped'
    case 'live':
      return 'live'
    case 'waiting':
      return isHttpFresh(state, now) ? 'http' : 'waiting'
    default:
      return isHttpFresh(state, now) ? 'http' : 'syncing'
  }
}
