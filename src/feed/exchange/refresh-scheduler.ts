import type { Cancel, Chance, Clock } from '../../ports/clock.ts'
import type { Policy } from '../policy.ts'

/** Decides when the picture is read again on a live link. One reading at a time; wishes that come close together share one. */
export class Rereads {
  readonly #clock: Clock
  readonly #chance: Chance
  readonly #policy: Policy
  /** Reads; answers whether it went well. */
  readonly #read: () => Promise<boolean>
  #cancel: Cancel | null = null
  #nextAt = Number.POSITIVE_INFINITY
  #reading = false
  /** Something happened that the reading under way may not have seen. */
  #wished = false
  #failures = 0
  #begun = false
  #ended = false

  constructor(
    world: { readonly clock: Clock; readonly chance: Chance },
    policy: Policy,
    read: () => Promise<boolean>,
  ) {
    this.#clock = world.clock
    this.#chance = world.chance
    this.#policy = policy
    this.#read = read
  }

  /** The first picture is there: from now on it is read again and again. */
  begin(): void {
    this.#begun = true
    this.#plan(this.#wished ? this.#policy.rereadJoinMs : this.#policy.rereadEveryMs)
  }

  /** Something happened whose message does not say everything. */
  soon(): void {
    if (this.#reading || !this.#begun) this.#wished = true
    else this.#plan(this.#policy.rereadJoinMs)
  }

  /** Somebody asked for it. */
  now(): void {
    if (this.#reading) this.#wished = true
    else if (this.#begun) this.#plan(0)
  }

  /** No more readings. */
  end(): void {
    this.#ended = true
    this.#cancel?.()
  }

  #plan(delayMs: number): void {
    const at = this.#clock.nowMs() + delayMs
    if (this.#ended || at >= this.#nextAt) return
    this.#cancel?.()
    this.#nextAt = at
    this.#cancel = this.#clock.after(delayMs, () => void this.#run())
  }

  async #run(): Promise<void> {
    this.#nextAt = Number.POSITIVE_INFINITY
    this.#reading = true
    this.#wished = false
    const well = await this.#read()
    this.#reading = false
    this.#failures = well ? 0 : this.#failures + 1
    this.#plan(well && this.#wished ? this.#policy.rereadJoinMs : this.#pauseMs())
  }

  /** After failures the pause grows from about a second, up to half the usual one. */
  #pauseMs(): number {
    const { rereadEveryMs, retryBaseMs } = this.#policy
    if (this.#failures === 0) return rereadEveryMs
    const limit = retryBaseMs * 2 ** Math.min(this.#failures - 1, 10)
    return Math.floor(Math.min(rereadEveryMs / 2, limit) * (0.5 + this.#chance.fraction() / 2))
  }
}
