import { AxisorError } from '../../domain/error.ts'
import type { RateLimit } from '../../wire/lnm/frame.ts'
import type { SessionHost } from '../connection/protocol.ts'
import type { StreamHandshake } from './handshake.ts'
import type { RestClient } from './rest-client.ts'

/** Measures the exchange's clock over the stream, or over REST if the stream can't, and publishes the result. */
export class ClockSync {
  readonly #handshake: StreamHandshake
  readonly #rest: RestClient
  readonly #host: SessionHost

  constructor(handshake: StreamHandshake, rest: RestClient, host: SessionHost) {
    this.#handshake = handshake
    this.#rest = rest
    this.#host = host
  }

  /** Resolves after the reply of the stream. `rateLimit` returns the socket's rate limit from the last reply. */
  async run(rateLimit: () => RateLimit | null): Promise<void> {
    const result = await this.#handshake.syncClock()
    if (result === null) return void this.#runOverHttp()
    if (typeof result !== 'number') return this.#host.fault(result)
    const { offsetMs } = this.#rest.exchangeClock
    this.#host.updateInfo({ rttMs: result, clockOffsetMs: offsetMs, rateLimit: rateLimit() })
  }

  /** After a failure the clock stays as it is. */
  async #runOverHttp(): Promise<void> {
    try {
      await this.#rest.syncClock()
      this.#host.updateInfo({ clockOffsetMs: this.#rest.exchangeClock.offsetMs })
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
    }
  }
}
