import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NoticeMessage } from '../../../../src/ports/notifier.ts'
import type { ReceivedRequest } from '../../../support/http-service.ts'
import { attemptWith, type ServiceAttempt } from '../../../support/service-attempt.ts'

const PATH =
  '/api/webhooks/223704706495545344/3d89bb7572e0fb30d8128367b3b1b44fecd1726de135cbe28a41f8b2f777c372'

/** Execute Webhook as documented in docs.discord.com/developers/resources/webhook. */
function discord({ method, target, headers, body }: ReceivedRequest) {
  if (method !== 'POST' || target !== `${PATH}?wait=true`) {
    return { status: 404, body: { message: 'Unknown Webhook', code: 10015 } }
  }
  const { content, allowed_mentions: mentions } = JSON.parse(body) as Record<string, unknown>
  const isValid =
    headers['content-type'] === 'application/json' &&
    typeof content === 'string' &&
    content.length >= 1 &&
    content.length <= 2_000
  if (!isValid || JSON.stringify(mentions) !== '{"parse":[]}') {
    return { status: 400, body: { message: 'Invalid Form Body', code: 50035, errors: {} } }
  }
  return { status: 200, body: { id: '1234', type: 0, content } }
}

const send = (
  reply: ServiceAttempt['reply'] = discord,
  message: Partial<NoticeMessage> = {},
  path: string = PATH,
) => attemptWith({ settings: { type: 'discord' }, secret: origin => `${origin}${path}`, reply, message })

const contentOf = (requests: readonly ReceivedRequest[]): string =>
  String(Reflect.get(JSON.parse(requests[0]?.body ?? '{}') as object, 'content'))

describe('Discord', () => {
  test('posts the message without mentions and waits for the confirmation', async () => {
    const { result, requests } = await send(discord, { title: 'Fell', text: '@everyone -5 %' })
    expect(result).toEqual({ kind: 'delivered' })
    expect(contentOf(requests)).toBe('Fell\n@everyone -5 %')
  })

  test('escapes Markdown, so that foreign text forms no link', async () => {
    const { requests } = await send(discord, {
      title: 'a_b*',
      text: '[free](https://evil.example) <@1> `x` ||',
    })
    expect(contentOf(requests).split('\n')).toEqual([
      String.raw`a\_b\*`,
      String.raw`\[free\](https://evil.example) \<@1\> \`x\` \|\|`,
    ])
  })

  test('cuts any text at the limit, escapes included', async () => {
    const unit = fc.constantFrom('*', 'a', '[', '😀', '\n')
    const texts = fc.sample(fc.string({ unit, minLength: 900, maxLength: 3_000 }), { numRuns: 10, seed: 7 })
    for (const text of [...texts, '*'.repeat(5_000)]) {
      const { result, requests } = await send(discord, { title: 'x', text })
      expect(result).toEqual({ kind: 'delivered' })
      expect(contentOf(requests)).toMatch(/^x\n/)
    }
  })

  test('retries as late as the service requests, in fractions of a second', async () => {
    const body = { message: 'You are being rate limited.', retry_after: 64.57, global: false }
    const { result, host } = await send(() => ({ status: 429, headers: { 'retry-after': '65' }, body }))
    const why = `${host} replied 429: You are being rate limited.`
    expect(result).toEqual({ kind: 'retry', afterMs: 64_570, why })
  })

  test('fails for a deleted webhook, without its token', async () => {
    const { result, host } = await send(discord, {}, '/api/webhooks/1/gone')
    expect(result).toEqual({ kind: 'failed', why: `${host} replied 404: Unknown Webhook` })
  })

  test('retries after a reply that confirms nothing', async () => {
    expect((await send(() => ({ status: 204 }))).result).toMatchObject({ kind: 'retry' })
  })
})
