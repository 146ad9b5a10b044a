import type { SendResult } from '../../ports/notifier.ts'
import { jsonFields, plainText, resultOf } from './http-result.ts'
import { messageText } from './message-text.ts'
import { splitSecret } from './secret-parts.ts'
import type { HttpAttempt } from './send-attempt.ts'

/** Slack recommends at most 4,000 characters; it counts them after escaping. */
const MAX_TEXT_LENGTH = 3_000

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * Posts to an incoming webhook. Slack replies `ok`, or an error as plain text: `invalid_token` or `action_prohibited` with status 403,
 * `no_service` with 404, `channel_is_archived` with 410. Compatible services reply `{"ok":true}`.
 */
export async function sendSlack({ message, secret, signal, http }: HttpAttempt): Promise<SendResult> {
  const [url] = splitSecret(secret)
  const text = messageText(message, MAX_TEXT_LENGTH).replace(/[&<>]/g, found => ENTITIES[found] ?? found)
  const body = JSON.stringify({ text, mrkdwn: false })
  const reply = await http.request({ url, headers: { 'content-type': 'application/json' }, body }, signal)
  const description = plainText(reply)
  return resultOf(reply, {
    description,
    confirmed: description === 'ok' || jsonFields(reply.text).ok === true,
  })
}
