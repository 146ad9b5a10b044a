import type { Account, KeyPermissions, ReadPermission } from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import type { AccountSnapshot, Network } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Decoded } from '../../wire/decoded.ts'
import { decodeAccount, decodeSwaps } from '../../wire/lnm/rest-account.ts'
import { decodeCrossOpen, decodeCrossPosition } from '../../wire/lnm/rest-cross.ts'
import { decodeIsolatedOpen, decodeIsolatedRunning } from '../../wire/lnm/rest-isolated.ts'
import { decodeTicker } from '../../wire/lnm/rest-market.ts'
import { ROUTES, type RouteName } from '../../wire/lnm/routes.ts'
import { ForbiddenRoutes } from './forbidden-routes.ts'
import type { RestClient } from './rest-client.ts'
import { syntheticUnit } from './synthetic-usd.ts'

type Unit = Account['syntheticUsdUnit']

/** Interval between attempts to read past swaps. */
const SWAPS_RETRY_MS = 60_000

/** Reads account snapshots over REST, in six requests. */
export class SnapshotReader {
  readonly #rest: RestClient
  readonly #clock: Clock
  readonly #network: Network
  readonly #hasKey: boolean
  #key: KeyPermissions | null = null
  #simulated = false
  /** Routes that replied 403, and when they are requested again. */
  readonly forbidden = new ForbiddenRoutes()
  #unit: Unit
  /** Earliest time of the next read of swaps; infinity once they have been read. */
  #nextSwapsAt = 0

  constructor(rest: RestClient, clock: Clock, network: Network, hasKey: boolean, unit: Unit = null) {
    this.#rest = rest
    this.#clock = clock
    this.#network = network
    this.#hasKey = hasKey
    this.#unit = unit
    if (unit !== null) this.#nextSwapsAt = Number.POSITIVE_INFINITY
  }

  /** Sets the key's permissions for the snapshots. They decide nothing: every part is requested, and the replies count. */
  setPermissions(key: KeyPermissions): void {
    this.#key = key
  }

  /** Marks all further snapshots as simulated. */
  markSimulated(): void {
    this.#simulated = true
  }

  /** Returns false if there is no key for the route, and during the pause after its last 403. */
  mayAsk(name: RouteName): boolean {
    if (ROUTES[name].permission === null) return true
    return this.#hasKey && this.forbidden.mayAsk(name, this.#clock.nowMs())
  }

  /**
   * Reads a snapshot. A part that the exchange refuses with 403 is null and its permission is listed in `missing`.
   * @throws AxisorError if any other part can't be read: a partial snapshot must not look complete
   */
  async read(): Promise<AccountSnapshot> {
    const startedAt = this.#clock.nowMs()
    const missing = new Set<ReadPermission>()
    const [account, isolated, cross, isolatedOrders, crossOrders, ticker] = await Promise.all([
      this.#readPart('account', decodeAccount, missing),
      this.#readPart('isolatedRunning', decodeIsolatedRunning, missing),
      this.#readPart('crossPosition', decodeCrossPosition, missing),
      this.#readPart('isolatedOpen', decodeIsolatedOpen, missing),
      this.#readPart('crossOpen', decodeCrossOpen, missing),
      this.#readPart('ticker', decodeTicker, missing),
    ])
    const simulated = this.#simulated || this.#rest.simulated
    return {
      origin: simulated ? 'simulated' : 'exchange',
      network: simulated ? 'simulator' : this.#network,
      startedAt,
      endedAt: this.#clock.nowMs(),
      key: this.#key,
      missing: [...missing],
      ticker,
      account: account && { ...account, value: { ...account.value, syntheticUsdUnit: this.#unit } },
      isolated,
      isolatedOrders,
      cross,
      crossOrders,
    }
  }

  async #readPart<T>(
    name: RouteName,
    decode: (body: unknown) => Decoded<T>,
    missing: Set<ReadPermission>,
  ): Promise<Stamped<T> | null> {
    const { permission } = ROUTES[name]
    if (this.mayAsk(name)) {
      try {
        const value = await this.#rest.read(name, decode)
        this.forbidden.accepted(name)
        return { value, sourceAt: null, receivedAt: this.#clock.nowMs() }
      } catch (error) {
        if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
        this.forbidden.refused(name, this.#clock.nowMs())
      }
    }
    if (this.#hasKey && permission !== null) missing.add(permission)
    return null
  }

  /**
   * Returns the snapshot with the unit of its synthetic dollars, if it holds some and the unit can be derived from past swaps. Swaps are
   * read once, since the unit never changes; after a failure they are retried once a minute.
   */
  async withUnit(snapshot: AccountSnapshot): Promise<AccountSnapshot> {
    const { account, ticker } = snapshot
    const priceUsd = ticker?.value.lastPriceUsd ?? ticker?.value.indexUsd ?? null
    if (account === null || account.value.syntheticUsdBalance === 0 || priceUsd === null) return snapshot
    if (this.#clock.nowMs() >= this.#nextSwapsAt && this.mayAsk('swaps')) {
      this.#nextSwapsAt = this.#clock.nowMs() + SWAPS_RETRY_MS
      try {
        const page = await this.#rest.read('swaps', decodeSwaps, { query: { limit: 100 } })
        this.#unit = syntheticUnit(page.items, priceUsd)
        this.#nextSwapsAt = Number.POSITIVE_INFINITY
      } catch (error) {
        if (!(error instanceof AxisorError)) throw error
      }
    }
    return { ...snapshot, account: { ...account, value: { ...account.value, syntheticUsdUnit: this.#unit } } }
  }
}
