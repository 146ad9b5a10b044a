import { DeadlineTimer } from '../../domain/deadline-timer.ts'
import type { Clock, Random } from '../../ports/clock.ts'
import type { Policy } from '../policy.ts'

/** Decides when the picture is read again on a live link. One reading at a time; wishes that come close together share one. */
export class RefreshScheduler {
  readonly #clock: Clock
  readonly #random: Random
  readonly #policy: Policy
  /** Reads; answers whether it went well. */
  readonly #read: () => Promise<boolean>
  readonly #timer: DeadlineTimer
  #reading = false
  /** Something happened that the reading under way may not have seen. */
  #requested = false
  #failures = 0
  #begun = false

  constructor(
    world: { readonly clock: Clock; readonly random: Random },
    policy: Policy,
    read: () => Promise<boolean>,
  ) {
    this.#clock = world.clock
    this.#timer = new DeadlineTimer(world.clock, () => void this.#run())
    this.#random = world.random
    this.#policy = policy
    this.#read = read
  }

  /** The first picture is there: from now on it is read again and again. */
  begin(): void {
    this.#begun = true
    this.#schedule(this.#requested ? this.#policy.refreshJoinMs : this.#policy.refreshEveryMs)
  }

  /** Something happened whose message does not say everything. */
  soon(): void {
    if (this.#reading || !this.#begun) this.#requested = true
    else this.#schedule(this.#policy.refreshJoinMs)
  }

  /** Somebody asked for it. */
  now(): void {
    if (this.#reading) this.#requested = true
    else if (this.#begun) this.#schedule(0)
  }

  /** No more readings. */
  end(): void {
    this.#timer.close()
  }

  #schedule(delayMs: number): void {
    this.#timer.armBy(this.#clock.nowMs() + delayMs)
  }

  async #run(): Promise<void> {
    this.#reading = true
    this.#requested = false
    const well = await this.#read()
    this.#reading = false
    this.#failures = well ? 0 : this.#failures + 1
    this.#schedule(well && this.#requested ? this.#policy.refreshJoinMs : this.#pauseMs())
  }

  /** After failures the pause grows from about a second, up to half the usual one. */
  #pauseMs(): number {
    const { refreshEveryMs: rereadEveryMs, retryBaseMs } = this.#policy
    if (this.#failures === 0) return rereadEveryMs
    const limit = retryBaseMs * 2 ** Math.min(this.#failures - 1, 10)
    return Math.floor(Math.min(rereadEveryMs / 2, limit) * (0.5 + this.#random.float() / 2))
  }
}
