import { randomBytes } from 'node:crypto'
import type { Random } from '../ports/clock.ts'

/** Real chance; `hex` is good enough for a nonce, `fraction` for jitter only. */
export function openRandom(): Random {
  return {
    float: () => Math.random(),
    hex: bytes => randomBytes(bytes).toString('hex'),
  }
}
