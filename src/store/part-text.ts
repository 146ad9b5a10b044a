import type { ReadPermission } from '../domain/account.ts'
import { formatAge } from '../domain/format.ts'
import {
  PART_NAMES,
  PART_PERMISSIONS,
  type PartName,
  type PartState,
  POSITION_PARTS,
} from '../domain/parts.ts'
import { rateLimitText } from '../domain/retry-after.ts'
import { sanitize } from '../domain/sanitize.ts'
import { STALE_AFTER_MS } from './age.ts'
import { limitsOf } from './rate-limited.ts'
import type { PartView, SourceView } from './view.ts'

/** All parts, the most important first: positions can be liquidated. */
export const BY_IMPORTANCE: readonly PartName[] = [
  ...POSITION_PARTS,
  'market',
  'account',
  'isolatedOrders',
  'crossOrders',
]

/** Names of the parts where columns are scarce. */
export const SHORT_LABELS: Readonly<Record<PartName, string>> = {
  market: 'prices',
  account: 'account',
  isolatedPositions: 'iso positions',
  isolatedOrders: 'iso orders',
  crossPosition: 'cross position',
  crossOrders: 'cross orders',
}

const CURRENT_STATES: ReadonlySet<PartState> = new Set(['live', 'partial', 'waiting'])

/** True if the values of a part are not current. A part that was never read has none. Prices may come over HTTP while a socket is silent. */
export function isPartOld({ state, ageMs }: PartView): boolean {
  return state === 'silent' ? ageMs === null || ageMs > STALE_AFTER_MS : !CURRENT_STATES.has(state)
}

/** True if no part that was ever read is current. */
export function isAllOld({ parts }: Pick<SourceView, 'parts'>): boolean {
  const read = PART_NAMES.filter(part => parts[part].ageMs !== null)
  return read.length > 0 && read.every(part => isPartOld(parts[part]))
}

/** The parts that are not live, the most important first. */
export function impairedParts({ parts }: Pick<SourceView, 'parts'>): readonly PartName[] {
  return BY_IMPORTANCE.filter(part => parts[part].state !== 'live')
}

/** The state and the age of the last values: `FAILED 42s`, `FAILED` if there are none. */
export function stateText({ state, ageMs }: PartView): string {
  const word = state.toUpperCase()
  return ageMs === null || state === 'partial' ? word : `${word} ${formatAge(ageMs)}`
}

/** The permission that a refused part needs; null if the part was not refused. */
function refusedPermission({ missing }: Pick<SourceView, 'missing'>, part: PartName): ReadPermission | null {
  if (part === 'market') return null
  const permission = PART_PERMISSIONS[part]
  return missing.includes(permission) ? permission : null
}

/** True if the key has the permission that it was refused for: the exchange or a firewall refuses the request for another reason. */
export function isRefusedDespiteKey(
  source: Pick<SourceView, 'missing' | 'permissions'>,
  part: PartName,
): boolean {
  const permission = refusedPermission(source, part)
  return permission !== null && source.permissions?.includes(permission) === true
}

/** False without the list of permissions. */
function lacksPermission({ permissions }: Pick<SourceView, 'permissions'>, part: PartName): boolean {
  return part !== 'market' && permissions !== null && !permissions.includes(PART_PERMISSIONS[part])
}

/**
 * True for a part that the key was never allowed to read: a gap rather than a failure. Without the list of permissions a refusal may
 * have another reason.
 */
export function isWithheld(
  source: Pick<SourceView, 'parts' | 'missing' | 'permissions'>,
  part: PartName,
): boolean {
  const { state, ageMs } = source.parts[part]
  const isRefused = state === 'refused' || refusedPermission(source, part) !== null
  return ageMs === null && isRefused && lacksPermission(source, part)
}

/** Parts that the exchange offers under one path. */
const FAMILIES: readonly { readonly name: string; readonly parts: readonly PartName[] }[] = [
  {
    name: 'whole API',
    parts: ['account', 'isolatedPositions', 'isolatedOrders', 'crossPosition', 'crossOrders'],
  },
  { name: 'isolated API', parts: ['isolatedPositions', 'isolatedOrders'] },
  { name: 'cross API', parts: ['crossPosition', 'crossOrders'] },
]

/** What to do if all routes of a family are gone; null if one of them still exists. */
export function goneText({ parts }: Pick<SourceView, 'parts'>, part: PartName): string | null {
  const family = FAMILIES.find(
    ({ parts: members }) => members.includes(part) && members.every(member => parts[member].state === 'gone'),
  )
  return family === undefined ? null : `${family.name} gone: update axisor`
}

/** Why a part is not live, in a few words; the most important come first. '' if it is live. */
export function partReason(source: SourceView, part: PartName): string {
  const { state, reason } = source.parts[part]
  const gone = goneText(source, part)
  if (gone !== null) return gone
  const limitedUntil = limitsOf(source.status)?.[part === 'market' ? 'public' : 'signed'] ?? null
  if (state === 'limited' && limitedUntil !== null) return rateLimitText(limitedUntil)
  const permission = isRefusedDespiteKey(source, part) ? null : refusedPermission(source, part)
  const why = shortReason(reason ?? '')
  if (state === 'gone') return `${why}: update axisor`
  if (permission === null || !(state === 'refused' || isWithheld(source, part))) return why
  return state === 'refused' ? `${why}: key needs ${permission}` : `key needs ${permission}`
}

/** Ids are shown by their first four characters. */
const UUID = /\b([\da-f]{4})[\da-f]{4}(-[\da-f]{4}){3}-[\da-f]{12}\b/g

/** An error message in a few words: `HTTP 503`, `side is missing`, `rate-limited until 08:12:30Z`. */
export function shortReason(message: string): string {
  const limited = /rate-limited until [\d:]+Z/.exec(message)?.[0]
  if (limited !== undefined) return limited
  const answered = /^\S+ answered (\d{3}) /.exec(message)?.[1]
  if (answered !== undefined) return `HTTP ${answered}`
  if (message.startsWith('the socket is open and has sent no prices')) return 'socket open but silent'
  const withoutRoute = message.replace(/^GET \S+: /, '').replace(/ to GET \S+/, '')
  return sanitize(withoutRoute.replace(/^\S+ answered a web page/, 'a web page').replace(UUID, '$1'))
}
