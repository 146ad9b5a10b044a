import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AxisorError } from '../../../domain/error.ts'
import { isAcceptableCost, newSalt, SALT_BYTES, SCRYPT_R, type ScryptCost } from '../scrypt.ts'

const FORMAT = 'axisor-vault'
const VERSION = 1
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The plaintext header of a vault file. */
export interface VaultHeader {
  /** The id of the secret as text. */
  readonly ctx: string
  readonly cost: ScryptCost
  readonly salt: Buffer
  readonly nonce: Buffer
}

/** A vault file with a valid header, not decrypted yet. */
export interface SealedVault extends VaultHeader {
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/** Returns a header with a new salt and nonce. */
export function newHeader(ctx: string, cost: ScryptCost): VaultHeader {
  return { ctx, cost, salt: newSalt(), nonce: randomBytes(NONCE_BYTES) }
}

/** Associated data: every header field in a fixed order with a length prefix, so that none can be changed or shifted. */
function serializeHeader({ ctx, cost, salt, nonce }: VaultHeader): Buffer {
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

/** Encrypts a text and returns the content of the vault file. */
export function sealVault(header: VaultHeader, key: Uint8Array, text: string): string {
  const cipher = createCipheriv(CIPHER, key, header.nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(serializeHeader(header))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const { N, p } = header.cost
  const file = {
    format: FORMAT,
    v: VERSION,
    ctx: header.ctx,
    kdf: { name: 'scrypt', N, r: SCRYPT_R, p, salt: header.salt.toString('base64url') },
    cipher: CIPHER,
    nonce: header.nonce.toString('base64url'),
    ct: ciphertext.toString('base64url'),
    tag: cipher.getAuthTag().toString('base64url'),
  }
  return `${JSON.stringify(file, null, 1)}\n`
}

/** Decrypts a vault; null for a wrong key or a modified file, which are indistinguishable. */
export function openVault(vault: SealedVault, key: Uint8Array): string | null {
  try {
    const decipher = createDecipheriv(CIPHER, key, vault.nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(serializeHeader(vault))
    decipher.setAuthTag(vault.tag)
    return Buffer.concat([decipher.update(vault.ciphertext), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

/**
 * Parses a vault file and checks all that needs no passphrase. `path` is for messages.
 * @throws AxisorError `no-credentials` if it is damaged, of a newer version, of another profile, or its derivation cost is out of bounds
 */
export function parseVault(json: string, ctx: string, path: string): SealedVault {
  const fail = (why: string, hint: string): never => {
    throw new AxisorError('no-credentials', `the vault file ${path} ${why}`, { hint })
  }
  const damaged = (field: string): never =>
    fail(`is damaged: ${field}`, 'Restore a backup, or run axisor logout and axisor login for this profile.')
  const file = parseRecord(json) ?? damaged('it is not a JSON object')
  if (file.format !== FORMAT) damaged('unknown format')
  if (typeof file.v === 'number' && file.v > VERSION)
    fail('has a newer version', 'Update axisor, or run axisor logout and axisor login for this profile.')
  if (file.v !== VERSION) damaged('v is not a valid version')
  if (typeof file.ctx !== 'string') damaged('ctx is not a string')
  if (file.ctx !== ctx)
    fail('belongs to another profile', 'Restore its original name, and log in for this profile.')
  const kdf = recordOf(file.kdf) ?? damaged('kdf is not an object')
  if (kdf.name !== 'scrypt' || kdf.r !== SCRYPT_R) damaged('kdf is not supported')
  const cost = { N: Number(kdf.N), p: Number(kdf.p) }
  if (typeof kdf.N !== 'number' || typeof kdf.p !== 'number' || !isAcceptableCost(cost))
    damaged('kdf is out of bounds')
  if (file.cipher !== CIPHER) damaged('cipher is not supported')
  const bytes = (field: string, value: unknown, length: number | null): Buffer => {
    const found = bytesOf(value)
    if (found === null || (length !== null && found.length !== length))
      return damaged(`${field} is not valid base64url`)
    return found
  }
  return {
    ctx,
    cost,
    salt: bytes('kdf.salt', kdf.salt, SALT_BYTES),
    nonce: bytes('nonce', file.nonce, NONCE_BYTES),
    ciphertext: bytes('ct', file.ct, null),
    tag: bytes('tag', file.tag, TAG_BYTES),
  }
}

type Fields = Readonly<Record<string, unknown>>

function recordOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}

function parseRecord(json: string): Fields | null {
  try {
    return recordOf(JSON.parse(json))
  } catch {
    return null
  }
}

/** Decodes canonical base64url; null for anything else. */
function bytesOf(value: unknown): Buffer | null {
  if (typeof value !== 'string') return null
  const bytes = Buffer.from(value, 'base64url')
  return bytes.toString('base64url') === value ? bytes : null
}
