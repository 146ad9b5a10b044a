import { AxisorError } from '../../domain/error.ts'
import { type AccountState, hasSameFunds, sampleOf } from '../../ledger/account-state.ts'
import { LEDGER_ROUTES, type LedgerRoute, unreadRoute } from '../../ledger/coverage.ts'
import { observedChanges } from '../../ledger/observations.ts'
import type { StatedCross } from '../../ledger/realized-cross.ts'
import type { LedgerRows, TradeRow } from '../../ledger/rows.ts'
import { dollarUnit } from '../../ledger/swap-book.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { AccountReader } from './account-reader.ts'
import { LEDGER_LISTINGS } from './ledger-listings.ts'
import type { LedgerSource } from './ledger-source.ts'
import { readPrices } from './minute-prices.ts'
import { type RouteSyncDeps, syncRoute } from './route-sync.ts'
import { readStatedCross } from './stated-cross.ts'
import { WriterLease } from './writer-lease.ts'

/** The account may change while its history is read; then what changed is read again. */
const ATTEMPTS = 5
const CROSS_ATTEMPTS = 2
const CROSS_CHANGES: StatedCross = {
  unknown: 'the cross position changes while its fills are read; try again',
}
const HOUR_MS = 3_600_000

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

/** What `updateCross` has read. */
export interface CrossUpdate {
  /** The cross account to which the fills of the ledger add up. */
  readonly cross: StatedCross
  /** Why listings could not be read. */
  readonly failures: ReadonlyMap<LedgerRoute, string>
}

/** Fills a ledger from the exchange. */
export class LedgerSync {
  readonly #deps: LedgerSyncDeps
  readonly #reader: AccountReader
  readonly #lease: WriterLease
  #rows = 0

  constructor(deps: LedgerSyncDeps) {
    this.#deps = deps
    this.#reader = new AccountReader(deps.rest)
    const { ledger, clock, writer, onProgress } = deps
    this.#lease = new WriterLease(ledger, clock, writer, () =>
      onProgress?.({ rows: this.#rows, waits: true }),
    )
  }

  /**
   * Reads what is new in some listings. A listing that the key may not read is recorded as such.
   * @throws AxisorError if another can't be read or stored
   */
  async update(routes: readonly LedgerRoute[]): Promise<void> {
    await this.#lease.during(() => this.#updateRoutes(routes))
  }

  /**
   * Reads what is new in some listings, and the cross account that belongs to its fills. `optional` listings may fail.
   * @throws AxisorError as `update`
   */
  async updateCross(routes: readonly LedgerRoute[], optional: readonly LedgerRoute[]): Promise<CrossUpdate> {
    const { rest } = this.#deps
    return this.#lease.during(async () => {
      let before = await readStatedCross(rest)
      for (let attempt = 1; ; attempt += 1) {
        await this.#updateRoutes(routes)
        const failures = await this.#tryRoutes(optional)
        const cross = await readStatedCross(rest)
        if (JSON.stringify(before) === JSON.stringify(cross)) return { cross, failures }
        if (attempt === CROSS_ATTEMPTS) return { cross: CROSS_CHANGES, failures }
        before = cross
      }
    })
  }

  /**
   * Reads what is new in all listings, and the funds of the account that belong to it: nothing changed while they were read. Stores a
   * sample of the funds.
   * @throws AxisorError as `update`; unavailable, if the account keeps changing
   */
  async settle(): Promise<AccountState> {
    return this.#lease.during(async () => {
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
   * Stores rows that no listing of the exchange has: canceled cross orders as a stream showed them, and notices.
   * @throws AxisorError if they can't be stored
   */
  async keep(rows: Pick<LedgerRows, 'canceledOrders' | 'notices'>): Promise<void> {
    const { ledger, writer } = this.#deps
    await this.#lease.during(() => ledger.commit({ rows, writer }))
  }

  /** Reads prices of minutes, as `readPrices`. @throws AxisorError as `update` */
  async readPrices(minutes: readonly number[]): Promise<void> {
    await this.#lease.during(() => readPrices(minutes, { ...this.#deps, lease: this.#lease }))
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

  async #tryRoutes(routes: readonly LedgerRoute[]): Promise<ReadonlyMap<LedgerRoute, string>> {
    const failures = new Map<LedgerRoute, string>()
    for (const route of routes) {
      try {
        await this.#updateRoutes([route])
      } catch (error) {
        if (!(error instanceof AxisorError)) throw error
        failures.set(route, error.message)
      }
    }
    return failures
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
      beforeCommit: async () => {
        await this.#lease.renew()
      },
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
    await this.#lease.renew()
    const rows = { trades: state.unfinished, samples: [sampleOf(state)], observations }
    await ledger.commit({ rows, replaces: 'unfinished-trades', writer })
    await ledger.thinSamples(state.at)
  }
}
