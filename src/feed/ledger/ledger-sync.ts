import { AxisorError } from '../../domain/error.ts'
import { SATS_PER_BTC } from '../../domain/units.ts'
import { type AccountState, hasSameFunds, sampleOf } from '../../ledger/account-state.ts'
import { LEDGER_ROUTES, type LedgerRoute, unreadRoute } from '../../ledger/coverage.ts'
import { observedChanges } from '../../ledger/observations.ts'
import type { SwapRow, TradeRow } from '../../ledger/rows.ts'
import { MOST_DOLLARS_PER_BTC } from '../../ledger/swap-book.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { decodeCandles } from '../../wire/lnm/rest-market.ts'
import { AccountReader } from './account-reader.ts'
import { LEDGER_LISTINGS } from './ledger-listings.ts'
import type { LedgerSource } from './ledger-source.ts'
import { type RouteSyncDeps, syncRoute } from './route-sync.ts'

/** A writer that is killed blocks others for this long. Each commit renews the lease. */
const LEASE_MS = 10_000
const LEASE_RETRY_MS = 250
/** The account may change while its history is read; then what changed is read again. */
const ATTEMPTS = 5
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Public requests are limited to one a second. */
const MAX_PRICES = 60

/** What a sync needs. */
export interface LedgerSyncDeps {
  readonly rest: LedgerSource
  readonly ledger: Ledger
  readonly clock: Clock
  /** Unique per process. */
  readonly writer: string
  /** Called with the number of rows read so far, and while another process writes. */
  onProgress?(progress: { readonly rows: number; readonly waits: boolean }): void
}

/** Fills a ledger from the exchange. */
export class LedgerSync {
  readonly #deps: LedgerSyncDeps
  readonly #reader: AccountReader
  #rows = 0

  constructor(deps: LedgerSyncDeps) {
    this.#deps = deps
    this.#reader = new AccountReader(deps.rest)
  }

  /**
   * Reads what is new in some listings. A listing that the key may not read is recorded as such.
   * @throws AxisorError if another can't be read or stored
   */
  async update(routes: readonly LedgerRoute[]): Promise<void> {
    await this.#asWriter(() => this.#updateRoutes(routes))
  }

