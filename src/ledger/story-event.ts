import type { Side } from '../domain/position.ts'
import type { EndCause } from './end-cause.ts'
import { type EventPrices, minuteOf } from './postings.ts'
import type { FundingRow, NoticeRow, TradeRow } from './rows.ts'

/** One point of the story of a position. */
export interface StoryEvent {
  readonly kind:
    | 'ordered'
    | 'filled'
    | 'increased'
    | 'reduced'
    | 'margin'
    | 'transfer'
    | 'cash-in'
    | 'stop-loss'
    | 'take-profit'
    | 'funding'
    | 'alert'
    | 'order-canceled'
    | EndCause
  /** ms since 1970; for what no event dates, the later of the two reads. */
  readonly at: number
  /** The earlier of the two reads; null if `at` is exact. */
  readonly seenFrom: number | null
  /** Price of the fill, the fixing or the minute in USD; null if it is unknown, or before there is a position. */
  readonly priceUsd: number | null
  /** P&L of the open position at that price; of the end, the realized one. Gross. */
  readonly plSats: number | null
  /** Why `plSats` is null; null if it is known, or if there is no position. */
  readonly unknownReason: string | null
  /** Sats of the event: fee, funding (positive = paid), added margin. Null if none. */
  readonly sats: number | null
  readonly text: string
}

/** What happened to a position, from its order to its end. */
export interface Story {
  readonly mode: 'isolated' | 'cross'
  /** Of the trade, or of the fill that opened the cross position. */
  readonly id: string
  readonly state: TradeRow['state']
  readonly side: Side
  /** Of the trade; of a cross position, its largest quantity. */
  readonly quantityUsd: number
  readonly cause: EndCause | null
  /** Realized, before fees and funding. */
  readonly grossPlSats: number | null
  readonly feesSats: number
  readonly fundingSats: number | null
  /** Oldest first. */
  readonly events: readonly StoryEvent[]
}

/** A price with what it makes of the position. */
export type PricedPoint = Pick<StoryEvent, 'priceUsd' | 'plSats' | 'unknownReason'>

/** P&L at a time and price, or why it is unknown. */
export type PlAt = (at: number, priceUsd: number) => number | string

/** Without a position. */
export const NO_POINT: PricedPoint = { priceUsd: null, plSats: null, unknownReason: null }

/** Values a position at a price that may be unknown, for `missing`. */
function pricedPoint(plAt: PlAt, at: number, priceUsd: number | null, missing: string): PricedPoint {
  if (priceUsd === null) return { priceUsd, plSats: null, unknownReason: missing }
  const pl = plAt(at, priceUsd)
  return typeof pl === 'string'
    ? { priceUsd, plSats: null, unknownReason: pl }
    : { priceUsd, plSats: pl, unknownReason: null }
}

/** Values a position at the close of the minute of a time. */
export function minutePoint(plAt: PlAt, at: number, { minutes }: EventPrices): PricedPoint {
  return pricedPoint(plAt, at, minutes.get(minuteOf(at)) ?? null, 'the price of this minute is not known')
}

/** Values a position at the fixing price of a settlement. */
function fixingPoint(plAt: PlAt, at: number, settlementId: string, { fixings }: EventPrices): PricedPoint {
  return pricedPoint(plAt, at, fixings.get(settlementId) ?? null, 'the settlement is not listed')
}

/** Returns the event of a funding fee. */
export function fundingEvent(
  { at, feeSats, settlementId }: FundingRow,
  plAt: PlAt,
  prices: EventPrices,
): StoryEvent {
  const text = feeSats < 0 ? 'funding received' : 'funding paid from the margin'
  const point = fixingPoint(plAt, at, settlementId, prices)
  return { kind: 'funding', at, seenFrom: null, ...point, sats: feeSats, text }
}

/** Returns the event of a notice that a channel has taken. */
export function alertEvent({ at, level, message, channels }: NoticeRow, point: PricedPoint): StoryEvent {
  const text = `${level}, sent to ${channels}: ${message}`
  return { kind: 'alert', at, seenFrom: null, ...point, sats: null, text }
}
