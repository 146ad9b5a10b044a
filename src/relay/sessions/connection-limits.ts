import type { Grant } from '../auth/token-grant.ts'
import type { RelayLimits } from '../limits.ts'

/** How many connections are open: in all, and of each token, user and address. */
export class ConnectionLimits {
  readonly #limits: RelayLimits
  readonly #open = new Map<string, number>()
  #inAll = 0

  constructor(limits: RelayLimits) {
    this.#limits = limits
  }

  get inAll(): number {
    return this.#inAll
  }

  /** Counts one more; null if that is too many, else what counts it out again (once). */
  admit({ tokenId, userId }: Grant, address: string): (() => void) | null {
    const { perToken, perUser, perAddress, inAll } = this.#limits
    const wanted = [
      [`token ${tokenId}`, perToken],
      [`user ${userId}`, perUser],
      [`address ${address}`, perAddress],
    ] as const
    if (this.#inAll >= inAll) return null
    if (wanted.some(([key, most]) => (this.#open.get(key) ?? 0) >= most)) return null
    this.#inAll += 1
    for (const [key] of wanted) this.#open.set(key, (this.#open.get(key) ?? 0) + 1)
    let isOut = false
    return () => {
      if (isOut) return
      isOut = true
      this.#inAll -= 1
      for (const [key] of wanted) this.#countOut(key)
    }
  }

  #countOut(key: string): void {
    const left = (this.#open.get(key) ?? 0) - 1
    if (left > 0) this.#open.set(key, left)
    else this.#open.delete(key)
  }
}