  /**
   * Reads what is new in all listings, and the funds of the account that belong to it: nothing changed while they were read. Stores a
   * sample of the funds.
   * @throws AxisorError as `update`; unavailable, if the account keeps changing
   */
  async settle(): Promise<AccountState> {
    return this.#asWriter(async () => {
      let before = await this.#readState()
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        await this.#updateRoutes(LEDGER_ROUTES)
        const after = await this.#readState()
        const ended = await this.#unlistedEnds(after)
        if (hasSameFunds(before, after) && ended.length === 0) {
          await this.#store(after)
          return after
        }
        if (ended.length > 0) await this.#readEnds(ended)
        before = after
      }
      throw new AxisorError('unavailable', 'the account changes while its history is read', {
        hint: 'Try again when it trades less.',
      })
    })
  }

  /**
   * Reads the prices of minutes that the ledger has none of, the newest first and at most `MAX_PRICES`: each is a request. Those that
   * the exchange does not have stay unknown.
   * @throws AxisorError as `update`
   */
  async readPrices(minutes: readonly number[]): Promise<void> {
    const { rest, ledger, writer } = this.#deps
    await this.#asWriter(async () => {
      const known = new Set((await ledger.read('prices')).map(({ at }) => at))
      const missing = [...new Set(minutes)].filter(at => !known.has(at)).toSorted((a, b) => b - a)
      for (const at of missing.slice(0, MAX_PRICES)) {
        const query = { from: at, limit: 1, range: '1m', to: at + MINUTE_MS - 1 }
        const page = await rest.read('candles', decodeCandles, { query, priority: 'low' })
        const candle = page.items.find(({ openedAt }) => openedAt === at)
        await this.#renew()
        if (candle !== undefined)
          await ledger.commit({ rows: { prices: [{ at, closeUsd: candle.closeUsd }] }, writer })
      }
    })
  }

  async #updateRoutes(routes: readonly LedgerRoute[]): Promise<void> {
    for (const listing of LEDGER_LISTINGS) {
      if (!routes.includes(listing.route)) continue
      try {
        await syncRoute(listing, this.#routeDeps())
      } catch (error) {
        if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
        await this.#recordError(listing.route, error.message)
      }
    }
  }

  async #recordError(route: LedgerRoute, error: string): Promise<void> {
    const { ledger, writer } = this.#deps
    const states = await ledger.routes()
    const state = states.find(each => each.route === route) ?? unreadRoute(route)
    await ledger.commit({ rows: {}, route: { ...state, isWhole: false, error }, writer })
  }

  #routeDeps(): RouteSyncDeps {
    const { rest, ledger, writer, onProgress } = this.#deps
    return {
      rest,
      ledger,
      writer,
      beforeCommit: () => this.#renew(),
      onRows: rows => {
        this.#rows += rows
        onProgress?.({ rows: this.#rows, waits: false })
      },
    }
  }

  async #readState(): Promise<AccountState> {
    return this.#reader.read(dollarUnit(await this.#deps.ledger.read('swaps')))
  }

  /** Trades that were unfinished and are not any more, and that no listing has yet. */
  async #unlistedEnds({ unfinished }: AccountState): Promise<readonly TradeRow[]> {
    const trades = await this.#deps.ledger.read('trades')
    const ids = new Set(unfinished.map(({ id }) => id))
    return trades.filter(({ id, state }) => (state === 'running' || state === 'open') && !ids.has(id))
  }

  /** The exchange may select the rows of a period by the time of their creation. */
  async #readEnds(ended: readonly TradeRow[]): Promise<void> {
    const from = Math.min(...ended.map(({ createdAt }) => createdAt)) - HOUR_MS
    for (const listing of LEDGER_LISTINGS)
      if (listing.table === 'trades') await syncRoute(listing, this.#routeDeps(), from)
  }

  async #store(state: AccountState): Promise<void> {
    const { ledger, writer } = this.#deps
    const samples = await ledger.read('samples')
    const trades = await ledger.read('trades')
    const seenFrom = samples.at(-1)?.at ?? null
    const observations =
      seenFrom === null
        ? []
        : observedChanges({
            before: trades.filter(trade => trade.state === 'running'),
            seenFrom,
            after: state.unfinished,
            seenTo: state.at,
            funding: await ledger.read('funding', { from: seenFrom }),
          })
    await this.#renew()
    const rows = { trades: state.unfinished, samples: [sampleOf(state)], observations }
    await ledger.commit({ rows, replaces: 'unfinished-trades', writer })
    await ledger.thinSamples(state.at)
  }

  async #renew(): Promise<void> {
    const { ledger, clock, writer } = this.#deps
    await ledger.lease(writer, clock.toWall(clock.nowMs()), LEASE_MS)
  }

  /** Waits until no other process writes, then does the work. */
  async #asWriter<T>(work: () => Promise<T>): Promise<T> {
    const { ledger, clock, writer, onProgress } = this.#deps
    while (!(await ledger.lease(writer, clock.toWall(clock.nowMs()), LEASE_MS))) {
      onProgress?.({ rows: this.#rows, waits: true })
      await new Promise<void>(resolve => clock.after(LEASE_RETRY_MS, resolve))
    }
    try {
      return await work()
    } finally {
      await ledger.release(writer)
    }
  }
}

/**
 * Derives the value of one unit of synthetic dollars, 1 or 0.01, from the price of the swaps; null without a swap. A price in cents
 * would be above all prices in dollars.
 */
function dollarUnit(swaps: readonly SwapRow[]): number | null {
  const [swap] = swaps
  if (swap === undefined) return null
  const [sats, amount] =
    swap.inAsset === 'BTC' ? [swap.inAmount, swap.outAmount] : [swap.outAmount, swap.inAmount]
  if (sats === 0) return null
  return (amount * SATS_PER_BTC) / sats > MOST_DOLLARS_PER_BTC ? 0.01 : 1
}
