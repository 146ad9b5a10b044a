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
import type { RestClient } from './rest-client.ts'
import { syntheticUnit } from './synthetic-usd.ts'

type Unit = Account['syntheticUsdUnit']

/** Between two tries to read the past swaps. */
const SWAPS_PAUSE_MS = 60_000

/** A 403 to a key of which the exchange has said that it may read this: something in between refuses, and may soon let us pass. */
function blockedUpstream(error: AxisorError): AxisorError {
  return new AxisorError('unavailable', error.message, {
    cause: error,
    hint: 'The key may read this, so a firewall or the exchange itself refuses for now; axisor tries again by itself.',
  })
}

/** Reads the whole picture over REST: six requests. */
export class SnapshotReader {
  readonly #rest: RestClient
  readonly #clock: Clock
  readonly #network: Network
  readonly #hasKey: boolean
  #key: KeyPermissions | null = null
  #simulated = false
  /** Routes that answered 403 while the rights of the key were unknown; not asked again with this key, as repeated refusals may get the address banned. */
  readonly #forbidden = new Set<RouteName>()
  #unit: Unit
  /** Swaps are not asked for again before this; for good once they were answered. */
  #nextSwapsAt = 0

  constructor(rest: RestClient, clock: Clock, network: Network, hasKey: boolean, unit: Unit = null) {
    this.#rest = rest
    this.#clock = clock
    this.#network = network
    this.#hasKey = hasKey
    this.#unit = unit
    if (unit !== null) this.#nextSwapsAt = Number.POSITIVE_INFINITY
  }

  /** What the key may do, as the exchange has just said: parts that it may not read are not asked for. */
  setPermissions(key: KeyPermissions): void {
    this.#key = key
    this.#forbidden.clear()
  }

  /** The other side has said that it is a simulation. */
  markSimulated(): void {
    this.#simulated = true
  }

  /** True when the key may, for all we know, read this. */
  canRead(name: RouteName): boolean {
    const { permission: needs } = ROUTES[name]
    if (needs === null) return true
    if (!this.#hasKey || this.#forbidden.has(name)) return false
    return this.#key === null || this.#key.permissions.includes(needs)
  }

  /**
   * The picture as the exchange gives it now. A part that the key may not read is null and named in `missing`.
   * @throws AxisorError when any other part could not be read: half a picture is never passed off as a whole one
   */
  async read(): Promise<AccountSnapshot> {
    const startedAt = this.#clock.nowMs()
    const missing = new Set<ReadPermission>()
    const [account, isolated, cross, isolatedOrders, crossOrders, ticker] = await Promise.all([
      this.#part('account', decodeAccount, missing),
      this.#part('isolatedRunning', decodeIsolatedRunning, missing),
      this.#part('crossPosition', decodeCrossPosition, missing),
      this.#part('isolatedOpen', decodeIsolatedOpen, missing),
      this.#part('crossOpen', decodeCrossOpen, missing),
      this.#part('ticker', decodeTicker, missing),
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

  async #part<T>(
    name: RouteName,
    decode: (body: unknown) => Decoded<T>,
    missing: Set<ReadPermission>,
  ): Promise<Stamped<T> | null> {
    const { permission: needs } = ROUTES[name]
    if (this.canRead(name)) {
      try {
        const value = await this.#rest.read(name, decode)
        return { value, sourceAt: null, receivedAt: this.#clock.nowMs() }
      } catch (error) {
        if (!(error instanceof AxisorError) || error.code !== 'missing-permission') throw error
        if (this.#key !== null) throw blockedUpstream(error)
        this.#forbidden.add(name)
      }
    }
    if (this.#hasKey && needs !== null) missing.add(needs)
    return null
  }

  /**
   * The picture with the unit of its synthetic dollars, if it holds some and the unit can be worked out. The exchange is asked
   * once: a unit does not change, and without swaps there is nothing to learn it from. Until they could be read, once a minute.
   */
  async withUnit(snapshot: AccountSnapshot): Promise<AccountSnapshot> {
    const { account, ticker } = snapshot
    const priceUsd = ticker?.value.lastPriceUsd ?? ticker?.value.indexUsd ?? null
    if (account === null || account.value.syntheticUsdBalance === 0 || priceUsd === null) return snapshot
    if (this.#clock.nowMs() >= this.#nextSwapsAt && this.canRead('swaps')) {
      this.#nextSwapsAt = this.#clock.nowMs() + SWAPS_PAUSE_MS
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
