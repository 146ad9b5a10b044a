import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AxisorError } from '../../../domain/error.ts'
import { isPayable, newSalt, SALT_BYTES, SCRYPT_R, type ScryptCost } from './scrypt.ts'

const FORMAT = 'axisor-vault'
const VERSION = 1
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** All that a vault file says in clear. */
export interface VaultHeader {
  /** Whose secret it is: the place as one text. */
  readonly ctx: string
  readonly cost: ScryptCost
  readonly salt: Buffer
  readonly nonce: Buffer
}

/** A vault file whose header is in order, not opened. */
export interface SealedVault extends VaultHeader {
  readonly hidden: Buffer
  readonly tag: Buffer
}

/** A header with a fresh salt and nonce. */
export function newHeader(ctx: string, cost: ScryptCost): VaultHeader {
  return { ctx, cost, salt: newSalt(), nonce: randomBytes(NONCE_BYTES) }
}

/** Every field of the header in a fixed order, each after its length, so that none can be changed or moved into its neighbour. */
function boundHeader({ ctx, cost, salt, nonce }: VaultHeader): Buffer {
  const fields = [FORMAT, VERSION, ctx, 'scrypt', cost.N, SCRYPT_R, cost.p, salt, CIPHER, nonce]
  return Buffer.concat(
    fields.flatMap(field => {
      const bytes = Buffer.isBuffer(field) ? field : Buffer.from(String(field), 'utf8')
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** The text of a vault file. */
export function sealVault(header: VaultHeader, key: Uint8Array, text: string): string {
  const cipher = createCipheriv(CIPHER, key, header.nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(boundHeader(header))
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const { N, p } = header.cost
  const file = {
    format: FORMAT,
    v: VERSION,
    ctx: header.ctx,
    kdf: { name: 'scrypt', N, r: SCRYPT_R, p, salt: header.salt.toString('base64url') },
    cipher: CIPHER,
    nonce: header.nonce.toString('base64url'),
    ct: hidden.toString('base64url'),
    tag: cipher.getAuthTag().toString('base64url'),
  }
  return `${JSON.stringify(file, null, 1)}\n`
}

/** The text in it; null for another key or for any change: nobody can tell which. */
export function openVault(vault: SealedVault, key: Uint8Array): string | null {
  try {
    const decipher = createDecipheriv(CIPHER, key, vault.nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(boundHeader(vault))
    decipher.setAuthTag(vault.tag)
    return Buffer.concat([decipher.update(vault.hidden), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

/**
 * Checks all that can be checked without the passphrase. `path` is for messages.
 * @throws AxisorError no-credentials, for what is no vault, of a newer version, of another place, or asks for too much or too little work
 */
export function readVault(json: string, ctx: string, path: string): SealedVault {
  const refuse = (why: string, hint: string): never => {
    throw new AxisorError('no-credentials', `the vault file ${path} ${why}`, { hint })
  }
  const damaged = (field: string): never =>
    refuse(
      `is damaged: ${field}`,
      'Put a copy of it back, or run axisor logout and axisor login for this profile.',
    )
  const file = objectIn(json) ?? damaged('it is not a JSON object')
  if (file.format !== FORMAT) damaged('format is not that of a vault')
  if (typeof file.v === 'number' && file.v > VERSION)
    refuse('is of a newer version', 'Update axisor, or log in again after axisor logout.')
  if (file.v !== VERSION) damaged('v is not a version')
  if (typeof file.ctx !== 'string') damaged('ctx is not text')
  if (file.ctx !== ctx)
    refuse('belongs to another profile', 'Move it back to its own name, and log in for this profile.')
  const kdf = objectOf(file.kdf) ?? damaged('kdf is not an object')
  if (kdf.name !== 'scrypt' || kdf.r !== SCRYPT_R) damaged('kdf is not one that axisor writes')
  const cost = { N: Number(kdf.N), p: Number(kdf.p) }
  if (typeof kdf.N !== 'number' || typeof kdf.p !== 'number' || !isPayable(cost))
    damaged('kdf is out of bounds')
  if (file.cipher !== CIPHER) damaged('cipher is not one that axisor writes')
  const bytes = (field: string, value: unknown, length: number | null): Buffer => {
    const found = bytesOf(value)
    if (found === null || (length !== null && found.length !== length))
      return damaged(`${field} is not bytes`)
    return found
  }
  return {
    ctx,
    cost,
    salt: bytes('kdf.salt', kdf.salt, SALT_BYTES),
    nonce: bytes('nonce', file.nonce, NONCE_BYTES),
    hidden: bytes('ct', file.ct, null),
    tag: bytes('tag', file.tag, TAG_BYTES),
  }
}

type Fields = Readonly<Record<string, unknown>>

function objectOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}

function objectIn(json: string): Fields | null {
  try {
    return objectOf(JSON.parse(json))
  } catch {
    return null
  }
}

/** Bytes as base64url, written in the one way that we write them. */
function bytesOf(value: unknown): Buffer | null {
  if (typeof value !== 'string') return null
  const bytes = Buffer.from(value, 'base64url')
  return bytes.toString('base64url') === value ? bytes : null
}
