import type { PositionDocument, SnapshotDocument } from '../../wire/snapshot.ts'

/** What `axisor check` holds the account to. */
export interface Limits {
  /** No position may be this near to its liquidation; a fraction of the mark. */
  readonly liquidationDistance: number
  readonly maxAgeMs: number
  /** Null: not checked. */
  readonly minEquitySats: number | null
}

/** One limit that is not kept, or can't be shown to be. */
export interface Breach {
  readonly limit: 'liq' | 'max-age' | 'min-equity'
  readonly positionId: string | null
  /** One sentence without a full stop. */
  readonly reason: string
}

/** Every breach. A limit is kept only when the numbers that it needs are known: an unknown one breaches it. */
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
  if (ages.some(age => age === null)) return [breach('the age of some data is not known')]
  const oldest = Math.max(...ages.map(Number))
  if (oldest <= maxAgeMs) return []
  return [breach(`data is ${(oldest / 1000).toFixed(1)} s old, more than ${maxAgeMs / 1000} s`)]
}

function liqBreaches({ positions, totals }: SnapshotDocument, limits: Limits): readonly Breach[] {
  const partly: Breach = { limit: 'liq', positionId: null, reason: 'not all positions are known' }
  if (positions === null) return [partly]
  const near = positions.flatMap(row => nearBreach(row, limits.liquidationDistance))
  return totals.positionCount === null ? [partly, ...near] : near
}

function nearBreach(row: PositionDocument, least: number): readonly Breach[] {
  const { id, mode, side, quantityUsd, liquidationDistance: distance } = row
  const name = `${mode} ${side} ${quantityUsd} USD`
  const breach = (reason: string): Breach => ({ limit: 'liq', positionId: id, reason: `${name} ${reason}` })
  if (distance === null) return [breach('has no known distance to liquidation')]
  if (distance > least) return []
  const percent = (distance * 100).toFixed(2)
  return [breach(`is ${percent} % from liquidation, not more than ${least * 100} %`)]
}

function equityBreaches({ totals }: SnapshotDocument, { minEquitySats }: Limits): readonly Breach[] {
  if (minEquitySats === null) return []
  const breach = (reason: string): Breach => ({ limit: 'min-equity', positionId: null, reason })
  const { equitySats } = totals
  if (equitySats === null) return [breach('equity is not known')]
  return equitySats >= minEquitySats
    ? []
    : [breach(`equity is ${equitySats} sat, less than ${minEquitySats} sat`)]
}
