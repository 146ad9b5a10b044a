import { WINDOW_MS } from './request-signature.ts'

/** Remembers the nonces of each key for as long as a signature with them could be accepted again. */
export interface Nonces {
  /** False when the key has used the nonce before. */
  use(key: string, nonce: string, nowMs: number): boolean
}

/** No nonce is known at first. One set serves all sockets, so that a replay on another one is refused too. */
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
