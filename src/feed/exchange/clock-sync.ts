import { AxisorError } from '../../domain/error.ts'
import type { RateLimit } from '../../wire/lnm/frame.ts'
import type { SessionHost } from '../connection/protocol.ts'
import type { StreamHandshake } from './handshake.ts'
import type { RestClient } from './rest-client.ts'

/** Measures the exchange's clock for one session and publishes it. */
export class ClockSync {
  readonly #rest: RestClient
  readonly #handshake: StreamHandshake
  readonly #host: SessionHost

  constructor(rest: RestClient, handshake: StreamHandshake, host: SessionHost) {
    this.#rest = rest
    this.#handshake = handshake
    this.#host = host
  }

  /** Measures over the stream, and publishes the socket's rate limit with the result. Without a stream reply it measures over HTTP. */
  async run(rateLimit: () => RateLimit | null): Promise<void> {
    const result = await this.#handshake.syncClock()
    if (result === null) return void this.#runOverHttp()
    if (typeof result !== 'number') return this.#host.fault(result)
    const { offsetMs } = this.#rest.exchangeClock
    this.#host.updateInfo({ rttMs: result, clockOffsetMs: offsetMs, rateLimit: rateLimit() })
  }

  /** For a stream that cannot measure the clock. After a failure the clock stays as it is. */
  async #runOverHttp(): Promise<void> {
    try {
      await this.#rest.syncClock()
      this.#host.updateInfo({ clockOffsetMs: this.#rest.exchangeClock.offsetMs })
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
    }
  }
}
