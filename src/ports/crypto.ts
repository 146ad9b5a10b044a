/** Encryption that shows whether anything was changed: AES-256-GCM with a fresh random nonce each time. */
export interface Crypto {
  /** 32 random bytes. */
  newKey(): Uint8Array
  /** base64url, without padding, of nonce (12 bytes), ciphertext and tag (16 bytes). `bound` is what the text belongs to; it is not kept in the result. */
  encrypt(key: Uint8Array, text: string, associatedData: string): string
  /** The text; null for another key, a change, or a text that was bound to something else: nobody can tell which. */
  decrypt(key: Uint8Array, sealed: string, associatedData: string): string | null
  /** SHA-256 of the UTF-8 bytes of a text, in lower-case hexadecimal. */
  sha256(text: string): string
  /** Compares in a time that does not depend on where the texts differ. */
  timingSafeEqual(a: string, b: string): boolean
}
