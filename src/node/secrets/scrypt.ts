import { randomBytes, scrypt } from 'node:crypto'

/** Cost of a key derivation. r is always 8. */
export interface ScryptCost {
  readonly N: number
  readonly p: number
}

/** About 0.4 s and 128 MiB. */
export const DEFAULT_COST: ScryptCost = { N: 2 ** 17, p: 1 }

/** Block size of every derivation. */
export const SCRYPT_R = 8

export const SALT_BYTES = 16

const MIN_N = 2 ** 15
const MAX_N = 2 ** 20
const MAX_P = 4
const KEY_BYTES = 32

/** True if a cost is within bounds: file content must neither exhaust the memory nor weaken the encryption. */
export function isAcceptableCost({ N, p }: ScryptCost): boolean {
  const isPower = Number.isInteger(N) && Number.isInteger(Math.log2(N))
  return isPower && N >= MIN_N && N <= MAX_N && Number.isInteger(p) && p >= 1 && p <= MAX_P
}

/** Returns a random salt. */
export function newSalt(): Buffer {
  return randomBytes(SALT_BYTES)
}

/** Derives a key of 32 bytes off the event loop. The cost must be acceptable. */
export function deriveKey(passphrase: string, salt: Uint8Array, { N, p }: ScryptCost): Promise<Buffer> {
  // The memory that OpenSSL requires plus a margin; Node's default limit is far lower.
  const maxmem = 128 * SCRYPT_R * (N + p + 2) + 1024 * 1024
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, { N, r: SCRYPT_R, p, maxmem }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
