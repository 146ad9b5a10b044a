import {
  isImpaired,
  PART_NAMES,
  type PartName,
  type PartReport,
  type PartReports,
} from '../../domain/parts.ts'
import type { Position } from '../../domain/position.ts'
import type { Stamped } from '../../domain/stamp.ts'
import { appendEvent } from '../events.ts'
import type { State } from '../state.ts'

/**
 * Returns the last known rows of the isolated trades that can't be read now, by id. A row without a readable id may be any trade that is
 * missing in the list, so that these are kept as well.
 */
export function keptRows(
  state: State,
  readable: State['isolated'],
  unreadable: PartReport['unreadable'],
): Map<string, Stamped<Position>> {
  const kept = new Map<string, Stamped<Position>>()
  if (unreadable.length === 0) return kept
  const ids = new Set(unreadable.map(({ id }) => id))
  for (const [id, stamped] of [...(state.isolated ?? []), ...state.lastKnown]) {
    const isUnread = ids.has(id) || (ids.has(null) && readable?.has(id) !== true)
    if (isUnread && !state.ended.has(id)) kept.set(id, stamped)
  }
  return kept
}

/** Removes a trade that has ended from the rows that can't be read. */
export function withoutUnreadable(state: State, id: string): Pick<State, 'lastKnown' | 'parts'> {
  const { lastKnown, parts } = state
  const report = parts.isolatedPositions
  if (!report.unreadable.some(row => row.id === id)) return { lastKnown, parts }
  const kept = new Map(lastKnown)
  kept.delete(id)
  const unreadable = report.unreadable.filter(row => row.id !== id)
  const since = report.error === null && unreadable.length === 0 ? null : report.since
  return { lastKnown: kept, parts: { ...parts, isolatedPositions: { ...report, unreadable, since } } }
}

/** Returns the state with the reports of a snapshot. Parts that were not read keep what is known of the last read. */
export function withReports(state: State, reports: PartReports, at: number): State {
  return PART_NAMES.reduce((next, part) => withReport(next, part, reports[part], at), state)
}

function withReport(state: State, part: PartName, report: PartReport, at: number): State {
  const known = state.parts[part]
  const merged = mergedReport(known, report)
  if (merged === known) return state
  const next: State = { ...state, parts: { ...state.parts, [part]: merged } }
  if (isImpaired(merged) && !isImpaired(known)) {
    const key = `part-failed:${part}:${merged.since}`
    return appendEvent(next, { kind: 'part-failed', at, key, part, why: impairmentText(part, merged) })
  }
  if (isImpaired(merged) || !isImpaired(known)) return next
  const gapMs = Math.max(0, at - (known.since ?? at))
  return appendEvent(next, { kind: 'part-recovered', at, key: `part-recovered:${part}:${at}`, part, gapMs })
}

/**
 * A part whose read is still in progress says nothing, and an outdated report is ignored. An error counts even with an earlier read: the
 * measured offset of a relay's clock changes, and with it the local time of a read.
 */
function mergedReport(known: PartReport, report: PartReport): PartReport {
  const isRead = report.readAt !== null
  if (!isRead && report.error === null) return known
  const isOutdated = isRead && report.readAt < (known.readAt ?? Number.NEGATIVE_INFINITY)
  if (isOutdated && report.error === null) return known
  const rows = isRead && !isOutdated ? report : known
  const merged = {
    readAt: rows.readAt,
    error: report.error,
    unreadable: rows.unreadable,
    faults: rows.faults,
  }
  return { ...merged, since: isImpaired(merged) ? sinceOf(known, report) : null }
}

/** The earlier of both times if the part was impaired before. */
function sinceOf(known: PartReport, { since }: PartReport): number | null {
  if (!isImpaired(known) || known.since === null) return since
  return since === null ? known.since : Math.min(known.since, since)
}

/** Nouns of the rows of a part. Other parts have one row. */
const ROW_NOUNS: Readonly<Partial<Record<PartName, string>>> = {
  isolatedPositions: 'position',
  isolatedOrders: 'order',
  crossOrders: 'order',
}

/** Problems that are named; more rows have the same few as a rule. */
const MAX_PROBLEMS = 3

/** Formats why a part is impaired, in one line: its error, or its unreadable rows (`1 position can't be read: side is missing`). */
export function impairmentText(
  part: PartName,
  { error, unreadable }: Pick<PartReport, 'error' | 'unreadable'>,
): string {
  if (error !== null) return error.message
  const noun = ROW_NOUNS[part] ?? 'row'
  const problems = [...new Set(unreadable.map(({ field, problem }) => `${field} ${problem}`))]
  const named = problems.slice(0, MAX_PROBLEMS).join('; ')
  const rest = problems.length > MAX_PROBLEMS ? `; ${problems.length - MAX_PROBLEMS} more` : ''
  const count = unreadable.length
  return `${count} ${noun}${count === 1 ? '' : 's'} can't be read: ${named}${rest}`
}
