import { type Holding, replayCrossFills, signedUsd } from '../domain/cross-replay.ts'
import type { CrossFill } from '../domain/snapshot.ts'
import { sats, usd } from '../domain/units.ts'
import type { FillRow, FundingRow, TransferRow } from './rows.ts'

/** A fill with the P&L that it realized. */
export interface BookedFill {
  readonly fill: FillRow
  /** Gross of fees and funding; 0 for a fill that reduced nothing. Null if unknown. */
  readonly plSats: number | null
  /** Signed quantity after the fill; null if unknown. */
  readonly quantityAfterUsd: number | null
  /** True if the fill reduced or closed a position. */
  readonly reduces: boolean
  /** The position after the fill; null if it is unknown. */
  readonly held: Holding | null
  /** What the margin is after the fill by its rows; a fill with an unknown P&L counts as none. */
  readonly marginAfterSats: number
}

/** The cross account replayed from its rows. */
export interface CrossBook {
  /** Oldest first. */
  readonly fills: readonly BookedFill[]
  /** Signed; null if it is unknown. */
  readonly quantityUsd: number | null
  /** What the margin is by these rows; null if the P&L of a fill is unknown. */
  readonly marginSats: number | null
}

/** The rows of the cross account, each list oldest first. */
export interface CrossRows {
  readonly fills: readonly FillRow[]
  readonly transfers: readonly TransferRow[]
  /** Fees of the cross position. */
  readonly funding: readonly FundingRow[]
  /** Signed quantity before the first fill: 0 if the list of fills is whole; null if unknown. */
  readonly startUsd: number | null
}

/** Converts a fill for the replay. */
export function crossFillOf({ priceUsd, feeSats, ...others }: FillRow): CrossFill {
  return { ...others, priceUsd: usd(priceUsd), feeSats: sats(feeSats) }
}

/** Sats that go into the margin and come out of it by other ways than fills. */
interface Flow {
  readonly at: number
  readonly sats: number
}

/** Returns what transfers and funding fees do to the margin, in no order. */
export function crossFlows({
  transfers,
  funding,
}: Pick<CrossRows, 'transfers' | 'funding'>): readonly Flow[] {
  return [
    ...transfers.map(({ at, amountSats }) => ({ at, sats: amountSats })),
    ...funding.map(({ at, feeSats }) => ({ at, sats: -feeSats })),
  ]
}

/**
 * Replays the cross account. The P&L of a fill counts from the last moment at which the position was flat, and a loss is limited to the
 * margin that the account has then: a liquidation cannot take more.
 */
function crossBook(rows: CrossRows): CrossBook {
  const { fills, startUsd } = rows
  const flows = crossFlows(rows).toSorted((a, b) => a.at - b.at)
  let quantity = startUsd
  let margin = 0
  let flow = 0
  const booked = replayCrossFills(fills.map(crossFillOf), startUsd).map(
    ({ fill, plSats, held }, index): BookedFill => {
      for (let next = flows[flow]; next !== undefined && next.at <= fill.filledAt; next = flows[flow]) {
        margin += next.sats
        flow += 1
      }
      const row = fills[index]
      if (row === undefined) throw new RangeError('the fills are not sorted by time')
      const signed = signedUsd(fill)
      const reduces = quantity !== null && quantity * signed < 0
      quantity = quantity === null ? null : quantity + signed
      const limited = plSats === null ? null : Math.max(plSats, Math.min(0, -margin))
      margin += (limited ?? 0) - fill.feeSats
      return {
        fill: row,
        plSats: limited,
        quantityAfterUsd: quantity,
        reduces,
        held,
        marginAfterSats: margin,
      }
    },
  )
  for (const { sats } of flows.slice(flow)) margin += sats
  const isKnown = booked.every(({ plSats }) => plSats !== null)
  return { fills: booked, quantityUsd: quantity, marginSats: isKnown ? margin : null }
}

/**
 * Replays the cross account in the order of fills that leads to the stated margin. Which of two fills of one millisecond came first
 * decides their P&L, and how the exchange lists them is not documented. `statedMarginSats`: null if it is not known.
 */
export function crossBookOf(rows: CrossRows, statedMarginSats: number | null): CrossBook {
  const book = crossBook(rows)
  if (statedMarginSats === null || book.marginSats === statedMarginSats) return book
  const reversed = rows.fills.toReversed().toSorted((a, b) => a.filledAt - b.filledAt)
  const other = crossBook({ ...rows, fills: reversed })
  return other.marginSats === statedMarginSats ? other : book
}
