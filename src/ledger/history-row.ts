import type { BookedFill } from './cross-book.ts'
import { type EndCause, endCause } from './end-cause.ts'
import { tradeResult } from './results.ts'
import type { TradeRow } from './rows.ts'

/** A closed trade or a fill of the cross position, as a list shows it. Sats are whole, times ms since 1970. */
export interface HistoryRow {
  readonly kind: 'trade' | 'fill'
  readonly id: string
  /** The close, or the fill. */
  readonly at: number
  readonly side: 'long' | 'short'
  readonly quantityUsd: number
  /** Null if unknown, and for a fill. */
  readonly entryPriceUsd: number | null
  /** The price of a fill; null if unknown. */
  readonly exitPriceUsd: number | null
  /** Null if unknown; the same for funding and net. */
  readonly grossSats: number | null
  readonly feesSats: number
  /** Positive = paid; null for a fill: the position pays it. */
  readonly fundingSats: number | null
  readonly netSats: number | null
  /** Why it ended; null for a fill that is no liquidation. */
  readonly cause: EndCause | null
}

/** Returns the row of a closed trade; null if it is not closed. */
export function tradeHistoryRow(trade: TradeRow): HistoryRow | null {
  const result = tradeResult(trade)
  if (result === null) return null
  const { id, side, quantityUsd, priceUsd, entryPriceUsd, exitPriceUsd, plSats, cashInPlSats } = trade
  return {
    kind: 'trade',
    id,
    at: result.at,
    side,
    quantityUsd,
    entryPriceUsd: entryPriceUsd ?? priceUsd,
    exitPriceUsd,
    grossSats: cashInPlSats === null ? null : plSats + cashInPlSats,
    feesSats: trade.openingFeeSats + trade.closingFeeSats,
    fundingSats: trade.fundingSats,
    netSats: result.netSats === null ? null : Number(result.netSats),
    cause: endCause(trade),
  }
}

/** Returns the row of a fill. */
export function fillHistoryRow({ fill, plSats }: BookedFill): HistoryRow {
  const { id, type, side, quantityUsd, priceUsd, feeSats, filledAt } = fill
  return {
    kind: 'fill',
    id,
    at: filledAt,
    side,
    quantityUsd,
    entryPriceUsd: null,
    exitPriceUsd: priceUsd,
    grossSats: plSats,
    feesSats: feeSats,
    fundingSats: null,
    netSats: plSats === null ? null : plSats - feeSats,
    cause: type === 'liquidation' ? 'liquidated' : null,
  }
}
