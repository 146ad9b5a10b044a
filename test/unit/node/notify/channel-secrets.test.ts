import { afterEach, describe, expect, test } from 'vitest'
import type { Channel, ChannelSettings } from '../../../../src/domain/alerts/channel.ts'
import { redactionOf, splitSecret } from '../../../../src/node/notify/secret-parts.ts'
import { presentable, retry } from '../../../../src/node/notify/send-result.ts'
import { openHttpService, type ReceivedRequest, type ServiceReply } from '../../../support/http-service.ts'
import { channelOf, LONG_MS, MESSAGE, openTestNotifier } from '../../../support/notifier-rig.ts'

/** Parts of all secrets below. No reason may contain any of them. */
const CANARY = /c4nary/i

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** Each type of channel whose service gets a secret. */
function channelsAt(origin: string): readonly Channel[] {
  const secrets: readonly (readonly [ChannelSettings, string])[] = [
    [{ type: 'webhook' }, `${origin}/hooks/c4nary-path?key=c4nary%20query\nc4nary-hmac`],
    [{ type: 'ntfy' }, `${origin}/c4nary-topic\ntk_c4nary`],
    [{ type: 'telegram', chatId: '1' }, '110201543:AAH-c4nary'],
    [{ type: 'discord' }, `${origin}/api/webhooks/22370/c4nary-token`],
    [{ type: 'slack' }, `${origin}/services/T00/B00/c4naryXXXX`],
    [{ type: 'pushover' }, 'c4naryToken\nc4naryUser'],
  ]
  return secrets.map(([settings, secret]) => channelOf(settings, secret))
}

/** A hostile service: quotes the whole request, in several encodings, in every field that a service may describe an error with. */
function quote({ target, headers, body }: ReceivedRequest): object {
  const request = [target, decodeURIComponent(target), ...Object.values(headers), body].join(' ')
  const encodings = [request, encodeURIComponent(target), target.replaceAll('/', String.raw`\/`)]
  const description = encodings.join(' ')
  return { ok: false, description, message: description, error: description, errors: [description] }
}

async function reasonsFor(reply: (request: ReceivedRequest) => ServiceReply, secure = false) {
  const service = await openHttpService(reply, { secure })
  const { origin } = service
  const notifier = openTestNotifier({}, { baseUrls: { telegram: origin, pushover: origin } })
  open.push(notifier, service)
  const results = await Promise.all(
    channelsAt(origin).map(channel => notifier.send(channel, MESSAGE, LONG_MS)),
  )
  return { service, results }
}

describe('the secrets of channels', () => {
  test.each([400, 401, 404, 429, 500])(
    'are masked in the errors of a service that quotes the request with status %i',
    async status => {
      const { results, service } = await reasonsFor(request => ({ status, body: quote(request) }))
      expect(results).toHaveLength(6)
      expect(service.requests).toHaveLength(6)
      for (const result of results) {
        expect(result).toMatchObject({ kind: status === 429 || status === 500 ? 'retry' : 'failed' })
        expect(JSON.stringify(result)).toContain('•••')
        expect(JSON.stringify(result)).not.toMatch(CANARY)
      }
    },
  )

  test('are absent from redirects, unconfirmed replies and failed connections', async () => {
    const location = (target: string) => ({ location: `https://elsewhere.example${target}` })
    const redirected = await reasonsFor(({ target }) => ({ status: 302, headers: location(target) }))
    const unconfirmed = await reasonsFor(request => ({
      status: 200,
      body: JSON.stringify(quote(request)).slice(1),
    }))
    const dropped = await reasonsFor(() => 'drop')
    const untrusted = await reasonsFor(() => ({ status: 200 }), true)
    for (const { results } of [redirected, dropped, untrusted]) {
      for (const result of results) expect(result.kind).not.toBe('delivered')
    }
    const all = [redirected, unconfirmed, dropped, untrusted].map(({ results }) => results)
    expect(JSON.stringify(all)).not.toMatch(CANARY)
  })

  test('are rejected without being quoted if they are malformed', async () => {
    const notifier = openTestNotifier()
    open.push(notifier)
    const malformed = [
      'c4nary',
      'http://c4nary space/',
      'c4nary\nc4nary',
      'https://c4nary:c4nary@localhost/x\nk',
    ]
    for (const { settings } of channelsAt('http://127.0.0.1:1')) {
      for (const secret of malformed) {
        const result = await notifier.send(channelOf(settings, secret), MESSAGE, LONG_MS)
        expect(result.kind).not.toBe('delivered')
        expect(JSON.stringify(result)).not.toMatch(CANARY)
      }
    }
  })

  test('are required', async () => {
    const notifier = openTestNotifier()
    open.push(notifier)
    expect(await notifier.send(channelOf({ type: 'slack' }), MESSAGE, LONG_MS)).toEqual({
      kind: 'failed',
      why: 'the secret of the channel is missing',
    })
  })
})

describe('a reason', () => {
  test('masks a secret whose characters are separated by invisible ones', () => {
    const why = `x ${'c4nary-topic'.split('').join('\u200d')} y`
    expect(presentable(retry(why), redactionOf('https://h.example/c4nary-topic'))).toMatchObject({
      why: 'x ••• y',
    })
  })

  test('is one line of at most 200 characters, cut after masking', () => {
    const secret = 'c4nary-0123456789'
    const why = `${'x'.repeat(190)} ${secret}\u001b[2J\nnext`
    const result = presentable(retry(why, 5), redactionOf(secret))
    expect(result).toEqual({ kind: 'retry', why: `${'x'.repeat(190)} •••?[2J…`, afterMs: 5 })
  })

  test('keeps the host of a URL', () => {
    expect(redactionOf('https://hook.example/abcd?e=fghi')('hook.example /abcd?e=fghi fghi abcd')).toBe(
      'hook.example ••• ••• •••',
    )
  })
})

test('splits a secret into its lines, without blanks around them', () => {
  expect(splitSecret(' https://a/b \r\n key \n')).toEqual(['https://a/b', 'key'])
  expect(splitSecret('https://a/b\n')).toEqual(['https://a/b', null])
})
