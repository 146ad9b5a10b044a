import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Policy } from '../policy.ts'

/** Schedules snapshot refreshes on a live connection. One refresh runs at a time; requests close together share one. */
export class RefreshScheduler {
  readonly #clock: Clock
  readonly #random: Random
  readonly #policy: Policy
  /** Reads a snapshot; returns false if it failed. */
  readonly #read: () => Promise<boolean>
  /** When a route that was refused may be requested again, our clock; null if there is none to wait for. */
  readonly #retryAt: () => number | null
  readonly #timer: DeadlineTimer
  #reading = false
  /** A refresh was requested while one was running, which may have missed the change. */
  #requested = false
  #failures = 0
  #started = false

  constructor(
    world: { readonly clock: Clock; readonly random: Random },
    policy: Policy,
    read: () => Promise<boolean>,
    retryAt: () => number | null = () => null,
  ) {
    this.#clock = world.clock
    this.#timer = new DeadlineTimer(world.clock, () => void this.#run())
    this.#random = world.random
    this.#policy = policy
    this.#read = read
    this.#retryAt = retryAt
  }

  /** Starts periodic refreshes, after the first snapshot. */
  start(): void {
    this.#started = true
    this.#schedule(this.#requested ? this.#policy.refreshBatchMs : this.#policy.refreshEveryMs)
  }

  /** Requests a refresh after a partial message. */
  soon(): void {
    if (this.#reading || !this.#started) this.#requested = true
    else this.#schedule(this.#policy.refreshBatchMs)
  }

  /** Requests a refresh without delay, for the user. */
  now(): void {
    if (this.#reading) this.#requested = true
    else if (this.#started) this.#schedule(0)
  }

  /** Stops refreshing. */
  stop(): void {
    this.#timer.close()
  }

  #schedule(delayMs: number): void {
    this.#timer.armBy(this.#clock.nowMs() + delayMs)
  }

  async #run(): Promise<void> {
    this.#reading = true
    this.#requested = false
    const isOk = await this.#read()
    this.#reading = false
    this.#failures = isOk ? 0 : this.#failures + 1
    this.#schedule(isOk && this.#requested ? this.#policy.refreshBatchMs : this.#pauseMs())
  }

  /** Delay of the next refresh: not later than the next request of a refused route. */
  #pauseMs(): number {
    const retryAt = this.#retryAt()
    const usualMs = this.#usualPauseMs()
    if (retryAt === null) return usualMs
    return Math.min(usualMs, Math.max(this.#policy.refreshBatchMs, retryAt - this.#clock.nowMs()))
  }

  /** After failures: about 1 s, doubling up to half the usual interval. */
  #usualPauseMs(): number {
    const { refreshEveryMs, retryBaseMs } = this.#policy
    if (this.#failures === 0) return refreshEveryMs
    const limit = retryBaseMs * 2 ** Math.min(this.#failures - 1, 10)
    return Math.floor(Math.min(refreshEveryMs / 2, limit) * (0.5 + this.#random.float() / 2))
  }
}
