import type { Grant } from '../auth/token-grant.ts'
import type { LimitName } from '../limit-log.ts'
import type { RelayLimits } from '../limits.ts'

/** Counts open connections in total and per token, user and address. */
export class ConnectionLimits {
  readonly #limits: RelayLimits
  readonly #open = new Map<string, number>()
  #total = 0

  constructor(limits: RelayLimits) {
    this.#limits = limits
  }

  get total(): number {
    return this.#total
  }

  /** Adds a connection. Returns a function that removes it (idempotent), or the limit that is reached. */
  admit({ tokenId, userId }: Grant, address: string): (() => void) | LimitName {
    const { perToken, perUser, perAddress, total } = this.#limits
    const counters = [
      [`token ${tokenId}`, perToken, 'token'],
      [`user ${userId}`, perUser, 'user'],
      [`address ${address}`, perAddress, 'address'],
    ] as const
    if (this.#total >= total) return 'all'
    const reached = counters.find(([key, max]) => (this.#open.get(key) ?? 0) >= max)
    if (reached !== undefined) return reached[2]
    this.#total += 1
    for (const [key] of counters) this.#open.set(key, (this.#open.get(key) ?? 0) + 1)
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#total -= 1
      for (const [key] of counters) this.#release(key)
    }
  }

  #release(key: string): void {
    const left = (this.#open.get(key) ?? 0) - 1
    if (left > 0) this.#open.set(key, left)
    else this.#open.delete(key)
  }
}
