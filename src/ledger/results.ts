import type { BookedRows } from './postings.ts'

/** The result of something that is over: a closed trade, or a fill that reduced the cross position. */
export interface TradeResult {
  readonly at: number
  readonly id: string
  /** Net of its fees and, for a trade, of its funding; null if unknown. */
  readonly netSats: bigint | null
}

/** A time with a position. */
interface Span {
  readonly from: number
  readonly to: number
}

/** Returns the results, oldest first. */
export function resultsOf({ trades, fills, funding }: BookedRows): readonly TradeResult[] {
  const paid = new Map<string, number>()
  for (const { tradeId, feeSats } of funding)
    if (tradeId !== null) paid.set(tradeId, (paid.get(tradeId) ?? 0) + feeSats)
  const ofTrades = trades.flatMap((trade): readonly TradeResult[] => {
    const { id, state, closedAt, plSats, cashInPlSats, openingFeeSats, closingFeeSats } = trade
    if (state !== 'closed' || closedAt === null) return []
    if (cashInPlSats === null) return [{ at: closedAt, id, netSats: null }]
    const fees = openingFeeSats + closingFeeSats + (trade.fundingSats ?? paid.get(id) ?? 0)
    return [{ at: closedAt, id, netSats: BigInt(plSats + cashInPlSats - fees) }]
  })
  const ofFills = fills
    .filter(({ reduces, plSats }) => reduces || plSats === null)
    .map(({ fill, plSats }): TradeResult => {
      return {
        at: fill.filledAt,
        id: fill.id,
        netSats: plSats === null ? null : BigInt(plSats - fill.feeSats),
      }
    })
  return [...ofTrades, ...ofFills].toSorted((a, b) => a.at - b.at)
}

/** Returns the times with a position, joined, oldest first. `now`: the end of what is running. */
export function timesInMarket({ trades, fills }: BookedRows, now: number): readonly Span[] {
  const spans: Span[] = trades.flatMap(({ state, filledAt, closedAt }) => {
    if (filledAt === null || state === 'open' || state === 'canceled') return []
    return [{ from: filledAt, to: closedAt ?? now }]
  })
  let since: number | null = null
  for (const { fill, quantityAfterUsd } of fills) {
    if (quantityAfterUsd === 0 && since !== null) spans.push({ from: since, to: fill.filledAt })
    since = quantityAfterUsd === 0 ? null : (since ?? fill.filledAt)
  }
  if (since !== null) spans.push({ from: since, to: now })
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined
}

/** Returns how much of the spans lies between two times, in ms. */
export function overlapMs(spans: readonly Span[], from: number, to: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)), 0)
}
