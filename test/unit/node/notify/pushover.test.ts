import { describe, expect, test } from 'vitest'
import type { Level, NoticeEvent } from '../../../../src/domain/alerts/alert.ts'
import type { NoticeMessage } from '../../../../src/ports/notifier.ts'
import type { ReceivedRequest } from '../../../support/http-service.ts'
import { MESSAGE } from '../../../support/notifier-rig.ts'
import { attemptWith, type ServiceAttempt } from '../../../support/service-attempt.ts'

const TOKEN = 'azGDORePK8gMaC0QOYAMyEEuzJnyUi'
const USER = 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG'

const errorReply = (status: number, ...errors: string[]) => ({
  status,
  body: { status: 0, errors, request: '5042853c-402d-4a18-abcb-168734a801de' },
})

/** The Message API as documented in pushover.net/api. */
function pushover({ method, target, headers, body }: ReceivedRequest) {
  if (method !== 'POST' || target !== '/1/messages.json') return errorReply(404, 'not found')
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return errorReply(400, 'no parameters')
  const form = new URLSearchParams(body)
  if (form.get('token') !== TOKEN) return errorReply(400, 'application token is invalid')
  if (form.get('user') !== USER) return errorReply(400, 'user identifier is invalid')
  const text = form.get('message') ?? ''
  if (text === '') return errorReply(400, 'message cannot be blank')
  if (text.length > 1_024 || (form.get('title') ?? '').length > 250)
    return errorReply(400, 'message is too long')
  // Priority 2 needs `retry` and `expire`.
  if (!/^(-2|-1|0|1)$/.test(form.get('priority') ?? '')) return errorReply(400, 'priority is invalid')
  if (!/^\d{10}$/.test(form.get('timestamp') ?? '')) return errorReply(400, 'timestamp is invalid')
  return { status: 200, body: { status: 1, request: '647d2300-702c-4b38-8b2f-d56326ae460b' } }
}

function send({
  reply = pushover,
  message = {},
  secret = `${TOKEN}\n${USER}`,
}: {
  reply?: ServiceAttempt['reply']
  message?: Partial<NoticeMessage>
  secret?: string
} = {}) {
  return attemptWith({ settings: { type: 'pushover' }, secret: () => secret, reply, message })
}

const formOf = (requests: readonly ReceivedRequest[]) =>
  Object.fromEntries(new URLSearchParams(requests[0]?.body ?? ''))

describe('Pushover', () => {
  test('sends title, text and the time of the notice', async () => {
    const { result, requests } = await send()
    expect(result).toEqual({ kind: 'delivered' })
    expect(formOf(requests)).toMatchObject({
      title: MESSAGE.title,
      message: MESSAGE.text,
      timestamp: '1790000000',
    })
  })

  test.each<[Level, NoticeEvent, string]>([
    ['critical', 'firing', '1'],
    ['critical', 'repeat', '1'],
    ['liquidated', 'worse', '1'],
    ['critical', 'resolved', '0'],
    ['warn', 'firing', '0'],
    ['info', 'event', '-1'],
    ['info', 'resolved', '-1'],
  ])('sends %s %s with priority %s', async (level, event, priority) => {
    const { requests } = await send({ message: { level, event } })
    expect(formOf(requests)).toMatchObject({ priority })
  })

  test('cuts title and text, and never sends an empty message', async () => {
    const long = await send({ message: { title: 'a'.repeat(400), text: 'ä'.repeat(2_000) } })
    expect(long.result).toEqual({ kind: 'delivered' })
    const empty = await send({ message: { text: '' } })
    expect(formOf(empty.requests)).toMatchObject({ message: MESSAGE.title })
  })

  test('fails with the errors of the service', async () => {
    const { result, host } = await send({ secret: `${TOKEN}\nsomeone-else` })
    expect(result).toEqual({ kind: 'failed', why: `${host} replied 400: user identifier is invalid` })
  })

  test.each([429, 500, 503])('retries after status %i', async status => {
    const { result } = await send({ reply: () => errorReply(status, 'later') })
    expect(result).toMatchObject({ kind: 'retry', why: expect.stringMatching(/: later$/) })
  })

  test('rejects a secret without a user key', async () => {
    const { result, requests } = await send({ secret: TOKEN })
    expect(result).toMatchObject({ kind: 'failed', why: expect.stringContaining('no user key') })
    expect(requests).toEqual([])
  })
})
