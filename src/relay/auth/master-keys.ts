import type { Crypto } from '../../ports/crypto.ts'

const KEY_BYTES = 32

/** A key that seals accounts. Its id is derived from it and reveals nothing about it. */
export interface MasterKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** All keys that open accounts; the first one seals. There is more than one only during a rotation. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]]

/** What an operator can do about records whose master key is missing. */
export const MISSING_KEY_HINT =
  'Nothing was changed. Restore the previous master key; if it is lost, run axisor relay credentials forget.'

function keyOf(bytes: Uint8Array, crypto: Crypto): MasterKey {
  const id = crypto.sha256(`axisor relay master key ${Buffer.from(bytes).toString('hex')}`).slice(0, 16)
  return { id, bytes }
}

/** Generates a master key. */
export function newMasterKey(crypto: Crypto): MasterKey {
  return keyOf(crypto.newKey(), crypto)
}

function bytesOf(line: string): Uint8Array | null {
  if (/^[0-9a-f]{64}$/i.test(line)) return Buffer.from(line, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(line)) return null
  const bytes = Buffer.from(line, 'base64')
  return bytes.length === KEY_BYTES ? bytes : null
}

/**
 * Parses keys, one per line, each 32 bytes in hexadecimal or base64. Returns null if a line is not a key, or if there
 * is none.
 */
export function readMasterKeys(text: string, crypto: Crypto): MasterKeys | null {
  const lines = text.split('\n').map(line => line.trim())
  const keys: MasterKey[] = []
  for (const line of lines.filter(each => each !== '')) {
    const bytes = bytesOf(line)
    if (bytes === null) return null
    keys.push(keyOf(bytes, crypto))
  }
  const [first, ...others] = keys
  return first === undefined ? null : [first, ...others]
}

/** Returns the text of the keys. It must be stored readable by its owner only. */
export function writeMasterKeys(keys: MasterKeys): string {
  return keys.map(({ bytes }) => `${Buffer.from(bytes).toString('hex')}\n`).join('')
}
