import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Credentials, Secret } from '../domain/secret.ts'

/** The parameters of the stream's `authenticate`; the timestamp is a number here, unlike in the REST headers. */
export interface StreamAuth {
  readonly key: string
  readonly signature: string
  readonly timestamp: number
  readonly passphrase: string
  readonly nonce: string
}

/** Proves to the exchange who asks. Timestamps are the exchange's time, in whole ms since 1970. */
export interface Signer {
  /** Headers for one GET of `target`, which must be the raw request target, path with `/v3` and query, exactly as sent. */
  restHeaders(timestampMs: number, target: string): Readonly<Record<string, string>>
  /** `nonce`: 8 to 128 characters, never used before. */
  streamAuth(timestampMs: number, nonce: string): StreamAuth
}

/** The secret's UTF-8 bytes are the key (it is not base64). Our copy of the bytes is wiped; what stays is opaque. */
function keyOf(secret: Secret): KeyObject {
  const bytes = Buffer.from(secret.reveal(), 'utf8')
  try {
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

function hmac(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64')
}

/** HMAC-SHA256 of `text`, standard base64 with padding: the signature of both REST v3 and Stream v1. */
export function signText(secret: Secret, text: string): string {
  return hmac(keyOf(secret), text)
}

/**
 * Holds the secret as a key object from now on. REST signs `timestamp + "get" + target` (the query keeps its `?` and its
 * percent-encoding), the stream signs `timestamp + nonce`.
 */
export function openSigner(credentials: Credentials): Signer {
  const key = keyOf(credentials.secret)
  return {
    restHeaders: (timestampMs, target) => ({
      'lnm-access-key': credentials.key,
      'lnm-access-passphrase': credentials.passphrase.reveal(),
      'lnm-access-timestamp': String(timestampMs),
      'lnm-access-signature': hmac(key, `${timestampMs}get${target}`),
    }),
    streamAuth: (timestampMs, nonce) => ({
      key: credentials.key,
      signature: hmac(key, `${timestampMs}${nonce}`),
      timestamp: timestampMs,
      passphrase: credentials.passphrase.reveal(),
      nonce,
    }),
  }
}
