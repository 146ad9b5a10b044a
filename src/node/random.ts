import { randomBytes } from 'node:crypto'
import type { Random } from '../ports/clock.ts'

/** Random numbers of the system: `hex` is cryptographically secure, `float` is for jitter only. */
export function openRandom(): Random {
  return {
    float: () => Math.random(),
    hex: bytes => randomBytes(bytes).toString('hex'),
  }
}
