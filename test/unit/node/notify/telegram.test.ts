import { describe, expect, test } from 'vitest'
import type { NoticeMessage } from '../../../../src/ports/notifier.ts'
import type { ReceivedRequest } from '../../../support/http-service.ts'
import { MESSAGE } from '../../../support/notifier-rig.ts'
import { attemptWith, type ServiceAttempt } from '../../../support/service-attempt.ts'

const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'

function errorReply(code: number, description: string, parameters?: object) {
  return {
    status: code,
    body: { ok: false, error_code: code, description, ...(parameters && { parameters }) },
  }
}

/** `sendMessage` as documented in core.telegram.org/bots/api. */
function botApi({ method, target, headers, body }: ReceivedRequest) {
  if (target !== `/bot${TOKEN}/sendMessage` || method !== 'POST') return errorReply(404, 'Not Found')
  if (headers['content-type'] !== 'application/json')
    return errorReply(400, 'Bad Request: message text is empty')
  const { chat_id: chatId, text, ...rest } = JSON.parse(body) as Record<string, unknown>
  if (chatId !== '-1001234567890') return errorReply(400, 'Bad Request: chat not found')
  if (typeof text !== 'string' || text === '') return errorReply(400, 'Bad Request: message text is empty')
  if (text.length > 4_096) return errorReply(400, 'Bad Request: message is too long')
  // With a parse mode, unescaped text would be an error or markup.
  if ('parse_mode' in rest) return errorReply(400, "Bad Request: can't parse entities")
  return { status: 200, body: { ok: true, result: { message_id: 4, date: 1_790_000_000, text } } }
}

function send({
  reply = botApi,
  message = {},
  secret = TOKEN,
  chatId = '-1001234567890',
}: {
  reply?: ServiceAttempt['reply']
  message?: Partial<NoticeMessage>
  secret?: string
  chatId?: string
} = {}) {
  return attemptWith({ settings: { type: 'telegram', chatId }, secret: () => secret, reply, message })
}

describe('Telegram', () => {
  test('sends title and text to the chat', async () => {
    const { result, requests } = await send()
    expect(result).toEqual({ kind: 'delivered' })
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ text: `${MESSAGE.title}\n${MESSAGE.text}` })
  })

  test('cuts a long text', async () => {
    const { result, requests } = await send({ message: { text: '😀'.repeat(3_000) } })
    expect(result).toEqual({ kind: 'delivered' })
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ text: expect.stringMatching(/😀…$/u) })
  })

  test('retries as late as the service requests', async () => {
    const limited = errorReply(429, 'Too Many Requests: retry after 5', { retry_after: 5 })
    const { result, host } = await send({ reply: () => limited })
    const why = `${host} replied 429: Too Many Requests: retry after 5`
    expect(result).toEqual({ kind: 'retry', afterMs: 5_000, why })
  })

  test.each([
    [400, 'Bad Request: chat not found'],
    [401, 'Unauthorized'],
    [403, 'Forbidden: bot was blocked by the user'],
  ])('fails with the description of an error %i', async (code, description) => {
    const { result, host } = await send({ reply: () => errorReply(code, description) })
    expect(result).toEqual({ kind: 'failed', why: `${host} replied ${code}: ${description}` })
  })

  test('retries after an error of the server, and after a reply that confirms nothing', async () => {
    const broken = await send({ reply: () => ({ status: 502, body: '<html>Bad Gateway</html>' }) })
    expect(broken.result).toEqual({ kind: 'retry', afterMs: null, why: `${broken.host} replied 502` })
    const portal = await send({ reply: () => ({ status: 200, body: '{"ok":"maybe"}' }) })
    expect(portal.result).toMatchObject({ kind: 'retry', why: expect.stringContaining('without confirming') })
  })

  test('masks the token in a reply that quotes it', async () => {
    const { result } = await send({
      reply: ({ target }) => errorReply(404, `no ${target}, ${TOKEN}!`),
    })
    expect(JSON.stringify(result)).not.toContain(TOKEN.slice(10))
  })

  test('rejects a malformed token without a request', async () => {
    const { result, requests } = await send({ secret: '1:../../x?' })
    expect(result).toEqual({ kind: 'failed', why: 'the secret is not a bot token' })
    expect(requests).toEqual([])
  })
})
