import { canWrite } from '../../domain/account.ts'
import { ageOf, STALE_AFTER_MS } from '../age.ts'
import { hopsOf, isHttpFresh, upstreamSummary } from '../hops.ts'
import { rateLimitReason } from '../rate-limited.ts'
import type { State } from '../state.ts'
import type { KeyAccess, SourceState, SourceView } from '../view.ts'
import { marketAge } from './market.ts'

/**
 * The state of connection and data. Only the age of data decides whether it is fresh; the connection state shows how it arrives.
 */
export function selectSource(state: State, now: number): SourceView {
  const ages = partAges(state, now)
  const oldest = ages.reduce<number | null>(
    (worst, { ageMs }) => (ageMs === null ? worst : Math.max(worst ?? 0, ageMs)),
    null,
  )
  const staleParts = ages.filter(({ ageMs }) => ageMs === null || ageMs > STALE_AFTER_MS)
  const stale = staleParts.length > 0
  const limitedText = stale ? rateLimitReason(state.status) : null
  const ageMs = state.lastSnapshot === null ? null : stale ? oldest : marketAge(state, now)
  return {
    kind: state.status?.kind ?? 'direct',
    transport: state.status?.transport ?? 'stream',
    state: sourceState(state, now),
    ageMs,
    stale,
    staleReasons: [
      ...(state.lastSnapshot === null ? ['no data yet'] : staleParts.map(reasonOf)),
      ...(limitedText === null ? [] : [limitedText]),
    ],
    limitedText,
    goodAt: ageMs === null ? null : now - ageMs,
    status: state.status,
    hops: hopsOf(state.status),
    upstreamProblem: upstreamSummary(state, now),
    origin: state.origin,
    network: state.network,
    permissions: state.key?.permissions ?? null,
    canWrite: state.key === null ? null : canWrite(state.key),
    keyAccess: keyAccess(state),
    missing: state.missing,
    faultCount: state.faults.count,
    lastFault: state.faults.last,
  }
}

/** The first list may arrive a moment after the first data, over a socket of its own. A connection that has failed sends none. */
function keyAccess({ key, status, lastSnapshot }: State): KeyAccess | null {
  if (key !== null) return canWrite(key) ? 'write' : 'read-only'
  const isTried = status?.link === 'live' || (status?.attempt ?? 0) > 0
  return isTried && lastSnapshot !== null ? 'unchecked' : null
}

interface PartAge {
  readonly part: string
  readonly ageMs: number | null
}

/** The ages of market data, account and positions. Parts that the key may not read are left out. */
function partAges(state: State, now: number): readonly PartAge[] {
  const parts: PartAge[] = [{ part: 'market data', ageMs: marketAge(state, now) }]
  if (state.account !== null) parts.push({ part: 'account data', ageMs: ageOf(state, state.account, now) })
  const positionsAreKnown = state.isolated !== null || state.cross !== null
  if (positionsAreKnown && state.lastSnapshot !== null)
    parts.push({ part: 'positions', ageMs: Math.max(0, now - state.lastSnapshot.startedAt) })
  return parts
}

function reasonOf({ part, ageMs }: PartAge): string {
  return ageMs === null ? `${part} not known yet` : `${part} ${Math.floor(ageMs / 1000)} s old`
}

function sourceState(state: State, now: number): SourceState {
  const { status } = state
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
