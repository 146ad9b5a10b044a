import { createHash } from 'node:crypto'
import type { Level } from '../../domain/alerts/alert.ts'
import { truncate } from '../../domain/sanitize.ts'
import type { NoticeMessage, SendResult } from '../../ports/notifier.ts'
import { jsonFields, plainText, resultOf } from './http-result.ts'
import { splitSecret } from './secret-parts.ts'
import type { HttpAttempt } from './send-attempt.ts'
import { failed } from './send-result.ts'

/** ntfy turns a longer message into an attachment. */
const MAX_MESSAGE_BYTES = 4_096

/** Priorities of ntfy, from 1 (min) to 5 (max). */
const PRIORITIES: Readonly<Record<Level, number>> = { info: 2, watch: 3, warn: 4, critical: 5, liquidated: 5 }

/** Tags that ntfy shows as an emoji before the title. */
const TAGS: Readonly<Record<Level, string>> = {
  info: 'information_source',
  watch: 'eyes',
  warn: 'warning',
  critical: 'rotating_light',
  liquidated: 'skull',
}

function fitting(text: string): string {
  let fit = truncate(text, MAX_MESSAGE_BYTES)
  while (Buffer.byteLength(fit) > MAX_MESSAGE_BYTES) fit = truncate(fit, fit.length - 64)
  return fit
}

/**
 * Returns the sequence id of a notice. From version 2.16 on ntfy replaces a notification by a later one with the same sequence id, so that a
 * repeat after a crash adds none; earlier versions ignore it. It has at most 64 letters, digits, dashes and underscores.
 */
function sequenceId(noticeId: string): string {
  return createHash('sha256').update(noticeId).digest('hex').slice(0, 32)
}

function payload(topic: string, { id, event, level, title, text }: NoticeMessage): object {
  const isOver = event === 'resolved'
  return {
    topic,
    title,
    message: fitting(text),
    priority: isOver ? Math.min(PRIORITIES[level], PRIORITIES.watch) : PRIORITIES[level],
    sequence_id: sequenceId(id),
    tags: [isOver ? 'white_check_mark' : TAGS[level]],
  }
}

/**
 * Publishes to a topic of ntfy as JSON, which is posted to the root of the server: titles outside ASCII have no place in headers.
 * Errors are `{"code":40301,"http":403,"error":"forbidden"}`.
 */
export async function sendNtfy({ message, secret, signal, http }: HttpAttempt): Promise<SendResult> {
  const [topicUrl, token] = splitSecret(secret)
  if (!URL.canParse(topicUrl)) return failed('the URL is not valid')
  const url = new URL(topicUrl)
  const path = url.pathname.replace(/\/$/, '').split('/')
  const topic = path.pop() ?? ''
  url.pathname = `${path.join('/')}/`
  if (topic === '') return failed('the URL names no topic')
  const headers = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }
  const body = JSON.stringify(payload(topic, message))
  const reply = await http.request({ url: url.href, headers, body }, signal)
  const { id, error } = jsonFields(reply.text)
  return resultOf(reply, {
    description: typeof error === 'string' ? error : plainText(reply),
    confirmed: typeof id === 'string',
  })
}
