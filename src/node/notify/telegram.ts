import type { NoticeMessage, SendResult } from '../../ports/notifier.ts'
import { jsonFields, plainText, resultOf, secondsToMs } from './http-result.ts'
import { messageText } from './message-text.ts'
import { splitSecret } from './secret-parts.ts'
import type { HttpAttempt } from './send-attempt.ts'
import { failed } from './send-result.ts'

/** Limit of `sendMessage`, in UTF-16 units. */
const MAX_TEXT_LENGTH = 4_096

/** A token as @BotFather issues it. Other characters would change the path of the request. */
const TOKEN = /^\d+:[\w-]+$/

function payload(chatId: string, message: NoticeMessage): string {
  // Without a parse mode the text is shown as it is.
  return JSON.stringify({ chat_id: chatId, text: messageText(message, MAX_TEXT_LENGTH) })
}

/**
 * Sends a message by the Bot API. Errors are
 * `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}`.
 */
export async function sendTelegram(
  chatId: string,
  { message, secret, signal, http }: HttpAttempt,
  baseUrl: string,
): Promise<SendResult> {
  const [token] = splitSecret(secret)
  if (!TOKEN.test(token)) return failed('the secret is not a bot token')
  const reply = await http.request(
    {
      url: `${baseUrl}/bot${token}/sendMessage`,
      headers: { 'content-type': 'application/json' },
      body: payload(chatId, message),
    },
    signal,
  )
  const { ok, description, parameters } = jsonFields(reply.text)
  const retryAfter: unknown = Reflect.get(Object(parameters), 'retry_after')
  return resultOf(reply, {
    description: typeof description === 'string' ? description : plainText(reply),
    afterMs: secondsToMs(retryAfter),
    confirmed: ok === true,
  })
}
