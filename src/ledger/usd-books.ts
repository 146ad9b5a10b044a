import { SATS_PER_BTC } from '../domain/units.ts'
import { BOOK_NAMES, type BookName, type Posting } from './postings.ts'

/** Sums of the books in US dollars at the time of each event; null if a price is unknown. */
export type UsdBooks = Readonly<Record<BookName, number | null>>

/** Prices are exact to this fraction of a dollar. */
const PRICE_SCALE = 10_000
const UNIT = BigInt(SATS_PER_BTC) * BigInt(PRICE_SCALE)

/** Converts an exact sum of sats times scaled price to dollars, rounded to the cent. */
function dollars(sum: bigint): number {
  const cents = (sum * 200n + (sum < 0n ? -UNIT : UNIT)) / (2n * UNIT)
  return Number(cents) / 100
}

/** Returns the exact product of an amount and a price; null if either is unknown. */
function exactValue({ sats, priceUsd }: Pick<Posting, 'sats' | 'priceUsd'>): bigint | null {
  if (sats === 0n) return 0n
  return sats === null || priceUsd === null ? null : sats * BigInt(Math.round(priceUsd * PRICE_SCALE))
}

/** Returns an amount in US dollars, rounded to the cent; null if it or its price is unknown. */
export function usdOf(amount: Pick<Posting, 'sats' | 'priceUsd'>): number | null {
  const value = exactValue(amount)
  return value === null ? null : dollars(value)
}

/** Sums postings by book in US dollars. The sum is exact and rounded once. */
export function usdBooksOf(postings: Iterable<Posting>): UsdBooks {
  const sums = new Map<BookName, bigint | null>(BOOK_NAMES.map(name => [name, 0n]))
  for (const posting of postings) {
    const sum = sums.get(posting.book) ?? null
    const value = exactValue(posting)
    sums.set(posting.book, sum === null || value === null ? null : sum + value)
  }
  return Object.fromEntries(
    [...sums].map(([name, sum]) => [name, sum === null ? null : dollars(sum)]),
  ) as unknown as UsdBooks
}
