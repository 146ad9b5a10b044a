import { quantityBefore } from '../domain/cross-replay.ts'
import { holeOf, type RouteState, routeState } from './coverage.ts'
import { type BookedFill, type CrossRows, crossBookOf, crossFillOf, crossFlows } from './cross-book.ts'
import type { SampleRow } from './rows.ts'

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

/** Rows of the cross account, each list oldest first, with samples of its margin. */
export interface SampledCrossRows extends Omit<CrossRows, 'startUsd'> {
  readonly samples: readonly SampleRow[]
}

const UNLISTED = 'the fills of the cross position do not add up to its quantity: one may not be listed yet'

const JUST_CHANGED = 'the cross position has just changed, and its last fill may not be listed yet; try again'

/**
 * Replays the fills. The P&L of a fill is null unless the position was flat before it, by the listed fills and by the position that they
 * lead to, and unless the margin that they lead to is the stated one, now or at a sample after the fill. `known`: as the exchange states
 * it; absent for the last sample.
 */
export function realizedCross(
  rows: SampledCrossRows,
  routes: readonly RouteState[],
  known?: StatedCross,
): RealizedCross {
  const sampled = known === undefined ? sampledCross(rows) : null
  const stated = known ?? sampled
  if (stated === null) return unchecked(rows, routes)
  const unknown = holeText(routes) ?? ('unknown' in stated ? stated.unknown : null)
  if (unknown !== null || 'unknown' in stated) {
    const { fills } = crossBookOf({ ...rows, startUsd: null }, null)
    return { fills, unknownReason: unknown, isNewestMissing: false }
  }
  const startUsd = quantityBefore(rows.fills.map(crossFillOf), stated.quantityUsd)
  const isMarginWhole = holeOf(routes, ['crossTransfers', 'crossFunding']) === null
  const book = crossBookOf({ ...rows, startUsd }, isMarginWhole ? stated.marginSats : null)
  const { fills } = book
  if (startUsd !== 0) {
    const reason = 'the position was opened before the first fill that the exchange lists'
    // If the newest fill is missing, the replay is shifted by it from the first fill on.
    const isShifted = stated.isRecent || stated === sampled
    return {
      fills: isShifted ? crossBookOf({ ...rows, startUsd: null }, null).fills : fills,
      unknownReason: stated.isRecent ? JUST_CHANGED : stated === sampled ? UNLISTED : reason,
      isNewestMissing: stated.isRecent,
    }
  }
  const difference = isMarginWhole && book.marginSats !== null ? stated.marginSats - book.marginSats : 0
  if (difference === 0) return { fills, unknownReason: null, isNewestMissing: false }
  const reason = `the replayed margin of the cross position differs from the stated one by ${difference} sat`
  const until = lastAgreement(rows, fills)
  return {
    fills: fills.map(each => (each.fill.filledAt <= until ? each : { ...each, plSats: null })),
    unknownReason: stated.isRecent ? JUST_CHANGED : reason,
    isNewestMissing: stated.isRecent,
  }
}

/** The fills as they are listed. The replay begins flat if they are whole. */
function unchecked(rows: SampledCrossRows, routes: readonly RouteState[]): RealizedCross {
  const hole = holeOf(routes, ['crossFilled', 'crossTransfers', 'crossFunding'])
  const { fills } = crossBookOf({ ...rows, startUsd: hole === null ? 0 : null }, null)
  return { fills, unknownReason: hole, isNewestMissing: false }
}

/**
 * The cross account as the last sample has it, for a ledger without a connection; null if none was taken, or if rows are newer: what they
 * lead to is not known.
 */
function sampledCross({ fills, transfers, funding, samples }: SampledCrossRows): StatedCross | null {
  const last = samples.at(-1)
  const newest = Math.max(fills.at(-1)?.filledAt ?? 0, transfers.at(-1)?.at ?? 0, funding.at(-1)?.at ?? 0)
  if (last === undefined || last.at < newest) return null
  return { quantityUsd: last.crossQuantityUsd, marginSats: last.crossMarginSats, isRecent: false }
}

/** Time of the last sample whose margin is the replayed one; before all times if there is none. */
function lastAgreement(rows: SampledCrossRows, fills: readonly BookedFill[]): number {
  const flows = [
    ...crossFlows(rows),
    ...fills.map(({ fill, plSats }) => ({ at: fill.filledAt, sats: (plSats ?? 0) - fill.feeSats })),
  ].toSorted((a, b) => a.at - b.at)
  let margin = 0
  let index = 0
  let agreed = Number.NEGATIVE_INFINITY
  for (const { at, crossMarginSats } of rows.samples) {
    for (let flow = flows[index]; flow !== undefined && flow.at <= at; flow = flows[index]) {
      margin += flow.sats
      index += 1
    }
    if (margin === crossMarginSats) agreed = at
  }
  return agreed
}

function holeText(routes: readonly RouteState[]): string | null {
  const hole = holeOf(routes, ['crossFilled'])
  return routeState(routes, 'crossFilled').unread.length > 0 ? "a cross fill can't be read" : hole
}
