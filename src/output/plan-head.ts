import { PART_NAMES } from '../domain/parts.ts'
import type { PlanHead } from '../wire/plan-fields.ts'
import type { SnapshotDocument } from '../wire/snapshot.ts'
import { partLines } from './text.ts'

/** The head of a document that is computed from a snapshot. */
export function planHeadOf(document: SnapshotDocument): PlanHead {
  const { asOf, origin, network, key, source, market } = document
  return {
    schemaVersion: 1,
    asOf,
    origin,
    network,
    key: { permissions: key.permissions === null ? null : [...key.permissions], canWrite: key.canWrite },
    stale: source.stale || market.stale,
    problems: [...source.staleReasons, ...partLines(PART_NAMES)(document, 0)],
  }
}
