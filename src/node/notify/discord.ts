import type { SendResult } from '../../ports/notifier.ts'
import { jsonFields, plainText, resultOf, secondsToMs } from './http-result.ts'
import { messageText } from './message-text.ts'
import { splitSecret } from './secret-parts.ts'
import type { HttpAttempt } from './send-attempt.ts'
import { failed } from './send-result.ts'

const MAX_CONTENT_LENGTH = 2_000

/** Characters of Discord's Markdown, links included. */
const MARKDOWN = /[\\*_~`|[\]<>]/g

/** Escapes after cutting, so that no escape is cut: the text gets shorter until its escaped form fits. */
function escapedText(text: (maxLength: number) => string): string {
  let maxLength = MAX_CONTENT_LENGTH
  for (;;) {
    const escaped = text(maxLength).replace(MARKDOWN, '\\$&')
    if (escaped.length <= MAX_CONTENT_LENGTH) return escaped
    // Each character that is removed shortens the result by two at most.
    maxLength -= Math.ceil((escaped.length - MAX_CONTENT_LENGTH) / 2)
  }
}

/**
 * Executes an incoming webhook. With `wait=true` Discord replies with the message that it has stored. Errors are
 * `{"message":"Unknown Webhook","code":10015}`, with status 429 also `retry_after` in seconds.
 */
export async function sendDiscord({ message, secret, signal, http }: HttpAttempt): Promise<SendResult> {
  const [webhook] = splitSecret(secret)
  if (!URL.canParse(webhook)) return failed('the URL is not valid')
  const url = new URL(webhook)
  url.searchParams.set('wait', 'true')
  const content = escapedText(maxLength => messageText(message, maxLength))
  // No text may notify the members of a channel by @everyone.
  const body = JSON.stringify({ content, allowed_mentions: { parse: [] } })
  const headers = { 'content-type': 'application/json' }
  const reply = await http.request({ url: url.href, headers, body }, signal)
  const fields = jsonFields(reply.text)
  return resultOf(reply, {
    description: typeof fields.message === 'string' ? fields.message : plainText(reply),
    afterMs: secondsToMs(fields.retry_after),
    confirmed: typeof fields.id === 'string',
  })
}
