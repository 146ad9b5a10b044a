import { createHmac } from 'node:crypto'
import type { Hmac } from '../ports/hmac.ts'

/** Implements the `Hmac` port with `node:crypto`. */
export const hmacSha256: Hmac = (secret, text) =>
  createHmac('sha256', secret).update(text, 'utf8').digest('base64')
