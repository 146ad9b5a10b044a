import { quantityBefore } from '../domain/cross-replay.ts'
import { holeOf, type RouteState } from './coverage.ts'
import { type BookedFill, type CrossRows, crossBookOf, crossFillOf } from './cross-book.ts'

/** The cross account as the exchange states it after all fills, or why that is not known. */
export type StatedCross =
  | {
      /** Signed: negative for a short. */
      readonly quantityUsd: number
      readonly marginSats: number
      /** True if it has just changed, so that its last fill may not be listed yet. */
      readonly isRecent: boolean
    }
  | { readonly unknown: string }

/** The fills of the cross position with their P&L. */
export interface RealizedCross {
  /** Oldest first. */
  readonly fills: readonly BookedFill[]
  /** Why the P&L of some fills is not known; null if all are. */
  readonly unknownReason: string | null
  /** True if the newest fill may not be listed yet. */
  readonly isNewestMissing: boolean
}

/**
 * Replays the fills. The P&L of a fill is null unless the position was flat before it, by the listed fills and by the position that they
 * lead to. `rows` are oldest first.
 */
export function realizedCross(
  rows: Omit<CrossRows, 'startUsd'>,
  routes: readonly RouteState[],
  stated: StatedCross,
): RealizedCross {
  const hole = holeOf(routes, ['crossFilled'])
  const unknown = hole === null ? ('unknown' in stated ? stated.unknown : null) : holeText(routes, hole)
  if (unknown !== null || 'unknown' in stated) {
    const { fills } = crossBookOf({ ...rows, startUsd: null }, null)
    return { fills, unknownReason: unknown, isNewestMissing: false }
  }
  const startUsd = quantityBefore(rows.fills.map(crossFillOf), stated.quantityUsd)
  const isMarginWhole = holeOf(routes, ['crossTransfers', 'crossFunding']) === null
  const { fills } = crossBookOf({ ...rows, startUsd }, isMarginWhole ? stated.marginSats : null)
  if (startUsd === 0) return { fills, unknownReason: null, isNewestMissing: false }
  const unknownReason = stated.isRecent
    ? 'the cross position has just changed, and its last fill may not be listed yet; try again'
    : 'the position was opened before the first fill that the exchange lists'
  return { fills, unknownReason, isNewestMissing: stated.isRecent }
}

function holeText(routes: readonly RouteState[], hole: string): string {
  const state = routes.find(({ route }) => route === 'crossFilled')
  return state !== undefined && state.unread.length > 0 ? "a cross fill can't be read" : hole
}
