import type { Side } from '../../domain/position.ts'
import { NO_ENTRY, type Sizing, sideOfStop, sizeTrade } from '../../domain/sizing.ts'
import type { Usd } from '../../domain/units.ts'
import { closingPriceUsd, feeRateOf } from '../../domain/valuation.ts'
import type { State } from '../state.ts'
import { selectTotals } from './totals.ts'

/** What the user asks for. */
export interface SizeRequest {
  /** Part of the equity, above 0 and up to 1. */
  readonly riskFraction: number
  readonly stopUsd: Usd
  /** Null: by the stop. */
  readonly side: Side | null
  /** Null: the highest that is not liquidated before the stop. */
  readonly leverage: number | null
  /** Limit price; null: at the market now. */
  readonly entryUsd: Usd | null
}

/** A size with what it was calculated from. */
export type SizeView = Sizing & {
  /** Null if the stop does not decide it. */
  readonly side: Side | null
  readonly equitySats: number | null
  readonly feeRate: number
  readonly freeSats: number | null
}

/**
 * Calculates the size of a new isolated trade. Without a known fee tier the highest fee is used. The totals of the state are an argument where
 * they are known already.
 */
export function selectSize(
  state: State,
  now: number,
  request: SizeRequest,
  { equitySats, equityUnknownReason } = selectTotals(state, now),
): SizeView {
  const buckets = state.buckets?.value ?? []
  const freeSats = state.account?.value.balanceSats ?? null
  const feeRate = feeRateOf(state.account?.value.feeTier ?? null)
  // A long is opened at the ask, at which a short would be closed.
  const entryOf = (side: Side) => (quantityUsd: number) =>
    request.entryUsd ?? closingPriceUsd(buckets, side === 'long' ? 'short' : 'long', quantityUsd)
  const side = request.side ?? sideBy(request, entryOf)
  const given = { side, equitySats, feeRate, freeSats }
  const refused = (refusal: string): SizeView => ({ ...given, size: null, refusal })
  if (equitySats === null) return refused(`the equity is not known: ${equityUnknownReason}`)
  if (side === null)
    return refused(
      entryOf('long')(1) === null ? NO_ENTRY : 'the stop is at the entry: there is no distance to it',
    )
  const sizing = sizeTrade({
    equitySats,
    freeSats,
    feeRate,
    side,
    riskFraction: request.riskFraction,
    stopUsd: request.stopUsd,
    leverage: request.leverage,
    entryUsd: entryOf(side),
  })
  return { ...given, ...sizing }
}

/** Between bid and ask a stop fits neither side. */
function sideBy(
  { stopUsd }: SizeRequest,
  entryOf: (side: Side) => (quantityUsd: number) => Usd | null,
): Side | null {
  const fits = (['long', 'short'] as const).filter(side => {
    const entry = entryOf(side)(1)
    return entry !== null && sideOfStop(entry, stopUsd) === side
  })
  return fits.length === 1 ? (fits[0] ?? null) : null
}
