import { WINDOW_MS } from './request-signature.ts'

/** Nonces used per key, kept for as long as a signature with them would still be accepted. */
export interface Nonces {
  /** Records the nonce. Returns false if the key has already used it. */
  use(key: string, nonce: string, nowMs: number): boolean
}

/** Opens an empty set. All sockets share one set, so that a replay on another socket is rejected too. */
export function openNonces(): Nonces {
  const usedAt = new Map<string, number>()
  return {
    use(key, nonce, nowMs) {
      for (const [name, at] of usedAt) {
        if (nowMs - at <= 2 * WINDOW_MS) break
        usedAt.delete(name)
      }
      const name = `${key}/${nonce}`
      if (usedAt.has(name)) return false
      usedAt.set(name, nowMs)
      return true
    },
  }
}
