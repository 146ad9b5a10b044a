import type { BookedFill } from './cross-book.ts'
import type { BookedTrade } from './rows.ts'

/** The result of something that is over: a closed trade, or a fill that reduced the cross position. */
export interface TradeResult {
  readonly at: number
  readonly id: string
  /** Net of its fees and, for a trade, of its funding; null if unknown. */
  readonly netSats: bigint | null
}

/** A time with a position. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Returns the result of a trade; null if it is not closed. */
export function tradeResult(trade: BookedTrade): TradeResult | null {
  const { id, state, closedAt, plSats, cashInPlSats, openingFeeSats, closingFeeSats, fundingSats } = trade
  if (state !== 'closed' || closedAt === null) return null
  if (cashInPlSats === null || fundingSats === null) return { at: closedAt, id, netSats: null }
  const net = plSats + cashInPlSats - openingFeeSats - closingFeeSats - fundingSats
  return { at: closedAt, id, netSats: BigInt(net) }
}

/** Returns the result of a fill; null if it reduced nothing. */
export function fillResult({ fill, plSats, reduces }: BookedFill): TradeResult | null {
  if (!reduces && plSats !== null) return null
  return { at: fill.filledAt, id: fill.id, netSats: plSats === null ? null : BigInt(plSats - fill.feeSats) }
}

/** Returns the times with a cross position. `now`: the end of the one that is open. */
export function crossSpans(fills: readonly BookedFill[], now: number): readonly Span[] {
  const spans: Span[] = []
  let since: number | null = null
  for (const { fill, quantityAfterUsd } of fills) {
    if (quantityAfterUsd === 0 && since !== null) spans.push({ from: since, to: fill.filledAt })
    since = quantityAfterUsd === 0 ? null : (since ?? fill.filledAt)
  }
  if (since !== null) spans.push({ from: since, to: now })
  return spans
}

/** Joins spans that touch or overlap, oldest first. Spans that are added in about this order stay few. */
export function joinSpans(spans: readonly Span[]): readonly Span[] {
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
