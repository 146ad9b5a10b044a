import { canWrite } from '../../domain/account.ts'
import { ageOf, STALE_AFTER_MS } from '../age.ts'
import { hopsOf, isHttpFresh, upstreamSummary } from '../hops.ts'
import type { State } from '../state.ts'
import type { SourceState, SourceView } from '../view.ts'
import { marketAge } from './market.ts'

/**
 * The true state of the connection and of the data. Liveness comes from the age of data alone; the link only says how it
 * comes in.
 */
export function selectSource(state: State, now: number): SourceView {
  const ages = partAges(state, now)
  const oldest = ages.reduce<number | null>(
    (worst, { ageMs }) => (ageMs === null ? worst : Math.max(worst ?? 0, ageMs)),
    null,
  )
  const staleParts = ages.filter(({ ageMs }) => ageMs === null || ageMs > STALE_AFTER_MS)
  const stale = staleParts.length > 0
  const ageMs = state.lastSnapshot === null ? null : stale ? oldest : marketAge(state, now)
  return {
    kind: state.status?.kind ?? 'direct',
    transport: state.status?.transport ?? 'stream',
    state: sourceState(state, now),
    ageMs,
    stale,
    staleReasons: state.lastSnapshot === null ? ['no data yet'] : staleParts.map(reasonOf),
    goodAt: ageMs === null ? null : now - ageMs,
    status: state.status,
    hops: hopsOf(state.status),
    upstreamTrouble: upstreamSummary(state, now),
    origin: state.origin,
    network: state.network,
    permissions: state.key?.permissions ?? null,
    canWrite: state.key === null ? null : canWrite(state.key),
    missing: state.missing,
    faultCount: state.faults.count,
    lastFault: state.faults.last,
  }
}

interface PartAge {
  readonly part: string
  readonly ageMs: number | null
}

/** The ages of the parts that a trader acts on. Parts that the key may not read have none and count for nothing. */
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
