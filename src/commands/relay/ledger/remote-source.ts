import { AxisorError } from '../../../domain/error.ts'
import type { RequestOptions } from '../../../feed/exchange/rest-client.ts'
import type { DecodeBody } from '../../../feed/exchange/shared-replies.ts'
import type { LedgerSource } from '../../../feed/ledger/ledger-source.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { LedgerReads } from '../../../ports/ledger-worker.ts'
import { ROUTES, type RouteName } from '../../../wire/lnm/routes.ts'
import { faultLine, parseJson } from '../../../wire/validate.ts'

/** Reads the exchange through another thread, which has the key and the rate limits, and decodes on this one. */
export class RemoteSource implements LedgerSource {
  readonly exchangeClock: { nowMs(): number }
  readonly #reads: LedgerReads
  readonly #clock: Clock
  #offsetMs: number | null = null

  constructor(reads: LedgerReads, clock: Clock) {
    this.#reads = reads
    this.#clock = clock
    this.exchangeClock = {
      nowMs: () => {
        const now = clock.nowMs()
        return this.#offsetMs === null ? clock.toWall(now) : now + this.#offsetMs
      },
    }
  }

  /** The exchange's clock minus ours, in ms; null before the first reply. */
  get offsetMs(): number | null {
    return this.#offsetMs
  }

  async read<T>(name: RouteName, decode: DecodeBody<T>, { query }: RequestOptions = {}): Promise<T> {
    const { body, exchangeNowMs } = await this.#reads.read(name, query)
    this.#offsetMs = exchangeNowMs - this.#clock.nowMs()
    const parsed = parseJson(body, ROUTES[name].label)
    const result = parsed.ok ? decode(parsed.value, body) : parsed
    if (result.ok) return result.value
    throw new AxisorError('unreadable', faultLine(result.fault), {
      hint: 'The exchange may have changed its format: update axisor.',
    })
  }
}
