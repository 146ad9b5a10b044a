import { atMost } from '../../domain/at-most.ts'
import type { Ticker } from '../../domain/market.ts'
import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { Clock } from '../../ports/clock.ts'
import type { SnapshotRead, SnapshotReader } from './snapshot-reader.ts'

/** A read that takes longer after the socket is ready may have to do without prices. */
const PRICES_MS = 300

/** An older first read does not serve a session that is established later. */
const MAX_AGE_MS = 5_000

/** The read of a snapshot that begins with the feed, while its socket is dialed. */
export class FirstRead {
  readonly #reader: SnapshotReader
  readonly #clock: Clock
  #begun: { readonly at: number; readonly read: Promise<SnapshotRead> } | null = null
  #parts: AccountSnapshot | null = null
  #onParts: (parts: AccountSnapshot) => void = () => {}
  #isTaken = false

  constructor(reader: SnapshotReader, clock: Clock) {
    this.#reader = reader
    this.#clock = clock
  }

  /** Begins the read; null if it was begun before. `onParts` as for `SnapshotReader.read`, until a session takes the read. */
  begin(onParts: (parts: AccountSnapshot) => void): Promise<SnapshotRead> | null {
    if (this.#begun !== null) return null
    this.#onParts = onParts
    const read = this.#reader.read(parts => {
      this.#parts = parts
      this.#onParts(parts)
    })
    this.#begun = { at: this.#clock.nowMs(), read }
    return read
  }

  /**
   * Returns the read for the first session, or null if it was not begun, is too old, or was taken before. `onParts` as for
   * `SnapshotReader.read`.
   */
  take(onParts: (parts: AccountSnapshot) => void): Promise<SnapshotRead> | null {
    const begun = this.#begun
    const isUsable = begun !== null && !this.#isTaken && this.#clock.nowMs() - begun.at <= MAX_AGE_MS
    this.#isTaken = true
    if (!isUsable) return null
    this.#onParts = onParts
    if (this.#parts !== null) onParts(this.#parts)
    return begun.read
  }
}

/** Returns true if the read has all market data, within a moment. */
export async function hasPrices(read: Promise<SnapshotRead> | null, clock: Clock): Promise<boolean> {
  if (read === null) return false
  const inTime = await atMost(clock, PRICES_MS, read)
  return isWhole(inTime?.snapshot.ticker?.value ?? null)
}

/** A field that the ticker lacks may be on the stream. */
function isWhole(ticker: Ticker | null): boolean {
  return ticker !== null && Object.values(ticker).every(value => value !== null)
}
