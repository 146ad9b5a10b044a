import { type BookedRowsInput, bookedRows } from './booked-rows.ts'
import type { RouteState } from './coverage.ts'
import { type EventPrices, postingsOf } from './postings.ts'
import { isCredited, isDebited } from './rows.ts'

/** One event that a tax return may need. */
export interface TaxEvent {
  readonly at: number
  readonly kind: 'trade' | 'cross-fill' | 'funding' | 'fee' | 'deposit' | 'withdrawal' | 'swap'
  readonly id: string
  /** Change of the funds without the fee: P&L, funding received, deposit; negative if paid. Null if unknown. */
  readonly sats: bigint | null
  /** Positive. */
  readonly feeSats: bigint | null
  /** Dollars bought (positive) or sold of a swap, in the exchange's unit; null for others. */
  readonly dollars: number | null
  readonly priceUsd: number | null
}

/** Returns the events from `from` (null: the first) to `to`, oldest first. An opening fee is an event of its own: the trade may end in another year. */
export function taxEvents(
  input: BookedRowsInput,
  routes: readonly RouteState[],
  prices: EventPrices,
  range: { readonly from: number | null; readonly to: number },
): readonly TaxEvent[] {
  const { rows } = bookedRows(input, routes, null)
  const trades = new Set(rows.trades.filter(({ state }) => state !== 'canceled').map(({ id }) => id))
  const swaps = new Map(rows.swaps.map(swap => [swap.id, swap]))
  const events: TaxEvent[] = []
  for (const posting of postingsOf(rows, range.to, prices)) {
    const { book, at, id, sats, priceUsd } = posting
    const event = { at, id, priceUsd, dollars: null, feeSats: 0n }
    if (book === 'funding') events.push({ ...event, kind: 'funding', sats: sats === null ? null : -sats })
    if (book === 'tradingFees' && sats !== 0n) events.push({ ...event, kind: 'fee', sats: 0n, feeSats: sats })
    if (book === 'grossPl' && sats !== 0n)
      events.push({ ...event, kind: trades.has(id) ? 'trade' : 'cross-fill', sats })
  }
  const priceAt = (at: number): number | null => prices.minutes.get(Math.floor(at / 60_000) * 60_000) ?? null
  for (const { id, amountSats, createdAt, settledAt } of rows.deposits.filter(isCredited)) {
    const at = settledAt ?? createdAt
    events.push({
      at,
      kind: 'deposit',
      id,
      sats: BigInt(amountSats),
      feeSats: 0n,
      dollars: null,
      priceUsd: priceAt(at),
    })
  }
  for (const { id, amountSats, feeSats, createdAt: at } of rows.withdrawals.filter(isDebited)) {
    const fee = feeSats === null ? null : BigInt(feeSats)
    const sats = BigInt(-amountSats)
    events.push({ at, kind: 'withdrawal', id, sats, feeSats: fee, dollars: null, priceUsd: priceAt(at) })
  }
  for (const { id, at, inAsset, inAmount, outAmount } of swaps.values()) {
    const isPurchase = inAsset === 'BTC'
    const sats = BigInt(isPurchase ? -inAmount : outAmount)
    const dollars = isPurchase ? outAmount : -inAmount
    events.push({ at, kind: 'swap', id, sats, feeSats: 0n, dollars, priceUsd: null })
  }
  return events
    .filter(({ at }) => (range.from === null || at >= range.from) && at <= range.to)
    .toSorted((a, b) => a.at - b.at)
}
