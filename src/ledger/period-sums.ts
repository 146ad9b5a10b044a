import type { Books } from './books.ts'
import { BOOK_NAMES, type BookName, type Posting } from './postings.ts'
import type { TradeResult } from './results.ts'
import { exactDollars, exactValue } from './usd-value.ts'

/** Sums of the books in US dollars at the time of each event; null if a price is unknown. */
export type UsdBooks = Readonly<Record<BookName, number | null>>

/** The sums of one book; null if an amount, or its price, is unknown. */
interface BookSums {
  sats: bigint | null
  /** As `exactValue`. */
  usd: bigint | null
}

/** The sums of one period. Rows are added in any order. */
export class PeriodSums {
  readonly #books = recordOf((): BookSums => ({ sats: 0n, usd: 0n }))
  trades = 0
  wins = 0
  losses = 0
  wonSats = 0n
  lostSats = 0n
  largestLossSats: bigint | null = null
  /** The first amount that is not known. */
  unknown: string | null = null

  addPosting(posting: Posting): void {
    const { book, sats, id } = posting
    if (sats === 0n) return
    if (sats === null) this.unknown ??= `${book} of ${id} is not known`
    this.#add(book, { sats, usd: exactValue(posting) })
  }

  addResult({ id, netSats }: TradeResult): void {
    this.trades += 1
    if (netSats === null) {
      this.unknown ??= `the result of ${id} is not known`
      return
    }
    if (netSats > 0n) {
      this.wins += 1
      this.wonSats += netSats
    }
    if (netSats >= 0n) return
    this.losses += 1
    this.lostSats += netSats
    this.largestLossSats = smaller(this.largestLossSats, netSats)
  }

  /** Adds the sums of another period. */
  addPeriod(other: PeriodSums): void {
    for (const name of BOOK_NAMES) this.#add(name, other.#books[name])
    this.trades += other.trades
    this.wins += other.wins
    this.losses += other.losses
    this.wonSats += other.wonSats
    this.lostSats += other.lostSats
    this.largestLossSats = smaller(this.largestLossSats, other.largestLossSats)
    this.unknown ??= other.unknown
  }

  books(): Books {
    return recordOf(name => this.#books[name].sats)
  }

  usd(): UsdBooks {
    return recordOf(name => {
      const { usd } = this.#books[name]
      return usd === null ? null : exactDollars(usd)
    })
  }

  #add(name: BookName, { sats, usd }: BookSums): void {
    const sums = this.#books[name]
    sums.sats = plus(sums.sats, sats)
    sums.usd = plus(sums.usd, usd)
  }
}

function recordOf<Value>(of: (name: BookName) => Value): Record<BookName, Value> {
  return Object.fromEntries(BOOK_NAMES.map(name => [name, of(name)])) as Record<BookName, Value>
}

function smaller(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || (b !== null && b < a) ? b : a
}

function plus(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? null : a + b
}
