import { type PartName, type PartState, POSITION_PARTS } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { PART_LABELS } from '../../store/selectors/parts.ts'
import type { PositionDocument, SnapshotDocument } from '../../wire/snapshot.ts'

/** The risk limits of `axisor check`. */
export interface Limits {
  /** Minimum distance of a position to liquidation, as a fraction of the mark price. */
  readonly liquidationDistance: number
  readonly maxAgeMs: number
  /** Null if not checked. */
  readonly minEquitySats: number | null
}

/** A limit that is breached, or that cannot be verified. */
export interface Breach {
  readonly limit: 'liq' | 'max-age' | 'min-equity'
  readonly positionId: string | null
  /** `unknown` if the value cannot be verified, else the sentence of `message`. */
  readonly reason: string
  /** One sentence without a full stop. */
  readonly message: string
}

function unknown(limit: Breach['limit'], message: string, positionId: string | null = null): Breach {
  return { limit, positionId, reason: 'unknown', message }
}

function breached(limit: Breach['limit'], message: string, positionId: string | null = null): Breach {
  return { limit, positionId, reason: message, message }
}

/** Returns every breach. An unknown value breaches the limits that depend on it. */
export function breachesOf(document: SnapshotDocument, limits: Limits): readonly Breach[] {
  return [
    ...ageBreaches(document, limits),
    ...liqBreaches(document, limits),
    ...equityBreaches(document, limits),
  ]
}

function ageBreaches(document: SnapshotDocument, { maxAgeMs }: Limits): readonly Breach[] {
  const { source, market, account, positions, parts } = document
  const listAges = [parts.isolatedPositions.ageMs, parts.crossPosition.ageMs].filter(age => age !== null)
  const rowAges = (positions ?? []).map(({ ageMs }) => ageMs)
  const ages = [source.ageMs, market.ageMs, account.ageMs, ...listAges, ...rowAges]
  if (ages.some(age => age === null)) {
    const unread = (['market', 'account'] as const).filter(part => document[part].ageMs === null)
    const reasons = unread.map(part => partText(part, parts[part].reason))
    return [unknown('max-age', ['the age of some data is unknown', ...reasons].join('; '))]
  }
  const oldest = Math.max(...ages.map(Number))
  if (oldest <= maxAgeMs) return []
  return [breached('max-age', `data is ${(oldest / 1000).toFixed(1)} s old, limit ${maxAgeMs / 1000} s`)]
}

function partText(part: PartName, reason: string | null): string {
  return `${PART_LABELS[part]}: ${sanitize(reason ?? 'unknown')}`
}

/** Data that is only old is checked against the maximum age. */
const IS_KNOWN: ReadonlySet<PartState> = new Set(['live', 'stale'])

function liqBreaches({ positions, totals, parts }: SnapshotDocument, limits: Limits): readonly Breach[] {
  const near = (positions ?? []).flatMap(row => nearBreach(row, limits.liquidationDistance))
  const unread = POSITION_PARTS.flatMap(part => {
    const { state, reason, unreadable } = parts[part]
    if (IS_KNOWN.has(state)) return []
    const message = `some positions are unknown; ${partText(part, reason)}`
    // Each unreadable row is a position of its own.
    if (state !== 'partial') return [unknown('liq', message)]
    return unreadable.map(({ id, field, problem }) =>
      unknown('liq', `an isolated position can't be read: ${field} ${problem}`, id),
    )
  })
  const isIncomplete = positions === null || totals.positionCount === null
  if (isIncomplete && unread.length === 0) return [unknown('liq', 'some positions are unknown'), ...near]
  return [...unread, ...near]
}

function nearBreach(row: PositionDocument, minDistance: number): readonly Breach[] {
  const { id, mode, side, quantityUsd, liquidationDistance: distance, otherMarket } = row
  const name = `${mode} ${side} ${quantityUsd} USD`
  if (distance === null) {
    const why = otherMarket === null ? '' : `: its market is ${sanitize(otherMarket)}`
    return [unknown('liq', `${name} has an unknown distance to liquidation${why}`, id)]
  }
  if (distance > minDistance) return []
  const percent = (distance * 100).toFixed(2)
  return [breached('liq', `${name} is ${percent}% from liquidation, limit ${minDistance * 100}%`, id)]
}

function equityBreaches({ totals, parts }: SnapshotDocument, { minEquitySats }: Limits): readonly Breach[] {
  if (minEquitySats === null) return []
  const { equitySats } = totals
  if (equitySats === null) {
    const unread = EQUITY_PARTS.filter(part => !IS_KNOWN.has(parts[part].state))
    const reasons = unread.map(part => partText(part, parts[part].reason))
    return [unknown('min-equity', ['equity is unknown', ...reasons].join('; '))]
  }
  if (equitySats >= minEquitySats) return []
  return [breached('min-equity', `equity is ${equitySats} sat, limit ${minEquitySats} sat`)]
}

const EQUITY_PARTS = ['market', 'account', 'isolatedPositions', 'isolatedOrders', 'crossPosition'] as const
