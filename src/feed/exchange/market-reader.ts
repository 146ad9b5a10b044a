import type { AccountSnapshot, Network } from '../../domain/snapshot.ts'
import type { Clock } from '../../ports/clock.ts'
import { decodeTicker } from '../../wire/lnm/rest-market.ts'
import type { RestClient } from './rest-client.ts'

/** Reads the market alone, while the exchange refuses the key. The last known parts of the account are kept with their times. */
export class MarketReader {
  readonly #rest: RestClient
  readonly #clock: Clock
  readonly #network: Network
  #last: AccountSnapshot | null = null

  constructor(rest: RestClient, clock: Clock, network: Network) {
    this.#rest = rest
    this.#clock = clock
    this.#network = network
  }

  /** Keeps a complete snapshot, and returns it. */
  remember(snapshot: AccountSnapshot): AccountSnapshot {
    this.#last = snapshot
    return snapshot
  }

  /**
   * Returns the last snapshot with a fresh ticker; its own times do not change. Without one, every part of the account is null.
   * @throws AxisorError if the ticker can't be read
   */
  async read(): Promise<AccountSnapshot> {
    const startedAt = this.#clock.nowMs()
    const value = await this.#rest.read('ticker', decodeTicker)
    const ticker = { value, sourceAt: null, receivedAt: this.#clock.nowMs() }
    if (this.#last !== null) return { ...this.#last, ticker }
    return {
      origin: this.#rest.simulated ? 'simulated' : 'exchange',
      network: this.#rest.simulated ? 'simulator' : this.#network,
      startedAt,
      endedAt: ticker.receivedAt,
      key: null,
      missing: [],
      ticker,
      account: null,
      isolated: null,
      isolatedOrders: null,
      cross: null,
      crossOrders: null,
    }
  }
}
