import type { Grant } from '../auth/token-grant.ts'
import type { LimitName } from '../limit-log.ts'
import type { RelayLimits } from '../limits.ts'

/** The counters of a connection: of its token, its user and its address. */
function keysOf({ tokenId, userId }: Grant, address: string): readonly [string, string, string] {
  return [`token ${tokenId}`, `user ${userId}`, `address ${address}`]
}

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

  /** Adds a connection. Returns null, or the limit that is reached. */
  admit(grant: Grant, address: string): LimitName | null {
    const { perToken, perUser, perAddress, total } = this.#limits
    if (this.#total >= total) return 'all'
    const [token, user, client] = keysOf(grant, address)
    if (this.#opened(token) >= perToken) return 'token'
    if (this.#opened(user) >= perUser) return 'user'
    if (this.#opened(client) >= perAddress) return 'address'
    this.#total += 1
    for (const key of [token, user, client]) this.#open.set(key, this.#opened(key) + 1)
    return null
  }

  /** Removes an admitted connection. */
  release(grant: Grant, address: string): void {
    this.#total -= 1
    for (const key of keysOf(grant, address)) {
      const left = this.#opened(key) - 1
      if (left > 0) this.#open.set(key, left)
      else this.#open.delete(key)
    }
  }

  #opened(key: string): number {
    return this.#open.get(key) ?? 0
  }
}
