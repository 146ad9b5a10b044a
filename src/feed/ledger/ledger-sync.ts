import { AxisorError } from '../../domain/error.ts'
import { type AccountState, hasSameFunds } from '../../ledger/account-state.ts'
import { LEDGER_ROUTES, type LedgerRoute, routeState } from '../../ledger/coverage.ts'
import type { StatedCross } from '../../ledger/realized-cross.ts'
import type { LedgerRows, TradeRow } from '../../ledger/rows.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { FundsSampler } from './funds-sampler.ts'
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
  /** Called before each page is stored, for other work on the ledger. */
  betweenPages?(): Promise<void>
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
  readonly #funds: FundsSampler
  readonly #lease: WriterLease
  #rows = 0

  constructor(deps: LedgerSyncDeps) {
    this.#deps = deps
    this.#funds = new FundsSampler(deps.rest, deps.ledger, deps.writer)
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
      let before = await this.#funds.read()
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        await this.#updateRoutes(LEDGER_ROUTES)
        const after = await this.#funds.read()
        const ended = await this.#funds.unlistedEnds(after)
        if (hasSameFunds(before, after) && ended.length === 0) {
          await this.#lease.renew()
          await this.#funds.store(after)
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
   * Stores a sample of the funds; of the listings it reads only how trades have ended. Returns false, and stores none, if the funds change
   * meanwhile, or the end of a trade is not listed yet.
   * @throws AxisorError as `update`
   */
  async sample(): Promise<boolean> {
    return this.#lease.during(async () => {
      const state = await this.#funds.readSettled()
      if (state === null) return false
      const ended = await this.#funds.unlistedEnds(state)
      if (ended.length > 0) await this.#readEnds(ended)
      if (ended.length > 0 && (await this.#funds.unlistedEnds(state)).length > 0) return false
      await this.#lease.renew()
      await this.#funds.store(state)
      return true
    })
  }

  /**
   * Stores rows that no listing of the exchange has: canceled cross orders as a stream showed them, and notices.
   * @throws AxisorError if they can't be stored
   */
  async keep(rows: Pick<LedgerRows, 'samples' | 'canceledOrders' | 'notices'>): Promise<void> {
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
    const state = routeState(states, route)
    await ledger.commit({ rows: {}, route: { ...state, isWhole: false, error }, writer })
  }

  #routeDeps(): RouteSyncDeps {
    const { rest, ledger, writer, onProgress, betweenPages } = this.#deps
    return {
      rest,
      ledger,
      writer,
      beforeCommit: async () => {
        await betweenPages?.()
        await this.#lease.renew()
      },
      onRows: rows => {
        this.#rows += rows
        onProgress?.({ rows: this.#rows, waits: false })
      },
    }
  }

  /** The exchange may select the rows of a period by the time of their creation. */
  async #readEnds(ended: readonly TradeRow[]): Promise<void> {
    const from = Math.min(...ended.map(({ createdAt }) => createdAt)) - HOUR_MS
    for (const listing of LEDGER_LISTINGS)
      if (listing.table === 'trades') await syncRoute(listing, this.#routeDeps(), from)
  }
}
