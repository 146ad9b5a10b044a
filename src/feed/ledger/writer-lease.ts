import type { Clock, Random } from '../../ports/clock.ts'
import type { Ledger } from '../../ports/ledger.ts'

/** A writer that is killed blocks others for this long. Each commit renews the lease. */
const LEASE_MS = 10_000
const RETRY_MS = 250

/** Random part of a writer's name. */
const WRITER_BYTES = 6

/** Returns a name for the writer of a ledger that no other process has. */
export function newWriter(random: Random): string {
  return random.hex(WRITER_BYTES)
}

/** The right of one process to write a ledger. */
export class WriterLease {
  readonly #ledger: Ledger
  readonly #clock: Clock
  readonly #writer: string
  readonly #onWait: () => void

  /** `writer` is unique per process. `onWait` is called while another process writes. */
  constructor(ledger: Ledger, clock: Clock, writer: string, onWait: () => void) {
    this.#ledger = ledger
    this.#clock = clock
    this.#writer = writer
    this.#onWait = onWait
  }

  /** Extends the lease. Without effect if another process has taken over: its next commit fails. */
  async renew(): Promise<boolean> {
    return this.#ledger.lease(this.#writer, this.#clock.toWall(this.#clock.nowMs()), LEASE_MS)
  }

  /** Does the work unless another process writes. Returns false then. */
  async tryDuring(work: () => Promise<void>): Promise<boolean> {
    if (!(await this.renew())) return false
    await this.#thenRelease(work)
    return true
  }

  /** Waits until no other process writes, then does the work. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    while (!(await this.renew())) {
      this.#onWait()
      await new Promise<void>(resolve => this.#clock.after(RETRY_MS, resolve))
    }
    return this.#thenRelease(work)
  }

  async #thenRelease<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      await this.#ledger.release(this.#writer)
    }
  }
}
