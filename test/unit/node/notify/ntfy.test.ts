import { describe, expect, test } from 'vitest'
import type { Level } from '../../../../src/domain/alerts/alert.ts'
import type { NoticeMessage } from '../../../../src/ports/notifier.ts'
import type { ReceivedRequest } from '../../../support/http-service.ts'
import { MESSAGE } from '../../../support/notifier-rig.ts'
import { attemptWith, type ServiceAttempt } from '../../../support/service-attempt.ts'

const TOKEN = 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2'
const TOPIC = 'my-btc-alerts-8h3k'
/** An error reply of ntfy (server/errors.go). */
function errorReply(code: number, error: string) {
  const http = Math.floor(code / 100)
  return { status: http, body: { code, http, error, link: 'https://ntfy.sh/docs/publish/' } }
}

/** Publishing as JSON, as documented in docs.ntfy.sh/publish/#publish-as-json, to a topic that needs a token. */
function ntfy({ method, target, headers, body }: ReceivedRequest) {
  if (target !== '/' || !['POST', 'PUT'].includes(method)) return errorReply(40401, 'page not found')
  if (headers.authorization !== `Bearer ${TOKEN}`) return errorReply(40301, 'forbidden')
  const { topic, message, title, priority, tags, sequence_id } = JSON.parse(body) as Record<string, unknown>
  if (typeof topic !== 'string' || !/^[-_A-Za-z0-9]{1,64}$/.test(topic)) {
    return errorReply(40009, 'invalid request: topic invalid')
  }
  if (typeof priority !== 'number' || priority < 1 || priority > 5) {
    return errorReply(40007, 'invalid request: priority invalid')
  }
  if (sequence_id !== undefined && !/^[-_A-Za-z0-9]{1,64}$/.test(String(sequence_id))) {
    return errorReply(40049, 'invalid request: sequence ID invalid')
  }
  if (!Array.isArray(tags) || typeof title !== 'string' || typeof message !== 'string') {
    return errorReply(40024, 'invalid request: request body must be valid JSON')
  }
  if (Buffer.byteLength(message) > 4_096) return errorReply(41301, 'attachment too large')
  return { status: 200, body: { id: 'sPs71M8A2T', time: 1_643_935_928, event: 'message', topic, message } }
}

function publish({
  message = {},
  secret = `/${TOPIC}\n${TOKEN}`,
  reply = ntfy,
}: {
  message?: Partial<NoticeMessage>
  secret?: string
  reply?: ServiceAttempt['reply']
} = {}) {
  return attemptWith({ settings: { type: 'ntfy' }, secret: origin => `${origin}${secret}`, reply, message })
}

describe('ntfy', () => {
  test('publishes a title outside ASCII with its priority and token', async () => {
    const { result, requests } = await publish()
    expect(result).toEqual({ kind: 'delivered' })
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      topic: TOPIC,
      title: MESSAGE.title,
      message: MESSAGE.text,
      priority: 5,
      tags: ['rotating_light'],
      sequence_id: expect.stringMatching(/^[-_A-Za-z0-9]{1,64}$/),
    })
  })

  test('gives each notice a sequence id of its own, and a repeat the same', async () => {
    const ids: unknown[] = []
    for (const id of ['liquidation:7:x.1', 'liquidation:7:x.1', 'liquidation:7:x.2']) {
      const { requests } = await publish({ message: { id } })
      ids.push(JSON.parse(requests[0]?.body ?? '').sequence_id)
    }
    expect(ids[1]).toBe(ids[0])
    expect(ids[2]).not.toBe(ids[0])
  })

  test.each<[Level, number]>([
    ['info', 2],
    ['watch', 3],
    ['warn', 4],
    ['critical', 5],
    ['liquidated', 5],
  ])('gives the level %s the priority %i', async (level, priority) => {
    const { requests } = await publish({ message: { level } })
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ priority })
  })

  test('lowers the priority of a resolved alert', async () => {
    const { requests } = await publish({ message: { event: 'resolved' } })
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ priority: 3, tags: ['white_check_mark'] })
  })

  test('cuts a message at the limit in bytes', async () => {
    const { result, requests } = await publish({ message: { text: 'ä€'.repeat(2_000) } })
    expect(result).toEqual({ kind: 'delivered' })
    const { message } = JSON.parse(requests[0]?.body ?? '') as { message: string }
    expect(Buffer.byteLength(message)).toBeGreaterThan(3_900)
    expect(message).toMatch(/^(ä€)+ä?…$/)
  })

  test('fails without a token where the topic needs one, without naming the topic', async () => {
    const { result } = await publish({ secret: `/${TOPIC}` })
    expect(result).toMatchObject({ kind: 'failed', why: expect.stringMatching(/replied 403: forbidden$/) })
  })

  test('retries after a 429 as late as the service requests', async () => {
    const limited = {
      ...errorReply(42901, 'limit reached: too many requests'),
      headers: { 'retry-after': '17' },
    }
    const { result } = await publish({ reply: () => limited })
    expect(result).toEqual({
      kind: 'retry',
      afterMs: 17_000,
      why: expect.stringMatching(/replied 429: limit reached: too many requests$/),
    })
  })

  test('retries after a reply without the confirmation of ntfy', async () => {
    const { result } = await publish({
      reply: () => ({ status: 200, body: '<html>Log in to the hotel</html>' }),
    })
    expect(result).toMatchObject({ kind: 'retry', why: expect.stringContaining('without confirming') })
  })

  test('rejects a URL without a topic', async () => {
    const { result, requests } = await publish({ secret: '/' })
    expect(result).toEqual({ kind: 'failed', why: 'the URL names no topic' })
    expect(requests).toEqual([])
  })
})
