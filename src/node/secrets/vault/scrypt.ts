import { randomBytes, scrypt } from 'node:crypto'

/** What a derivation costs. r is 8, always. */
export interface ScryptCost {
  readonly N: number
  readonly p: number
}

/** About 0.4 s and 128 MiB. */
export const DEFAULT_COST: ScryptCost = { N: 2 ** 17, p: 1 }

/** The block size, in all that axisor writes and reads. */
export const SCRYPT_R = 8

export const SALT_BYTES = 16

const MIN_N = 2 ** 15
const MAX_N = 2 ** 20
const MAX_P = 4
const KEY_BYTES = 32

/** Whether a cost is one that we would pay: foreign bytes must not say how much memory we take, nor weaken what we write. */
export function isPayable({ N, p }: ScryptCost): boolean {
  const isPower = Number.isInteger(N) && Number.isInteger(Math.log2(N))
  return isPower && N >= MIN_N && N <= MAX_N && Number.isInteger(p) && p >= 1 && p <= MAX_P
}

/** A salt that was never used before. */
export function newSalt(): Buffer {
  return randomBytes(SALT_BYTES)
}

/** Derives 32 bytes beside the event loop. The cost must be payable. */
export function deriveKey(passphrase: string, salt: Uint8Array, { N, p }: ScryptCost): Promise<Buffer> {
  // What OpenSSL counts, and a little more; Node's own limit is far below it.
  const maxmem = 128 * SCRYPT_R * (N + p + 2) + 1024 * 1024
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, { N, r: SCRYPT_R, p, maxmem }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
