import { randomBytes } from 'node:crypto'
import type { Chance } from '../ports/clock.ts'

/** Real chance; `hex` is good enough for a nonce, `fraction` for jitter only. */
export function openChance(): Chance {
  return {
    fraction: () => Math.random(),
    hex: bytes => randomBytes(bytes).toString('hex'),
  }
}
