import { SATS_PER_BTC } from '../domain/units.ts'
import type { BookedFill } from './cross-book.ts'
import {
  type BookedTrade,
  type DepositRow,
  type FundingRow,
  isCredited,
  isDebited,
  type SwapRow,
  type TradeRow,
  type TransferRow,
  type WithdrawalRow,
} from './rows.ts'
import { MOST_DOLLARS_PER_BTC, swapBook } from './swap-book.ts'

/** The accounts of the books. */
export const BOOK_NAMES = [
  'deposits',
  'withdrawals',
  'withdrawalFees',
  'grossPl',
  'tradingFees',
  'funding',
  'swaps',
] as const

export type BookName = (typeof BOOK_NAMES)[number]

/** One amount in the books. */
export interface Posting {
  readonly book: BookName
  readonly at: number
  /** As the book counts it: fees, funding and withdrawals are positive if they were paid. Null if unknown. */
  readonly sats: bigint | null
  /** Which funds it changes: the balance with the isolated margins, or the cross margin. */
  readonly funds: 'wallet' | 'cross'
  /** Id of the record. */
  readonly id: string
  /** Price of a bitcoin at the event in USD: of the fill, the fixing or the minute; null if unknown. */
  readonly priceUsd: number | null
}

/** Prices of events that have none of their own. */
export interface EventPrices {
  /** Fixing prices by settlement. */
  readonly fixings: ReadonlyMap<string, number>
  /** Prices by the beginning of their minute. */
  readonly minutes: ReadonlyMap<number, number>
}

const NO_PRICES: EventPrices = { fixings: new Map(), minutes: new Map() }

const MINUTE_MS = 60_000

/** Returns the beginning of the minute of a time. */
export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS
}

/** +1 for books that add to the funds, -1 for those that are paid from them. */
export const BOOK_SIGN: Readonly<Record<BookName, 1n | -1n>> = {
  deposits: 1n,
  withdrawals: -1n,
  withdrawalFees: -1n,
  grossPl: 1n,
  tradingFees: -1n,
  funding: -1n,
  swaps: 1n,
}

/** Rows of deposits and withdrawals. */
interface WalletRows {
  readonly deposits: readonly DepositRow[]
  readonly withdrawals: readonly WithdrawalRow[]
}

/** All rows that are booked, each list oldest first. */
export interface BookedRows extends WalletRows {
  readonly trades: readonly TradeRow[]
  readonly fills: readonly BookedFill[]
  readonly transfers: readonly TransferRow[]
  readonly funding: readonly FundingRow[]
  readonly swaps: readonly SwapRow[]
}

function known(amount: number | null): bigint | null {
  return amount === null ? null : BigInt(amount)
}

/**
 * Fees are booked when they were charged: the opening fee at the fill, the closing fee at the close. P&L that was cashed in is booked
 * at the close, since the exchange does not date it, or now while the trade is running (`now`).
 */
export function tradePostings(trade: BookedTrade, now: number): readonly Posting[] {
  const { id, state, filledAt, closedAt, plSats, cashInPlSats } = trade
  if (filledAt === null || state === 'open' || state === 'canceled') return []
  const wallet = { funds: 'wallet', id, priceUsd: trade.exitPriceUsd } as const
  const opened: Posting = {
    ...wallet,
    book: 'tradingFees',
    at: filledAt,
    sats: BigInt(trade.openingFeeSats),
    priceUsd: trade.entryPriceUsd ?? trade.priceUsd,
  }
  const cashIn = known(cashInPlSats)
  if (state === 'running' || closedAt === null)
    return [opened, { ...wallet, book: 'grossPl', at: now, sats: cashIn, priceUsd: null }]
  const gross = cashIn === null ? null : BigInt(plSats) + cashIn
  return [
    opened,
    { ...wallet, book: 'grossPl', at: closedAt, sats: gross },
    { ...wallet, book: 'tradingFees', at: closedAt, sats: BigInt(trade.closingFeeSats) },
  ]
}

export function fillPostings({ fill, plSats }: BookedFill): readonly Posting[] {
  const cross = { funds: 'cross', id: fill.id, at: fill.filledAt, priceUsd: fill.priceUsd } as const
  return [
    { ...cross, book: 'grossPl', sats: known(plSats) },
    { ...cross, book: 'tradingFees', sats: BigInt(fill.feeSats) },
  ]
}

/** Returns the posting of a funding fee. */
export function fundingPosting(fee: FundingRow, { fixings }: EventPrices): Posting {
  const { key, mode, at, feeSats, settlementId } = fee
  const funds = mode === 'cross' ? 'cross' : 'wallet'
  return {
    book: 'funding',
    at,
    sats: BigInt(feeSats),
    funds,
    id: key,
    priceUsd: fixings.get(settlementId) ?? null,
  }
}

/** Returns the postings of deposits and withdrawals. */
export function walletPostings(
  { deposits, withdrawals }: WalletRows,
  { minutes }: EventPrices = NO_PRICES,
): readonly Posting[] {
  const priceAt = (at: number): number | null => minutes.get(minuteOf(at)) ?? null
  return [
    ...deposits.filter(isCredited).map((row): Posting => {
      const at = row.settledAt ?? row.createdAt
      return {
        book: 'deposits',
        at,
        sats: BigInt(row.amountSats),
        funds: 'wallet',
        id: row.id,
        priceUsd: priceAt(at),
      }
    }),
    ...withdrawals.filter(isDebited).flatMap(({ id, createdAt, amountSats, feeSats }): readonly Posting[] => {
      const wallet = { funds: 'wallet', id, at: createdAt, priceUsd: priceAt(createdAt) } as const
      return [
        { ...wallet, book: 'withdrawals', sats: BigInt(amountSats) },
        { ...wallet, book: 'withdrawalFees', sats: known(feeSats) },
      ]
    }),
  ]
}

/** The price of a swap in USD per BTC; null if its amount of sats is 0. The size of the price tells cents from dollars. */
function swapPrice({ inAsset, inAmount, outAmount }: SwapRow): number | null {
  const [sats, dollars] = inAsset === 'BTC' ? [inAmount, outAmount] : [outAmount, inAmount]
  if (sats === 0) return null
  const price = (dollars * SATS_PER_BTC) / sats
  return price > MOST_DOLLARS_PER_BTC ? price / 100 : price
}

/** Returns everything that is booked, oldest first. `now`: the time of what is not over, ms since 1970. */
export function postingsOf(
  rows: BookedRows,
  now: number,
  prices: EventPrices = NO_PRICES,
): readonly Posting[] {
  const postings: readonly Posting[] = [
    ...rows.trades.flatMap(trade => tradePostings(trade, now)),
    ...rows.fills.flatMap(fillPostings),
    ...rows.funding.map(fee => fundingPosting(fee, prices)),
    ...walletPostings(rows, prices),
    ...swapBook(rows.swaps).gains.map(({ swap, sats }): Posting => {
      return { book: 'swaps', at: swap.at, sats, funds: 'wallet', id: swap.id, priceUsd: swapPrice(swap) }
    }),
  ]
  return postings.toSorted((a, b) => a.at - b.at)
}
