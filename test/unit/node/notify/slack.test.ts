import { describe, expect, test } from 'vitest'
import type { NoticeMessage } from '../../../../src/ports/notifier.ts'
import type { ReceivedRequest } from '../../../support/http-service.ts'
import { attemptWith, type ServiceAttempt } from '../../../support/service-attempt.ts'

const PATH = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'

/** Incoming webhooks as documented in docs.slack.dev/messaging/sending-messages-using-incoming-webhooks. */
function slack({ method, target, headers, body }: ReceivedRequest) {
  if (target !== PATH) return { status: 404, body: 'no_service' }
  if (method !== 'POST' || !headers['content-type']?.startsWith('application/json')) {
    return { status: 400, body: 'invalid_payload' }
  }
  const { text } = JSON.parse(body) as Record<string, unknown>
  if (typeof text !== 'string' || text === '') return { status: 400, body: 'no_text' }
  // Only the three entities may follow an ampersand; angle brackets start links and mentions.
  if (/[<>]|&(?!(amp|lt|gt);)/.test(text)) return { status: 400, body: 'invalid_payload' }
  return { status: 200, body: 'ok' }
}

const send = (
  reply: ServiceAttempt['reply'] = slack,
  message: Partial<NoticeMessage> = {},
  path: string = PATH,
) => attemptWith({ settings: { type: 'slack' }, secret: origin => `${origin}${path}`, reply, message })

describe('Slack', () => {
  test('posts the message with its three special characters escaped', async () => {
    const { result, requests } = await send(slack, { title: 'P&L < 0', text: '<!channel> &amp;' })
    expect(result).toEqual({ kind: 'delivered' })
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      text: 'P&amp;L &lt; 0\n&lt;!channel&gt; &amp;amp;',
      mrkdwn: false,
    })
  })

  test.each([
    [400, 'invalid_payload', 'failed'],
    [403, 'invalid_token', 'failed'],
    [403, 'action_prohibited', 'failed'],
    [404, 'no_service', 'failed'],
    [410, 'channel_is_archived', 'failed'],
    [500, 'rollup_error', 'retry'],
  ])('maps the error %i %s to %s', async (status, body, kind) => {
    const { result, host } = await send(() => ({ status, body }))
    expect(result).toMatchObject({ kind, why: `${host} replied ${status}: ${body}` })
  })

  test('retries after a 429 as late as the service requests', async () => {
    const { result } = await send(() => ({ status: 429, headers: { 'retry-after': '30' }, body: '' }))
    expect(result).toMatchObject({ kind: 'retry', afterMs: 30_000 })
  })

  test('accepts the confirmation of a compatible service, and no other text', async () => {
    expect((await send(() => ({ status: 200, body: { ok: true } }))).result).toEqual({ kind: 'delivered' })
    expect((await send(() => ({ status: 200, body: 'welcome' }))).result).toMatchObject({ kind: 'retry' })
  })

  test('fails for a deleted webhook without naming it', async () => {
    const { result, host } = await send(slack, {}, '/services/T0/B0/gone')
    expect(result).toEqual({ kind: 'failed', why: `${host} replied 404: no_service` })
  })
})
