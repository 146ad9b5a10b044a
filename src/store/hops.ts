import { formatAge } from '../domain/format.ts'
import { type Hop, isKeyRefused, type RelayDelivery, type Status } from '../domain/status.ts'
import { lastEvent } from './events.ts'
import type { State } from './state.ts'
import type { SourceView } from './view.ts'

/** The reported connections between our relay and the exchange, nearest first; empty for a direct feed. */
export function hopsOf(status: Pick<Status, 'upstream'> | null): readonly Hop[] {
  const hops: Hop[] = []
  for (let hop = status?.upstream ?? null; hop !== null; hop = hop.upstream) hops.push(hop)
  return hops
}

/** The nearest hop that is not live, with its index in `hopsOf`, or null if all are live or none is known. */
export function firstBrokenHop(
  status: Pick<Status, 'upstream'> | null,
): { readonly hop: Hop; readonly index: number } | null {
  const hops = hopsOf(status)
  const index = hops.findIndex(({ link }) => link !== 'live')
  const hop = hops[index]
  return hop === undefined ? null : { hop, index }
}

/** Returns true for a hop during its first connection attempt. */
export function isStarting({ link, attempt }: Hop): boolean {
  return attempt === 0 && (link === 'idle' || link === 'dialing' || link === 'preparing')
}

/** The target of a hop by its index in `hopsOf`: `LNM`, or `RELAY 2` for the second relay. */
export function hopName(hop: Hop, index: number): string {
  return hop.kind === 'direct' ? 'LNM' : `RELAY ${index + 2}`
}

/** When the first broken hop was lost, our clock. Reconnect attempts do not change it. */
function brokenSince(state: State): number | null {
  const broken = firstBrokenHop(state.status)
  if (broken === null) return null
  return lastEvent(state, 'upstream-lost')?.since ?? broken.hop.since
}

/** Says what a relay delivers: `the relay delivers alerts to 2 channels`. */
export function relayDeliveryText({ channels }: RelayDelivery): string {
  return `the relay delivers alerts to ${channels} ${channels === 1 ? 'channel' : 'channels'}`
}

/** Names the broken hop: `RELAY ok, LNM lost 12s`. Null if all hops are live or the relay itself is unreachable. */
export function upstreamSummary(state: State, now: number): string | null {
  const broken = firstBrokenHop(state.status)
  const since = brokenSince(state)
  if (broken === null || since === null || !isRelayReachable(state, now)) return null
  const { hop, index } = broken
  const okText = index === 0 ? 'RELAY ok' : `${index + 1} RELAYS ok`
  const name = hopName(hop, index)
  if (hop.link === 'stopped') return `${okText}, ${name} refused`
  if (isStarting(hop)) return `${okText}, ${name} syncing`
  if (isKeyRefused(hop)) return `${okText}, ${name} refuses the key ${formatAge(now - since)}`
  const condition = hop.transport === 'http' ? 'HTTP only' : 'lost'
  return `${okText}, ${name} ${condition} ${formatAge(now - since)}`
}

/** Which credential was rejected: our API key, our relay token, or the relay's API key. */
export function authErrorText({ kind, hops }: Pick<SourceView, 'kind' | 'hops'>): string {
  if (kind === 'direct') return 'AUTH key refused'
  return hops.some(hop => hop.link === 'stopped' || isKeyRefused(hop))
    ? 'AUTH relay key refused'
    : 'AUTH token refused'
}

/** The upstream status is current only while the relay is reachable. */
function isRelayReachable(state: State, now: number): boolean {
  const link = state.status?.link
  return link === 'live' || link === 'preparing' || isHttpFresh(state, now)
}

/** Three intervals of the HTTP fallback (5 s). */
const HTTP_FRESH_MS = 15_000

/** Returns true if snapshots arrive over HTTP and the last one has any part and is at most `HTTP_FRESH_MS` old. */
export function isHttpFresh({ status, lastSnapshot, parts }: State, now: number): boolean {
  if (status?.transport !== 'http' || lastSnapshot === null) return false
  const isAnyRead = Object.values(parts).some(
    ({ readAt }) => readAt !== null && readAt >= lastSnapshot.startedAt,
  )
  return isAnyRead && now - lastSnapshot.endedAt <= HTTP_FRESH_MS
}
