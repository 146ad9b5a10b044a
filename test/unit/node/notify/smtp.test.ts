import { createServer } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ChannelSettings } from '../../../../src/domain/alerts/channel.ts'
import type { NoticeMessage, NotifierOptions } from '../../../../src/ports/notifier.ts'
import { type MailServer, type MailServerOptions, openMailServer } from '../../../support/mail-server.ts'
import { channelOf, LONG_MS, MESSAGE, openTestNotifier } from '../../../support/notifier-rig.ts'
import { TEST_CERTIFICATE } from '../../../support/test-certificate.ts'

const PASSWORD = 'pa55 wörd!'
const CREDENTIALS = { user: 'trader@example.org', password: PASSWORD }
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

type SmtpSettings = Extract<ChannelSettings, { type: 'smtp' }>

async function mail({
  server: options = {},
  settings = {},
  message = {},
  notifier: notifierOptions = {},
  timeoutMs = LONG_MS,
}: {
  server?: MailServerOptions
  settings?: Partial<SmtpSettings>
  message?: Partial<NoticeMessage>
  notifier?: Partial<NotifierOptions>
  timeoutMs?: number
} = {}) {
  const server: MailServer = await openMailServer(options)
  const notifier = openTestNotifier(notifierOptions)
  open.push(notifier, server)
  const channel = channelOf(
    {
      type: 'smtp',
      host: '127.0.0.1',
      port: server.port,
      security: options.security ?? 'none',
      user: options.credentials?.user ?? null,
      from: 'axisor <alerts@example.org>',
      to: 'trader@example.org',
      ...settings,
    },
    PASSWORD,
  )
  const result = await notifier.send(channel, { ...MESSAGE, ...message }, timeoutMs)
  return { result, server }
}

const headersOf = (text = ''): string => text.split('\r\n\r\n')[0] ?? ''

describe('e-mail without encryption', () => {
  test('sends the notice to this machine', async () => {
    const { result, server } = await mail()
    expect(result).toEqual({ kind: 'delivered' })
    expect(server.commands.slice(1, 4)).toEqual([
      'MAIL FROM:<alerts@example.org>',
      'RCPT TO:<trader@example.org>',
      'DATA',
    ])
    const headers = headersOf(server.mails[0])
    expect(headers).toMatch(/^From: axisor <alerts@example\.org>$/m)
    expect(headers).toMatch(/^To: trader@example\.org$/m)
    expect(headers).toMatch(/^Subject: =\?UTF-8\?Q\?Liquidation_in_2/m)
    expect(headers).toMatch(/^Auto-Submitted: auto-generated$/im)
    expect(headers).toMatch(/^X-Priority: 1/m)
    expect(headers).toMatch(/^Date: Mon, 21 Sep 2026/m)
  })

  test('gives each attempt the same Message-ID, and another notice another one', async () => {
    const ids: (string | undefined)[] = []
    for (const id of ['a:1', 'a:1', 'a:2']) {
      const { server } = await mail({ message: { id } })
      ids.push(/^Message-ID: (<[0-9a-f]{32}@example\.org>)$/m.exec(headersOf(server.mails[0]))?.[1])
    }
    expect(ids[0]).toBeDefined()
    expect(ids[0]).toBe(ids[1])
    expect(ids[0]).not.toBe(ids[2])
  })

  test.each([
    [{ host: '10.0.0.1' }, {}, '10.0.0.1 is not this machine, to which axisor only connects over TLS'],
    [{}, { allowPrivateAddresses: false }, 'e-mail is only sent over TLS'],
  ])('is refused: %j %j', async (settings, notifier, why) => {
    const { result, server } = await mail({ settings, notifier })
    expect(result).toEqual({ kind: 'failed', why })
    expect(server.commands).toEqual([])
  })
})

