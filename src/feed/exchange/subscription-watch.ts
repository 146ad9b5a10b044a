import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import { isPriceTopic } from '../../wire/lnm/topics.ts'
import type { ExchangeClock } from './exchange-clock.ts'

/** A message older than this on arrival, by the measured clock, does not show that a subscription works. */
const MAX_MESSAGE_AGE_MS = 30_000

/** Dependencies of a watch. */
export interface SubscriptionWatchDeps {
  readonly clock: Clock
  readonly exchangeClock: ExchangeClock
  /** Host of the stream, for messages. */
  readonly host: string
  /** As in the policy, in ms. */
  readonly topicSilenceMs: number
}

/** Callbacks of the session. */
export interface SubscriptionWatchCallbacks {
  /** Called when the price topics become silent, with the time since then (our clock), and with null when they send. */
  silentSince(at: number | null): void
  /** The price topics are silent: subscribe again. */
  resubscribe(): void
  /** They are still silent: replace the socket. */
  replace(error: AxisorError): void
}

/**
 * Watches that the price topics send current data. They tick every few seconds on a working subscription. A server may lose subscriptions
 * and still answer pings, and a gateway may replay old messages: the socket alone shows neither.
 */
export class SubscriptionWatch {
  readonly #deps: SubscriptionWatchDeps
  readonly #callbacks: SubscriptionWatchCallbacks
  readonly #timer: DeadlineTimer
  #lastAt = 0
  /** Null until the first message on this socket: the socket before it may have been silent. */
  #silent: boolean | null = null

  constructor(deps: SubscriptionWatchDeps, callbacks: SubscriptionWatchCallbacks) {
    this.#deps = deps
    this.#callbacks = callbacks
    this.#timer = new DeadlineTimer(deps.clock, () => this.#onDue())
  }

  /** Starts watching, when the connection is live. */
  start(): void {
    this.#lastAt = this.#deps.clock.nowMs()
    this.#timer.armBy(this.#lastAt + this.#deps.topicSilenceMs)
  }

  /**
   * Records a message that arrived `at`, our clock. `sourceAt` is the exchange's time of sending, its clock; null if the message has none.
   */
  received(topic: string, sourceAt: number | null, at: number): void {
    if (!isPriceTopic(topic) || this.#isOld(sourceAt, at)) return
    this.#lastAt = at
    if (this.#silent === false) return
    this.#silent = false
    this.#callbacks.silentSince(null)
  }

  /** Stops watching for good. */
  stop(): void {
    this.#timer.close()
  }

  /** An unmeasured clock proves nothing: replacing sockets because our own clock is wrong would help nothing. */
  #isOld(sourceAt: number | null, at: number): boolean {
    const { offsetMs } = this.#deps.exchangeClock
    return sourceAt !== null && offsetMs !== null && at + offsetMs - sourceAt > MAX_MESSAGE_AGE_MS
  }

  #onDue(): void {
    const { clock, host, topicSilenceMs } = this.#deps
    const silentMs = clock.nowMs() - this.#lastAt
    if (silentMs < topicSilenceMs) this.#timer.armBy(this.#lastAt + topicSilenceMs)
    else if (this.#silent !== true) {
      this.#silent = true
      this.#timer.armBy(clock.nowMs() + topicSilenceMs)
      this.#callbacks.silentSince(this.#lastAt)
      this.#callbacks.resubscribe()
    } else {
      const seconds = Math.round(silentMs / 1000)
      const message = `${host} sent no current prices for ${seconds} s on an open connection`
      this.#callbacks.replace(
        new AxisorError('silence', message, {
          hint: 'The exchange may have lost the subscriptions; axisor reconnects automatically.',
        }),
      )
    }
  }
}
