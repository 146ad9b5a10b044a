import type { SendResult } from '../../ports/notifier.ts'
import { hmacSha256 } from '../hmac.ts'
import { plainText, resultOf } from './http-result.ts'
import { splitSecret } from './secret-parts.ts'
import type { HttpAttempt } from './send-attempt.ts'
import { failed } from './send-result.ts'

/**
 * Returns the value of `axisor-signature`: `v1=` and the HMAC-SHA256 of `TIMESTAMP.BODY` in hexadecimal digits. The timestamp is signed,
 * so that a receiver can reject a request that is replayed later.
 */
export function webhookSignature(key: string, timestamp: string, body: string): string {
  return `v1=${Buffer.from(hmacSha256(key, `${timestamp}.${body}`), 'base64').toString('hex')}`
}

/** Posts the notice as JSON to a URL, signed with the key of the channel. Any status 2xx confirms it. */
export async function sendWebhook({ message, secret, signal, http }: HttpAttempt): Promise<SendResult> {
  const [url, key] = splitSecret(secret)
  if (key === null) return failed('the secret has no signing key after the URL')
  // The time of the attempt, not of the notice: a retried notice is not a replayed request.
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const headers = {
    'content-type': 'application/json',
    'axisor-notice-id': message.id,
    'axisor-timestamp': timestamp,
    'axisor-signature': webhookSignature(key, timestamp, message.document),
  }
  const reply = await http.request({ url, headers, body: message.document }, signal)
  return resultOf(reply, { description: plainText(reply), confirmed: true })
}
