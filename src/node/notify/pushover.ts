import { isUrgent } from '../../domain/alerts/alert.ts'
import { truncate } from '../../domain/sanitize.ts'
import type { NoticeMessage, SendResult } from '../../ports/notifier.ts'
import { jsonFields, plainText, resultOf } from './http-result.ts'
import { splitSecret } from './secret-parts.ts'
import type { HttpAttempt } from './send-attempt.ts'
import { failed } from './send-result.ts'

const MAX_TITLE_LENGTH = 250
const MAX_MESSAGE_LENGTH = 1_024

/** From -1 (no sound) to 1 (ignores the quiet hours of the user). Priority 2 would repeat, which axisor does itself. */
function priorityOf({ event, level }: NoticeMessage): -1 | 0 | 1 {
  if (event !== 'resolved' && isUrgent(level)) return 1
  return level === 'info' ? -1 : 0
}

function descriptionOf(errors: unknown): string {
  return Array.isArray(errors) ? errors.filter(each => typeof each === 'string').join(', ') : ''
}

/**
 * Sends a message by the Message API. It replies `{"status":1}`; errors are
 * `{"status":0,"errors":["application token is invalid"]}`.
 */
export async function sendPushover(
  { message, secret, signal, http }: HttpAttempt,
  baseUrl: string,
): Promise<SendResult> {
  const [token, user] = splitSecret(secret)
  if (user === null) return failed('the secret has no user key after the application token')
  const form = new URLSearchParams({
    token,
    user,
    title: truncate(message.title, MAX_TITLE_LENGTH),
    // An empty message is rejected.
    message: truncate(message.text === '' ? message.title : message.text, MAX_MESSAGE_LENGTH),
    priority: String(priorityOf(message)),
    timestamp: String(Math.floor(message.at / 1_000)),
  })
  const reply = await http.request(
    {
      url: `${baseUrl}/1/messages.json`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    },
    signal,
  )
  const { status, errors } = jsonFields(reply.text)
  return resultOf(reply, { description: descriptionOf(errors) || plainText(reply), confirmed: status === 1 })
}
