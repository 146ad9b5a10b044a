import type { Crypto } from '../../ports/crypto.ts'

const KEY_BYTES = 32

/** A key that seals accounts. Its id is made from it and tells nothing about it. */
export interface MasterKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** All keys that open something, the one that seals first. There are two or more only while a rotation lasts. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]]

function keyOf(bytes: Uint8Array, crypto: Crypto): MasterKey {
  const id = crypto.sha256(`axisor relay master key ${Buffer.from(bytes).toString('hex')}`).slice(0, 16)
  return { id, bytes }
}

/** A key that nobody had before. */
export function newMasterKey(crypto: Crypto): MasterKey {
  return keyOf(crypto.newKey(), crypto)
}

function bytesOf(line: string): Uint8Array | null {
  if (/^[0-9a-f]{64}$/i.test(line)) return Buffer.from(line, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(line)) return null
  const bytes = Buffer.from(line, 'base64')
  return bytes.length === KEY_BYTES ? bytes : null
}

/** Reads keys, one a line, each 32 bytes in hexadecimal or base64; null when that is not what the text is. */
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

/** The text that holds the keys. Where it goes must be for one user's eyes only. */
export function writeMasterKeys(keys: MasterKeys): string {
  return keys.map(({ bytes }) => `${Buffer.from(bytes).toString('hex')}\n`).join('')
}
