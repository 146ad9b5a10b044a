import type { AddressInfo } from 'node:net'
import { npubEncode, nsecEncode } from 'nostr-tools/nip19'
import { unwrapEvent } from 'nostr-tools/nip59'
import { generateSecretKey, getPublicKey, type NostrEvent, verifyEvent } from 'nostr-tools/pure'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import type { NotifierOptions, SendResult } from '../../../../src/ports/notifier.ts'
import { channelOf, LONG_MS, MESSAGE, openTestNotifier } from '../../../support/notifier-rig.ts'

const SENDER = generateSecretKey()
const RECIPIENT = generateSecretKey()
const RECIPIENT_HEX = getPublicKey(RECIPIENT)
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

type Answer = (event: NostrEvent) => unknown[] | 'hang' | 'close'
const ACCEPT: Answer = ({ id }) => ['OK', id, true, '']

/** A relay as NIP-01 describes: checks id and signature of each event, and answers. Returns its URL and the events. */
async function openRelay(answer: Answer = ACCEPT) {
  const events: NostrEvent[] = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', socket =>
    socket.on('message', data => {
      const [verb, event] = JSON.parse(String(data)) as [string, NostrEvent]
      if (verb !== 'EVENT') return socket.send(JSON.stringify(['NOTICE', 'unknown message']))
      if (!verifyEvent(event))
        return socket.send(JSON.stringify(['OK', event.id, false, 'invalid: signature']))
      events.push(event)
      const reply = answer(event)
      // A relay may send other messages first.
      socket.send(JSON.stringify(['NOTICE', 'welcome']))
      socket.send('nonsense')
      if (reply === 'close') socket.close()
      else if (reply !== 'hang') socket.send(JSON.stringify(reply))
    }),
  )
  await new Promise<void>(resolve => server.once('listening', () => resolve()))
  open.push({
    close() {
      for (const client of server.clients) client.terminate()
      return new Promise(resolve => server.close(() => resolve()))
    },
  })
  const { port } = server.address() as AddressInfo
  return { url: `ws://127.0.0.1:${port}`, events }
}

function send({
  relays,
  secret = Buffer.from(SENDER).toString('hex'),
  recipient = RECIPIENT_HEX,
  timeoutMs = LONG_MS,
  options = {},
}: {
  relays: readonly string[]
  secret?: string
  recipient?: string
  timeoutMs?: number
  options?: Partial<NotifierOptions>
}): Promise<SendResult> {
  const notifier = openTestNotifier(options)
  open.unshift(notifier)
  return notifier.send(channelOf({ type: 'nostr', relays, recipient }, secret), MESSAGE, timeoutMs)
}

describe('Nostr', () => {
  test('sends a sealed direct message that only the recipient can open', async () => {
    const relay = await openRelay()
    expect(await send({ relays: [relay.url] })).toEqual({ kind: 'delivered' })
    const [wrap] = relay.events
    expect(wrap).toMatchObject({ kind: 1059, tags: [['p', RECIPIENT_HEX]] })
    expect(wrap?.pubkey).not.toBe(getPublicKey(SENDER))
    expect(wrap?.content).not.toContain('Liquidation')
    expect(wrap && unwrapEvent(wrap, RECIPIENT)).toMatchObject({
      kind: 14,
      pubkey: getPublicKey(SENDER),
      content: `${MESSAGE.title}\n${MESSAGE.text}`,
      created_at: 1_790_000_000,
      tags: [['p', RECIPIENT_HEX]],
    })
  })

  test('sends the same inner message with each attempt, in both notations of the keys', async () => {
    const relay = await openRelay()
    await send({ relays: [relay.url] })
    await send({ relays: [relay.url], secret: nsecEncode(SENDER), recipient: npubEncode(RECIPIENT_HEX) })
    const ids = relay.events.map(wrap => unwrapEvent(wrap, RECIPIENT).id)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
    expect(new Set(relay.events.map(({ id }) => id)).size).toBe(2)
  })

  test('is delivered by one relay of several', async () => {
    const [good, bad] = [await openRelay(), await openRelay(({ id }) => ['OK', id, false, 'blocked: no'])]
    expect(await send({ relays: [bad.url, 'ws://127.0.0.1:1', good.url] })).toEqual({ kind: 'delivered' })
    expect(bad.events).toHaveLength(1)
  })

  test('is delivered although another relay hangs until the time-out', async () => {
    const [good, hanging] = [await openRelay(), await openRelay(() => 'hang')]
    expect(await send({ relays: [hanging.url, good.url], timeoutMs: 500 })).toEqual({ kind: 'delivered' })
  })

  test.each([
    ['blocked: pubkey is not allowed', 'failed'],
    ['restricted: members only', 'failed'],
    ['auth-required: publish', 'failed'],
    ['rate-limited: slow down', 'retry'],
    ['error: disk full', 'retry'],
  ])('maps the refusal %j to %s', async (text, kind) => {
    const relay = await openRelay(({ id }) => ['OK', id, false, text])
    const why = `${new URL(relay.url).host} replied ${text}`
    expect(await send({ relays: [relay.url] })).toMatchObject({ kind, why })
  })

  test('ignores the reply to another event, and retries after a connection that is closed', async () => {
    const other = await openRelay(() => ['OK', '00', true, ''])
    expect(await send({ relays: [other.url], timeoutMs: 200 })).toMatchObject({
      why: 'no reply within 0.2 s',
    })
    const closing = await openRelay(() => 'close')
    expect(await send({ relays: [closing.url] })).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('closed the connection without a reply'),
    })
    expect(await send({ relays: ['ws://127.0.0.1:1'] })).toMatchObject({
      kind: 'retry',
      why: 'cannot connect to 127.0.0.1:1 (ECONNREFUSED)',
    })
  })

  test('refuses private addresses on a relay, and the hosts of the exchange', async () => {
    const relay = await openRelay()
    const port = new URL(relay.url).port
    const options = { allowPrivateAddresses: false, refusedHosts: ['*.lnmarkets.com'] }
    const reasons: Readonly<Record<string, string>> = {
      [relay.url]: 'does not start with wss://',
      [`wss://127.0.0.1:${port}`]: 'private or reserved',
      [`wss://localhost:${port}`]: 'private or reserved',
      'wss://stream.lnmarkets.com': 'host of the exchange',
    }
    for (const [url, why] of Object.entries(reasons)) {
      const expected = { kind: 'failed', why: expect.stringContaining(why) }
      expect(await send({ relays: [url], options })).toMatchObject(expected)
    }
    expect(relay.events).toEqual([])
  })

  test.each([
    ['0'.repeat(64), RECIPIENT_HEX],
    ['nsec1nonsense', RECIPIENT_HEX],
    [npubEncode(RECIPIENT_HEX), RECIPIENT_HEX],
    ['1'.repeat(64), 'f'.repeat(64)],
    ['1'.repeat(64), 'npub1nonsense'],
  ])('fails for the keys %s and %s', async (secret, recipient) => {
    const result = await send({ relays: ['ws://127.0.0.1:1'], secret, recipient })
    expect(result).toMatchObject({ kind: 'failed', why: expect.stringMatching(/ key/) })
  })
})