describe('e-mail over TLS', () => {
  let before: string[]
  beforeAll(() => {
    before = getCACertificates('default')
    setDefaultCACertificates([...before, TEST_CERTIFICATE.cert])
  })
  afterAll(() => setDefaultCACertificates(before))

  test.each(['tls', 'starttls'] as const)('authenticates by %s', async security => {
    const { result, server } = await mail({ server: { security, credentials: CREDENTIALS } })
    expect(result).toEqual({ kind: 'delivered' })
    expect(server.mails).toHaveLength(1)
    const plain = security === 'tls' ? [] : [expect.stringMatching(/^EHLO/), 'STARTTLS']
    expect(server.plainCommands).toEqual(plain)
  })

  test('sends nothing if the server does not offer STARTTLS', async () => {
    const { result, server } = await mail({
      server: {
        security: 'none',
        credentials: CREDENTIALS,
        replies: { STARTTLS: '502 5.5.1 Unknown command' },
      },
      settings: { security: 'starttls' },
    })
    expect(result).toEqual({ kind: 'failed', why: '127.0.0.1 replied 502 5.5.1 Unknown command' })
    expect(server.commands.join()).not.toMatch(/AUTH|MAIL/)
  })

  test('fails for wrong credentials, and masks them if the server quotes them', async () => {
    const credentials = { ...CREDENTIALS, password: 'another' }
    const { result } = await mail({ server: { security: 'tls', credentials } })
    expect(result).toEqual({
      kind: 'failed',
      why: '127.0.0.1 replied 535 5.7.8 Bad credentials: AUTH PLAIN •••==',
    })
  })

  test('refuses a private address on a relay, resolved or not', async () => {
    for (const host of ['127.0.0.1', 'localhost', '::ffff:127.0.0.1']) {
      const notifier = { allowPrivateAddresses: false }
      const { result, server } = await mail({ server: { security: 'tls' }, settings: { host }, notifier })
      expect(result).toMatchObject({ kind: 'failed', why: expect.stringContaining('private or reserved') })
      expect(server.commands).toEqual([])
    }
  })

  test('refuses the hosts of the exchange', async () => {
    const notifier = { refusedHosts: ['*.lnmarkets.com'] }
    const { result } = await mail({ settings: { host: 'Mail.LNMarkets.com.', security: 'tls' }, notifier })
    expect(result).toMatchObject({ kind: 'failed', why: expect.stringContaining('host of the exchange') })
  })
})

describe('a mail server', () => {
  test.each([
    ['greeting', '421 4.3.2 Closing', 'retry'],
    ['greeting', '554 5.7.1 Go away', 'failed'],
    ['MAIL', '451 4.3.0 Try again later', 'retry'],
    ['RCPT', '450 4.2.0 Greylisted', 'retry'],
    ['RCPT', '550 5.1.1 No such user', 'failed'],
    ['DATA', '452 4.3.1 Disk full', 'retry'],
    ['content', '554 5.6.0 Spam', 'failed'],
    ['content', '451 4.3.0 Queue error', 'retry'],
  ])('that replies to %s with %s: %s', async (verb, reply, kind) => {
    const { result } = await mail({ server: { replies: { [verb]: reply } } })
    expect(result).toMatchObject({ kind, why: `127.0.0.1 replied ${reply}` })
  })

  test.each(['greeting', 'EHLO', 'content'])('that hangs at %s is left at the time-out', async verb => {
    const { result } = await mail({ server: { replies: { [verb]: null } }, timeoutMs: 200 })
    expect(result).toEqual({ kind: 'retry', why: 'no reply within 0.2 s', afterMs: null })
  })

  test('with a wrong certificate is tried again', async () => {
    for (const security of ['tls', 'starttls'] as const) {
      const { result, server } = await mail({ server: { security, credentials: CREDENTIALS } })
      expect(result).toMatchObject({
        kind: 'retry',
        why: expect.stringMatching(/^no secure connection to 127.0.0.1 \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/),
      })
      expect(server.commands.join()).not.toContain('AUTH')
    }
  })

  test('that refuses or closes connections is tried again', async () => {
    const refused = await mail({ settings: { port: 1 } })
    expect(refused.result).toMatchObject({ kind: 'retry', why: 'cannot connect to 127.0.0.1 (ECONNREFUSED)' })
    const closing = createServer(socket => socket.destroy())
    await new Promise<void>(resolve => closing.listen(0, '127.0.0.1', resolve))
    open.push({ close: () => new Promise(resolve => closing.close(() => resolve())) })
    const address = closing.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { result } = await mail({ settings: { port } })
    expect(result).toMatchObject({ kind: 'retry', why: expect.stringContaining('127.0.0.1') })
  })
})
