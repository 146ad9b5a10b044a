import {
  goneAdvice,
  isImpaired,
  PART_NAMES,
  PART_STATES,
  type PartName,
  type PartReport,
  type PartState,
  POSITION_PARTS,
} from '../../domain/parts.ts'
import { CROSS_ID } from '../../domain/position.ts'
import { rateLimitText } from '../../domain/retry-after.ts'
import { ageOf, STALE_AFTER_MS } from '../age.ts'
import { limitsOf } from '../rate-limited.ts'
import { impairmentText } from '../reducers/parts.ts'
import type { State } from '../state.ts'
import type { PartsView, PartView } from '../view.ts'
import { marketAge } from './market.ts'

/** The state of each part of the data. */
export function selectParts(state: State, now: number): PartsView {
  return Object.fromEntries(PART_NAMES.map(part => [part, partView(state, part, now)])) as PartsView
}

/** Age of the data of a part, or null if it was never read. A list is as old as its last read: it may lack newer rows. */
function partAge(state: State, part: PartName, now: number): number | null {
  const { readAt } = state.parts[part]
  switch (part) {
    case 'market':
      return marketAge(state, now)
    case 'account':
      return state.account === null ? null : ageOf(state, state.account, now)
    case 'crossPosition':
      return state.cross === null ? null : ageOf(state, state.cross, now)
    default:
      return readAt === null ? null : Math.max(0, now - readAt)
  }
}

/** Everything that is wrong with a part, each with its reason. */
type Problems = Partial<Record<PartState, string>>

function partView(state: State, part: PartName, now: number): PartView {
  const report = state.parts[part]
  const ageMs = partAge(state, part, now)
  const problems = problemsOf(state, part, ageMs, now)
  const shown = PART_STATES.findLast(candidate => problems[candidate] !== undefined) ?? 'live'
  const goodAt = ageMs === null ? null : now - ageMs
  const { unreadable, faults } = report
  const since =
    report.since ?? goodAt ?? (shown === 'limited' ? (state.lastSnapshot?.startedAt ?? null) : null)
  return {
    state: shown,
    ageMs,
    reason: problems[shown] ?? null,
    since: shown === 'live' || shown === 'waiting' ? null : since,
    unreadable,
    faults,
  }
}

function problemsOf(state: State, part: PartName, ageMs: number | null, now: number): Problems {
  const report = state.parts[part]
  const isOld = ageMs !== null && ageMs > STALE_AFTER_MS
  const seconds = Math.floor((ageMs ?? 0) / 1000)
  const problems: Problems = {}
  if (ageMs === null) problems.waiting = 'not read yet'
  if (report.unreadable.length > 0) problems.partial = impairmentText(part, { ...report, error: null })
  if (isOld) problems.stale = `${seconds} s old`
  const silentMs = part === 'market' ? pricesSilentMs(state, isOld ? ageMs : null, now) : null
  if (silentMs !== null)
    problems.silent = `the socket is open and has sent no prices for ${Math.floor(silentMs / 1000)} s`
  const limitedUntil = limitsOf(state.status)?.[part === 'market' ? 'public' : 'signed'] ?? null
  if (limitedUntil !== null && (ageMs === null || isOld)) problems.limited = rateLimitText(limitedUntil)
  // Prices of the stream are enough: a failed read of the ticker matters only without them.
  const isNeeded = part !== 'market' || ageMs === null || isOld
  if (report.error !== null && isNeeded) {
    const advice = goneAdvice(state.parts, part)
    problems[report.error.kind] = report.error.message + (advice === null ? '' : `: ${advice}`)
  }
  return problems
}

/** How long the open socket has sent no prices, in ms, or null. A relay does not report it: old prices then show it. */
function pricesSilentMs(state: State, oldMs: number | null, now: number): number | null {
  if (!isSocketOpen(state)) return null
  const since = state.status?.pricesSilentSince ?? null
  if (since !== null) return Math.max(0, now - since)
  return hasPriceSince(state, now - STALE_AFTER_MS) ? null : oldMs
}

function isSocketOpen({ status }: State): boolean {
  return status?.link === 'live' && status.transport === 'stream'
}

/** Returns true if a price arrived after `at`, even one that was old by then. */
function hasPriceSince({ lastPrice, index, buckets }: State, at: number): boolean {
  return [lastPrice, index, buckets].some(stamp => stamp !== null && stamp.receivedAt >= at)
}

/** Returns true if the last reads gave every open position: totals over positions are whole, and of one time with the balance. */
export function positionsAreComplete({ isolated, cross, parts }: State): boolean {
  if (isolated === null || cross === null) return false
  return POSITION_PARTS.every(part => !isImpaired(parts[part]))
}

/** Returns true if an open position may be unread: then the worst risk is unknown. */
export function selectMayLackPosition(state: State, now: number): boolean {
  if (!positionsAreComplete(state)) return true
  return POSITION_PARTS.some(part => partView(state, part, now).state !== 'live')
}

/** A position that can't be read, and why: its field, or the error of its part. */
export interface UnreadPosition {
  /** For people: `an isolated position`, or `the isolated positions` if the whole list is unreadable. */
  readonly name: string
  /** Null if the id can't be read. */
  readonly id: string | null
  readonly why: string
}

/** The positions that can't be read now. */
export function selectUnreadPositions({ parts }: State): readonly UnreadPosition[] {
  const { isolatedPositions: isolated, crossPosition: cross } = parts
  const rows = isolated.unreadable.map(({ id, field, problem }) => ({
    name: 'an isolated position',
    id,
    why: `${field} ${problem}`,
  }))
  const wholes = [
    { name: 'the isolated positions', id: null, error: isolated.error },
    { name: 'the cross position', id: CROSS_ID, error: cross.error },
  ].flatMap(({ name, id, error }) => (error?.kind === 'unreadable' ? { name, id, why: error.message } : []))
  return [...rows, ...wholes]
}

/** Returns true if no row of a list was left out. */
export function isWhole({ unreadable }: PartReport): boolean {
  return unreadable.length === 0
}

/** Names of the parts for people. */
export const PART_LABELS: Readonly<Record<PartName, string>> = {
  market: 'market data',
  account: 'account data',
  isolatedPositions: 'isolated positions',
  isolatedOrders: 'isolated orders',
  crossPosition: 'cross position',
  crossOrders: 'cross orders',
}
