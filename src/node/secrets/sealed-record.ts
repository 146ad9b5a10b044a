import type { Crypto } from '../../ports/crypto.ts'
import { isAcceptableCost, SALT_BYTES, type ScryptCost } from './scrypt.ts'

/** Prefix of every keychain record written by axisor. */
const PREFIX = 'axr1'

/** Parameters by which the key of a record is derived from a passphrase. */
export interface Derivation {
  readonly salt: Buffer
  readonly cost: ScryptCost
}

/** A parsed record: sealed with the key file (`derivation` is null) or with the vault passphrase. */
export interface SealedRecord {
  readonly sealed: string
  readonly derivation: Derivation | null
}

function derivationText({ salt, cost }: Derivation): string {
  return `scrypt.${cost.N}.${cost.p}.${salt.toString('base64url')}`
}

/** The data that the ciphertext is bound to: the id of the secret and the derivation, if any. */
function associatedDataOf(associatedData: string, derivation: Derivation | null): string {
  return derivation === null ? associatedData : `${derivationText(derivation)}|${associatedData}`
}

/**
 * Encrypts a text as `axr1.…`, or `axr1.scrypt.N.p.salt.…` if the key is derived from a passphrase. About 300 characters for an
 * exchange key.
 */
export function sealRecord(
  crypto: Crypto,
  key: Uint8Array,
  text: string,
  associatedData: string,
  derivation: Derivation | null = null,
): string {
  const sealed = crypto.encrypt(key, text, associatedDataOf(associatedData, derivation))
  const parts = derivation === null ? [PREFIX, sealed] : [PREFIX, derivationText(derivation), sealed]
  return parts.join('.')
}

/** Parses a record; null if it is not one of axisor's or its derivation cost is out of bounds. */
export function readRecord(record: string): SealedRecord | null {
  const parts = record.split('.')
  const [prefix, second = ''] = parts
  if (prefix !== PREFIX) return null
  if (parts.length === 2) return { sealed: second, derivation: null }
  const [, name, n, p, saltText = '', sealed = ''] = parts
  if (parts.length !== 6 || name !== 'scrypt') return null
  const cost = { N: Number(n), p: Number(p) }
  const salt = Buffer.from(saltText, 'base64url')
  return isAcceptableCost(cost) && salt.length === SALT_BYTES ? { sealed, derivation: { salt, cost } } : null
}

/** Decrypts a record; null for a wrong key, a modified record, or one of another secret. */
export function openRecord(
  crypto: Crypto,
  key: Uint8Array,
  record: SealedRecord,
  associatedData: string,
): string | null {
  return crypto.decrypt(key, record.sealed, associatedDataOf(associatedData, record.derivation))
}
