import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { webhookSignature } from '../../../../src/node/notify/webhook.ts'
import type { ReceivedRequest } from '../../../support/http-service.ts'
import { MESSAGE } from '../../../support/notifier-rig.ts'
import { attemptWith, type ServiceAttempt } from '../../../support/service-attempt.ts'

const KEY = 'k3y-of-the-webhook'
const sendTo = (
  reply: ServiceAttempt['reply'],
  secret = (origin: string) => `${origin}/hook/s3cr3t-path?to=me\n${KEY}`,
) => attemptWith({ settings: { type: 'webhook' }, secret, reply })

/** A receiver as documented: checks the signature over the timestamp and the exact body. */
function receiver({ headers, body }: ReceivedRequest): { status: number; body: string } {
  const timestamp = String(headers['axisor-timestamp'])
  const age = Math.abs(Date.now() / 1_000 - Number(timestamp))
  const expected = createHmac('sha256', KEY).update(`${timestamp}.${body}`).digest('hex')
  const isValid = headers['axisor-signature'] === `v1=${expected}` && /^\d+$/.test(timestamp) && age < 300
  return isValid ? { status: 204, body: '' } : { status: 401, body: 'bad signature' }
}

test('posts the document with a signature that a receiver can verify', async () => {
  const { result, requests } = await sendTo(receiver)
  const [request] = requests
  expect(result).toEqual({ kind: 'delivered' })
  expect(request).toMatchObject({ method: 'POST', target: '/hook/s3cr3t-path?to=me', body: MESSAGE.document })
  expect(request?.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'axisor/1.2.3',
    'axisor-notice-id': MESSAGE.id,
  })
})

test('signs the timestamp, a period and the body with HMAC-SHA256', () => {
  // Computed with: printf '1790000000.{"a":1}' | openssl dgst -sha256 -hmac key
  expect(webhookSignature('key', '1790000000', '{"a":1}')).toBe(
    'v1=7a4d26944722100249410c8c7f2e76c3cc6e9735fcc98b39e44a122da5490ffc',
  )
})

test.each([
  [400, 'failed'],
  [404, 'failed'],
  [408, 'retry'],
  [425, 'retry'],
  [429, 'retry'],
  [500, 'retry'],
  [503, 'retry'],
])('maps status %i to %s with the text of the receiver', async (status, kind) => {
  const { result } = await sendTo(() => ({ status, body: 'not now\u001b[2J,  sorry' }))
  expect(result).toMatchObject({
    kind,
    why: expect.stringContaining(`replied ${status}: not now?[2J, sorry`),
  })
})

test('masks the URL and the key in the reason', async () => {
  const { result } = await sendTo(({ target }) => ({ status: 400, body: `no route ${target} for ${KEY}` }))
  expect(result).toMatchObject({ why: expect.stringMatching(/replied 400: no route ••• for •••$/) })
})

test.each([
  ['https://localhost/a', 'the secret has no signing key after the URL'],
  [`ftp://localhost/a\n${KEY}`, 'the URL does not start with https://'],
  [`nonsense\n${KEY}`, 'the URL is not valid'],
])('rejects the secret %j', async (secret, why) => {
  const { result, requests } = await sendTo(receiver, () => secret)
  expect(result).toEqual({ kind: 'failed', why })
  expect(requests).toEqual([])
})
