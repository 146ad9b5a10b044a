import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Credentials, Secret } from '../domain/secret.ts'

/** Parameters of the stream's `authenticate`. Unlike in the REST headers, the timestamp is a number. */
export interface StreamAuth {
  readonly key: string
  readonly signature: string
  readonly timestamp: number
  readonly passphrase: string
  readonly nonce: string
}

/** Signs requests. Timestamps are exchange time, in whole ms since 1970. */
export interface Signer {
  /** Returns the headers of one GET. `target` is the raw request target exactly as sent: path including `/v3`, and query. */
  restHeaders(timestampMs: number, target: string): Readonly<Record<string, string>>
  /** Returns the parameters of `authenticate`. `nonce` has 8 to 128 characters and must be unique. */
  streamAuth(timestampMs: number, nonce: string): StreamAuth
}

/** Returns the HMAC key: the secret's UTF-8 bytes, not decoded from base64. Wipes the temporary copy of the bytes. */
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

/** Returns the HMAC-SHA256 of `text` in standard base64 with padding: the signature of both REST v3 and Stream v1. */
export function signText(secret: Secret, text: string): string {
  return hmac(keyOf(secret), text)
}

/**
 * Opens a signer that keeps the secret as an opaque key object. REST signs `timestamp + "get" + target`, where the query keeps its
 * `?` and percent-encoding. The stream signs `timestamp + nonce`.
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
