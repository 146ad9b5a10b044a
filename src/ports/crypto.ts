/** Authenticated encryption (AES-256-GCM with a random nonce), hashing and comparison. */
export interface Crypto {
  /** 32 random bytes. */
  newKey(): Uint8Array
  /**
   * Returns nonce (12 bytes), ciphertext and tag (16 bytes) as base64url without padding. `associatedData` is authenticated, but not
   * part of the result.
   */
  encrypt(key: Uint8Array, text: string, associatedData: string): string
  /** Returns the text, or null if the key, the ciphertext or the associated data does not match. */
  decrypt(key: Uint8Array, sealed: string, associatedData: string): string | null
  /** SHA-256 of the UTF-8 bytes of a text, as lower-case hexadecimal. */
  sha256(text: string): string
  /** Returns when the first certificate in a PEM text ends, ms since 1970; null if it can't be read. */
  certificateEnd(pem: string): number | null
  /** Compares two texts in constant time. */
  timingSafeEqual(a: string, b: string): boolean
}
