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
  /** One sentence without a full stop. */
  readonly reason: string
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
  const { source, market, account, positions } = document
  const ages = [source.ageMs, market.ageMs, account.ageMs, ...(positions ?? []).map(({ ageMs }) => ageMs)]
  const breach = (reason: string): Breach => ({ limit: 'max-age', positionId: null, reason })
  if (ages.some(age => age === null)) return [breach('the age of some data is unknown')]
  const oldest = Math.max(...ages.map(Number))
  if (oldest <= maxAgeMs) return []
  return [breach(`data is ${(oldest / 1000).toFixed(1)} s old, limit ${maxAgeMs / 1000} s`)]
}

function liqBreaches({ positions, totals }: SnapshotDocument, limits: Limits): readonly Breach[] {
  const incomplete: Breach = { limit: 'liq', positionId: null, reason: 'some positions are unknown' }
  if (positions === null) return [incomplete]
  const near = positions.flatMap(row => nearBreach(row, limits.liquidationDistance))
  return totals.positionCount === null ? [incomplete, ...near] : near
}

function nearBreach(row: PositionDocument, minDistance: number): readonly Breach[] {
  const { id, mode, side, quantityUsd, liquidationDistance: distance } = row
  const name = `${mode} ${side} ${quantityUsd} USD`
  const breach = (reason: string): Breach => ({ limit: 'liq', positionId: id, reason: `${name} ${reason}` })
  if (distance === null) return [breach('has an unknown distance to liquidation')]
  if (distance > minDistance) return []
  const percent = (distance * 100).toFixed(2)
  return [breach(`is ${percent}% from liquidation, limit ${minDistance * 100}%`)]
}

function equityBreaches({ totals }: SnapshotDocument, { minEquitySats }: Limits): readonly Breach[] {
  if (minEquitySats === null) return []
  const breach = (reason: string): Breach => ({ limit: 'min-equity', positionId: null, reason })
  const { equitySats } = totals
  if (equitySats === null) return [breach('equity is unknown')]
  return equitySats >= minEquitySats
    ? []
    : [breach(`equity is ${equitySats} sat, limit ${minEquitySats} sat`)]
}
