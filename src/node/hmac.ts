import { createHmac } from 'node:crypto'
import type { Hmac } from '../ports/hmac.ts'

/** The `Hmac` port, by Node's own cryptography. */
export const hmacSha256: Hmac = (secret, text) =>
  createHmac('sha256', secret).update(text, 'utf8').digest('base64')
