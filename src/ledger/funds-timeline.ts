import type { BookedRows, Posting } from './postings.ts'
import { BOOK_SIGN } from './postings.ts'
import type { SampleRow } from './rows.ts'

/** What the funds differ from the books by, at one moment. Positive: the exchange has more than the books. */
export interface RestPoint {
  readonly at: number
  /** Of balance and isolated margins. */
  readonly walletSats: bigint
  /** Of the cross margin. */
  readonly crossSats: bigint
}

/** When something happened: after `from` (null: since the beginning) and up to `to`. */
export interface TimeWindow {
  readonly from: number | null
  readonly to: number
}

interface Flow {
  readonly at: number
  readonly wallet: bigint
  readonly cross: bigint
}

/** Sats of each row that entered or left the wallet or the cross margin. */
function flowsOf(rows: BookedRows, postings: readonly Posting[]): readonly Flow[] {
  const running = new Set(rows.trades.filter(({ state }) => state === 'running').map(({ id }) => id))
  const booked = postings
    // A swap moves all its sats, not its gain alone. P&L cashed in from a running trade is part of the sample.
    .filter(({ book, id }) => book !== 'swaps' && !(book === 'grossPl' && running.has(id)))
    .map(({ at, book, sats, funds }): Flow => {
      const amount = BOOK_SIGN[book] * (sats ?? 0n)
      return funds === 'wallet' ? { at, wallet: amount, cross: 0n } : { at, wallet: 0n, cross: amount }
    })
  const transfers = rows.transfers.map(({ at, amountSats }): Flow => {
    return { at, wallet: BigInt(-amountSats), cross: BigInt(amountSats) }
  })
  const swaps = rows.swaps.map(({ at, inAsset, inAmount, outAmount }): Flow => {
    return { at, wallet: inAsset === 'BTC' ? BigInt(-inAmount) : BigInt(outAmount), cross: 0n }
  })
  return [...booked, ...transfers, ...swaps].toSorted((a, b) => a.at - b.at)
}

/** Compares the books with each sample. `samples` are oldest first. Every posting must be known. */
export function restsOf(
  rows: BookedRows,
  postings: readonly Posting[],
  samples: readonly SampleRow[],
): readonly RestPoint[] {
  const flows = flowsOf(rows, postings)
  let wallet = 0n
  let cross = 0n
  let index = 0
  return samples.map(sample => {
    for (let flow = flows[index]; flow !== undefined && flow.at <= sample.at; flow = flows[index]) {
      wallet += flow.wallet
      cross += flow.cross
      index += 1
    }
    const held = BigInt(sample.balanceSats + sample.isolatedSats - sample.openCashInSats)
    return { at: sample.at, walletSats: held - wallet, crossSats: BigInt(sample.crossMarginSats) - cross }
  })
}

/**
 * Returns when a rest arose that is there at the last point: after the last point without it. A rest that comes and goes is a row that was listed
 * later than its time. `of` selects what to look at; null if the last point has none.
 */
export function windowOf(points: readonly RestPoint[], of: (point: RestPoint) => bigint): TimeWindow | null {
  const last = points.at(-1)
  if (last === undefined || of(last) === 0n) return null
  const good = points.findLastIndex(point => of(point) === 0n)
  return { from: points[good]?.at ?? null, to: points[good + 1]?.at ?? last.at }
}

/** Returns the first moment at which the wallet would have been negative by the books; null if there is none. */
export function firstOverdraft(rows: BookedRows, postings: readonly Posting[]): number | null {
  let wallet = 0n
  for (const flow of flowsOf(rows, postings)) {
    wallet += flow.wallet
    if (wallet < 0n) return flow.at
  }
  return null
}
