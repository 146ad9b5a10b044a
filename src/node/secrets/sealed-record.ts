import type { Crypto } from '../../ports/crypto.ts'
import { isPayable, SALT_BYTES, type ScryptCost } from './vault/scrypt.ts'

/** Begins every record in the keychain: what does not was not written by axisor. */
const PREFIX = 'axr1'

/** How the key of a record comes from a passphrase. */
export interface Derivation {
  readonly salt: Buffer
  readonly cost: ScryptCost
}

/** A record as it was found: sealed with the key file (`derivation` null), or with the passphrase of the vault. */
export interface SealedRecord {
  readonly sealed: string
  readonly derivation: Derivation | null
}

function derivationText({ salt, cost }: Derivation): string {
  return `scrypt.${cost.N}.${cost.p}.${salt.toString('base64url')}`
}

/** What the record can't be moved away from: its place and, where there is one, how its key is derived. */
function boundText(place: string, derivation: Derivation | null): string {
  return derivation === null ? place : `${derivationText(derivation)}|${place}`
}

/** `axr1.…`, or `axr1.scrypt.N.p.salt.…` for a key that comes from a passphrase. About 300 characters for an exchange's key. */
export function sealRecord(
  crypto: Crypto,
  key: Uint8Array,
  text: string,
  place: string,
  derivation: Derivation | null = null,
): string {
  const sealed = crypto.encrypt(key, text, boundText(place, derivation))
  const parts = derivation === null ? [PREFIX, sealed] : [PREFIX, derivationText(derivation), sealed]
  return parts.join('.')
}

/** Null for what is no record of axisor, or asks for a derivation that we would not pay for. */
export function readRecord(record: string): SealedRecord | null {
  const parts = record.split('.')
  const [prefix, second = ''] = parts
  if (prefix !== PREFIX) return null
  if (parts.length === 2) return { sealed: second, derivation: null }
  const [, name, n, p, saltText = '', sealed = ''] = parts
  if (parts.length !== 6 || name !== 'scrypt') return null
  const cost = { N: Number(n), p: Number(p) }
  const salt = Buffer.from(saltText, 'base64url')
  return isPayable(cost) && salt.length === SALT_BYTES ? { sealed, derivation: { salt, cost } } : null
}

/** The text; null for another key, a change, or another place. */
export function openRecord(
  crypto: Crypto,
  key: Uint8Array,
  record: SealedRecord,
  place: string,
): string | null {
  return crypto.decrypt(key, record.sealed, boundText(place, record.derivation))
}
