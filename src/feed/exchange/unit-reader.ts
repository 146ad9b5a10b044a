import type { Account } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import type { AccountSnapshot, Change } from '../../domain/snapshot.ts'
import type { Usd } from '../../domain/units.ts'
import type { Clock } from '../../ports/clock.ts'
import { decodeSwaps, type Swap } from '../../wire/lnm/rest-account.ts'
import type { RestClient } from './rest-client.ts'
import { syntheticUnit } from './synthetic-usd.ts'

type Unit = Account['syntheticUsdUnit']

/** A snapshot does not wait longer for the unit. */
export const MAX_UNIT_WAIT_MS = 300

/** Interval between attempts to read past swaps. */
const SWAPS_RETRY_MS = 60_000

/** The unit of an account's synthetic dollars, as earlier processes left it. */
export interface UnitMemory {
  readonly unit: Unit
  /** An earlier process needed the unit, and the rate limit left no request to read it: the first request reads it. */
  readonly isWanted: boolean
  remember(unit: NonNullable<Unit>): void
  /** Records that the unit is needed. */
  want(): void
}

/** Remembers nothing, but may know the unit. */
export function unitKnownAs(unit: Unit): UnitMemory {
  return { unit, isWanted: false, remember: () => {}, want: () => {} }
}

/** Reads the unit of synthetic dollars from past swaps, once: it never changes. */
export class UnitReader {
  readonly #rest: RestClient
  readonly #clock: Clock
  readonly #memory: UnitMemory
  #unit: Unit
  #swaps: readonly Swap[] | null = null
  /** A read of swaps in flight. */
  #reading: Promise<void> | null = null
  #nextReadAt = Number.NEGATIVE_INFINITY
  /** Last price of the stream; null before its first message. */
  #pushedUsd: Usd | null = null
  #awaitsPrice = false

  constructor(rest: RestClient, clock: Clock, memory: UnitMemory) {
    this.#rest = rest
    this.#clock = clock
    this.#memory = memory
    this.#unit = memory.unit
  }

  /** Null while it is unknown. */
  get unit(): Unit {
    return this.#unit
  }

  /** Called before the first request: reads swaps at once if an earlier process could not. */
  start(): void {
    if (this.#memory.isWanted && this.#unit === null) void this.#readSwaps()
  }

  /** Records a price of the stream. Returns true if the unit could not be derived for want of a price, and now can. */
  observe(change: Change): boolean {
    if (change.kind !== 'last-price' && change.kind !== 'ticker') return false
    this.#pushedUsd = change.lastPriceUsd ?? this.#pushedUsd
    const hasPrice = this.#awaitsPrice && this.#pushedUsd !== null
    if (hasPrice) this.#awaitsPrice = false
    return hasPrice
  }

  /**
   * Returns the snapshot with the unit of its synthetic dollars, if it holds some and the unit can be derived from past swaps. Waits for
   * at most `maxWaitMs`, and not at all if the rate limit leaves no request until then. Failed requests are retried once a minute.
   */
  async complete(snapshot: AccountSnapshot, maxWaitMs: number): Promise<AccountSnapshot> {
    const { account, ticker } = snapshot
    const priceUsd = ticker?.value.lastPriceUsd ?? ticker?.value.indexUsd ?? this.#pushedUsd
    if (account === null || !account.value.syntheticUsdBalance) return snapshot
    this.#awaitsPrice = this.#unit === null && priceUsd === null
    if (this.#unit === null && priceUsd !== null) {
      await this.#within(maxWaitMs, this.#readSwaps(maxWaitMs))
      // It may have joined a read that waited for the rate limit for a moment only.
      if (!Number.isFinite(maxWaitMs)) await this.#readSwaps()
      this.#derive(priceUsd)
    }
    return { ...snapshot, account: { ...account, value: { ...account.value, syntheticUsdUnit: this.#unit } } }
  }

  #derive(priceUsd: number): void {
    if (this.#swaps === null) this.#memory.want()
    else this.#unit = syntheticUnit(this.#swaps, priceUsd)
    if (this.#unit !== null) this.#memory.remember(this.#unit)
  }

  /** Reads swaps unless they are known or being read, or failed a moment ago. Waits for the rate limit for at most `maxQueueMs`. */
  #readSwaps(maxQueueMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#swaps !== null) return Promise.resolve()
    if (this.#reading !== null) return this.#reading
    if (this.#clock.nowMs() < this.#nextReadAt) return Promise.resolve()
    // A read that does not wait for the rate limit may never be sent: that is no failure.
    if (!Number.isFinite(maxQueueMs)) this.#nextReadAt = this.#clock.nowMs() + SWAPS_RETRY_MS
    this.#reading = this.#requestSwaps(maxQueueMs).finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #requestSwaps(maxQueueMs: number): Promise<void> {
    try {
      const page = await this.#rest.read('swaps', decodeSwaps, { query: { limit: 100 }, maxQueueMs })
      this.#swaps = page.items
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
    }
  }

  #within(ms: number, done: Promise<void>): Promise<void> {
    if (!Number.isFinite(ms)) return done
    return new Promise(resolve => {
      const cancel = this.#clock.after(ms, resolve)
      void done.then(() => {
        cancel()
        resolve()
      })
    })
  }
}
