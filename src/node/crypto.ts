import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hash,
  randomBytes,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto'
import type { Crypto } from '../ports/crypto.ts'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}

/** Implements the `Crypto` port with AES-256-GCM from `node:crypto`. */
export function openCrypto(): Crypto {
  return {
    newKey: () => randomBytes(KEY_BYTES),
    encrypt(key, text, associatedData) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(associatedData, 'utf8'))
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url')
    },
    decrypt(key, sealed, associatedData) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
      try {
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
        decipher.setAAD(Buffer.from(associatedData, 'utf8'))
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
        const ciphertext = bytes.subarray(NONCE_BYTES, -TAG_BYTES)
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
    sha256: text => hash('sha256', text, 'hex'),
    certificateEnd(pem) {
      try {
        return new X509Certificate(pem).validToDate.getTime()
      } catch {
        return null
      }
    },
    // The comparison requires equal lengths, which digests have.
    timingSafeEqual: (a, b) => timingSafeEqual(digest(a), digest(b)),
  }
}
