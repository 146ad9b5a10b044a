import { BOOK_NAMES, BOOK_SIGN, type BookName, type Posting } from './postings.ts'

/** Sums of the books, exact; null if an amount is unknown. */
export type Books = Readonly<Record<BookName, bigint | null>>

/** Sums postings by book. */
export function booksOf(postings: Iterable<Posting>): Books {
  const sums: Record<BookName, bigint | null> = Object.fromEntries(
    BOOK_NAMES.map(name => [name, 0n]),
  ) as Record<BookName, bigint>
  for (const { book, sats } of postings) {
    const sum = sums[book]
    sums[book] = sum === null || sats === null ? null : sum + sats
  }
  return sums
}

/** Returns what the books add to the funds; null if an amount is unknown. */
export function totalOf(books: Books): bigint | null {
  return BOOK_NAMES.reduce<bigint | null>((sum, name) => {
    const amount = books[name]
    return sum === null || amount === null ? null : sum + BOOK_SIGN[name] * amount
  }, 0n)
}

/** Converts an exact sum to a number; null if it is unknown or beyond exact integers. */
export function satsNumber(sum: bigint | null): number | null {
  return sum === null || sum !== BigInt(Number(sum)) || !Number.isSafeInteger(Number(sum))
    ? null
    : Number(sum)
}
