import { formatAge } from '../domain/format.ts'
import type { Hop, Status } from '../domain/status.ts'
import { lastEvent } from './events.ts'
import type { State } from './state.ts'
import type { SourceView } from './view.ts'

/** The links between the relay and the exchange, nearest first, as far as the relay has told them; none on a direct feed. */
export function hopsOf(status: Pick<Status, 'upstream'> | null): readonly Hop[] {
  const hops: Hop[] = []
  for (let hop = status?.upstream ?? null; hop !== null; hop = hop.upstream) hops.push(hop)
  return hops
}

/** The nearest link behind the relay that does not stand, with its place in `hopsOf`; null when all do, or none is known. */
export function firstBrokenHop(
  status: Pick<Status, 'upstream'> | null,
): { readonly hop: Hop; readonly index: number } | null {
  const hops = hopsOf(status)
  const index = hops.findIndex(({ link }) => link !== 'live')
  const hop = hops[index]
  return hop === undefined ? null : { hop, index }
}

/** True for a link that comes up for the first time: it has lost nothing. */
export function isStarting({ link, attempt }: Hop): boolean {
  return attempt === 0 && (link === 'idle' || link === 'dialing' || link === 'preparing')
}

/** What a link leads to, by its place in `hopsOf`: `LNM`, or the second relay from here. */
export function hopName(hop: Hop, index: number): string {
  return hop.kind === 'direct' ? 'LNM' : `RELAY ${index + 2}`
}

/** Since when the way from the relay to the exchange is broken, our clock. Tries to mend it begin no new time. */
function brokenSince(state: State): number | null {
  const broken = firstBrokenHop(state.status)
  if (broken === null) return null
  return lastEvent(state, 'upstream-lost')?.since ?? broken.hop.since
}

/** `RELAY ok, LNM lost 12s`: which part of the way stands and which does not. Null: the way is whole, or the relay itself is away. */
export function upstreamSummary(state: State, now: number): string | null {
  const broken = firstBrokenHop(state.status)
  const since = brokenSince(state)
  if (broken === null || since === null || !isRelayReachable(state, now)) return null
  const { hop, index } = broken
  const stands = index === 0 ? 'RELAY ok' : `${index + 1} RELAYS ok`
  const name = hopName(hop, index)
  if (hop.link === 'stopped') return `${stands}, ${name} refused`
  if (isStarting(hop)) return `${stands}, ${name} syncing`
  const how = hop.transport === 'http' ? 'HTTP only' : 'lost'
  return `${stands}, ${name} ${how} ${formatAge(now - since)}`
}

/** Who is not let in: our key, our token, or the key with which a relay on the way asks the exchange. */
export function authErrorText({ kind, hops }: Pick<SourceView, 'kind' | 'hops'>): string {
  if (kind === 'direct') return 'AUTH key refused'
  return hops.some(({ link }) => link === 'stopped') ? 'AUTH relay key refused' : 'AUTH token refused'
}

/** Only a relay that is heard can say how its own link is. */
function isRelayReachable(state: State, now: number): boolean {
  const link = state.status?.link
  return link === 'live' || link === 'preparing' || isHttpFresh(state, now)
}

/** Three readings at the usual pace of one in 5 s. */
const HTTP_FRESH_MS = 15_000

/** Pictures come over HTTP, and the last one is no older than a few readings take: else HTTP does not help either. */
export function isHttpFresh({ status, lastSnapshot }: State, now: number): boolean {
  return status?.transport === 'http' && lastSnapshot !== null && now - lastSnapshot.endedAt <= HTTP_FRESH_MS
}
