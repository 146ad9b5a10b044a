import { describe, expect, test } from 'vitest'
import { NO_PROXY_RULES } from '../../src/domain/proxy.ts'
import { CHANNELS, channelsIn, runWithStdin, TOPIC, withProfile } from '../support/alert-world.ts'
import { ownFile, storedIn } from '../support/login-world.ts'

const ADD = ['alerts', 'channel', 'add']
const PHONE_ID = 'channel:phone:lnmarkets:mainnet:main'

describe('axisor alerts channel add', () => {
  test('prompts without echo, sends a marked test and stores secret and settings', async () => {
    const world = await withProfile({ terminal: true, typedKeys: `${TOPIC}\r\r` })
    expect(await world.run(...ADD, 'ntfy', 'phone')).toBe(0)
    expect(world.prompted()).toBe('The input is not shown.\nTopic URL: \nAccess token (Enter for none): \n')
    expect(world.err()).toBe(
      'Channel phone (ntfy) of profile main is added. Its secret is in the keychain. It has accepted a test.\n',
    )
    const [sent] = world.notifier.sent
    expect(sent?.channel.secret?.reveal()).toBe(TOPIC)
    expect(sent?.channel).toMatchObject({ name: 'phone', settings: { type: 'ntfy' } })
    expect(sent?.message).toMatchObject({ event: 'test', level: 'info' })
    expect(sent?.message.title).toBe('TEST: axisor alerts (main)')
    expect(sent?.message.text).toMatch(/^This is a test of this channel/)
    expect(world.notifier.opened).toEqual([
      {
        allowPrivateAddresses: true,
        allowLocalChannels: true,
        refusedHosts: ['*.lnmarkets.com', 'api.lnmarkets.com:443', 'stream.lnmarkets.com:443'],
        proxies: NO_PROXY_RULES,
      },
    ])
    expect(world.secrets.keychain.texts.get(PHONE_ID)).toBe(JSON.stringify({ v: 1, channel: TOPIC }))
    expect(channelsIn(world)).toEqual({ phone: { type: 'ntfy' } })
    expect(world.listeners()).toBe(0)
  })

  test('reads the secret from stdin, with a byte order mark and Windows line ends', async () => {
    const world = await withProfile()
    expect(
      await runWithStdin(world, `\uFEFF${TOPIC}\r\ntk_token\r\n`, ...ADD, 'ntfy', '--secret-stdin'),
    ).toBe(0)
    expect(world.notifier.sent[0]?.channel.secret?.reveal()).toBe(`${TOPIC}\ntk_token`)
    expect(channelsIn(world)).toEqual({ ntfy: { type: 'ntfy' } })
  })

  test.each([
    ['delivered once, then rejected', { kind: 'failed', why: 'topic is reserved' } as const],
    ['rejected for the time being', { kind: 'retry', why: 'topic is reserved', afterMs: 1_000 } as const],
  ])('stores nothing if the test is %s', async (_, result) => {
    const world = await withProfile()
    const before = storedIn(world, 'keychain')
    world.notifier.onSend = () => result
    expect(await runWithStdin(world, TOPIC, ...ADD, 'ntfy', 'phone', '--secret-stdin')).toBe(7)
    expect(world.err()).toBe(
      'axisor: the test of channel phone (ntfy) failed: topic is reserved. Nothing was stored. Correct the secret or the flags; --no-test stores the channel without a test.\n',
    )
    expect([storedIn(world, 'keychain'), world.file(CHANNELS)]).toEqual([before, null])
  })

  test('redacts the secret in the words of the service', async () => {
    const world = await withProfile()
    world.notifier.onSend = () => ({ kind: 'failed', why: `no route to ${TOPIC} or /canary-topic-77.` })
    expect(await runWithStdin(world, TOPIC, ...ADD, 'ntfy', '--secret-stdin')).toBe(7)
    expect(world.err()).toContain('failed: no route to ••• or •••. Nothing')
  })

  test('stores without a test if --no-test is given, and says so', async () => {
    const world = await withProfile()
    expect(await runWithStdin(world, TOPIC, ...ADD, 'ntfy', 'phone', '--secret-stdin', '--no-test')).toBe(0)
    expect(world.notifier.opened).toEqual([])
    expect(world.err()).toContain('It was not tested: run axisor alerts test phone.\n')
    expect(channelsIn(world)).toEqual({ phone: { type: 'ntfy' } })
  })

  test('generates the key of a webhook and prints it once', async () => {
    for (const isTyped of [true, false]) {
      const world = await withProfile(
        isTyped ? { terminal: true, typedKeys: 'https://h.example.org/x\r\r' } : {},
      )
      const code = isTyped
        ? await world.run(...ADD, 'webhook')
        : await runWithStdin(world, 'https://h.example.org/x', ...ADD, 'webhook', '--secret-stdin')
      expect(code).toBe(0)
      const [, key = ''] = /^HMAC key, shown once: ([0-9a-f]{64})\n$/.exec(world.out()) ?? []
      expect(world.notifier.sent[0]?.channel.secret?.reveal()).toBe(`https://h.example.org/x\n${key}`)
      expect(world.err()).not.toContain(key)
    }
    const given = await withProfile()
    await runWithStdin(given, 'https://h.example.org/x\nmy key', ...ADD, 'webhook', '--secret-stdin')
    expect([given.out(), given.notifier.sent[0]?.channel.secret?.reveal()]).toEqual([
      '',
      'https://h.example.org/x\nmy key',
    ])
  })

  test.each([
    [['bell'], { type: 'bell' }],
    [['osc'], { type: 'osc', variant: 9 }],
    [['osc', '--variant', '777'], { type: 'osc', variant: 777 }],
    [['desktop'], { type: 'desktop' }],
    [['command', '--', 'notify', '--loud', 'a b'], { type: 'command', argv: ['notify', '--loud', 'a b'] }],
    [['command', 'siren', 'notify'], { type: 'command', argv: ['notify'] }],
    [
      ['smtp', '--host', '127.0.0.1', '--security', 'none', '--from', 'a@b.org', '--to', 'c@d.org'],
      { type: 'smtp', host: '127.0.0.1', port: 25, security: 'none', from: 'a@b.org', to: 'c@d.org' },
    ],
  ])('needs no secret for %j', async (words, settings) => {
    const world = await withProfile()
    const before = storedIn(world, 'keychain')
    expect(await world.run(...ADD, ...words)).toBe(0)
    expect(Object.values(channelsIn(world))).toEqual([settings])
    expect(storedIn(world, 'keychain')).toEqual(before)
    expect(world.err()).not.toContain('secret')
    const isTerminal = ['bell', 'osc'].includes(settings.type)
    expect(world.notifier.sent).toHaveLength(isTerminal ? 0 : 1)
    expect(world.err()).toContain(isTerminal ? 'the terminal of axisor watch' : 'has accepted a test')
  })

  test.each([
    [['telegram', '--chat-id', '-1001'], '1:abc', { type: 'telegram', chatId: '-1001' }],
    [['slack'], 'https://hooks.example.org/x', { type: 'slack' }],
    [['discord'], 'http://192.168.1.2/x', { type: 'discord' }],
    [['pushover'], `${'a1'.repeat(15)}\n${'b2'.repeat(15)}`, { type: 'pushover' }],
    [
      ['smtp', '--host', 'mail.example.org', '--user', 'me', '--from', 'a@b.org', '--to', 'c@d.org'],
      'pass word',
      {
        type: 'smtp',
        host: 'mail.example.org',
        port: 465,
        security: 'tls',
        user: 'me',
        from: 'a@b.org',
        to: 'c@d.org',
      },
    ],
    [
      ['nostr', '--relay-url', 'wss://a.example.org,ws://nas.local', '--recipient', 'ab'.repeat(32)],
      `nsec1${'q'.repeat(58)}`,
      { type: 'nostr', relays: ['wss://a.example.org', 'ws://nas.local'], recipient: 'ab'.repeat(32) },
    ],
  ])('takes the settings of %j from flags', async (words, secret, settings) => {
    const world = await withProfile()
    expect(await runWithStdin(world, `${secret}\n`, ...ADD, ...words, '--secret-stdin')).toBe(0)
    expect(Object.values(channelsIn(world))).toEqual([settings])
    expect(world.notifier.sent[0]?.channel.secret?.reveal()).toBe(secret)
  })
})

describe('wrong usage of axisor alerts channel add', () => {
  test.each([
    [['ntfi'], /unknown type ntfi\. Did you mean ntfy\?/],
    [['fax'], /unknown type fax\. Known types: bell, osc, /],
    [['telegram'], /telegram needs --chat-id\. Telegram: the chat to write to/i],
    [['telegram', '--chat-id', 'me'], /--chat-id me: not the number of a chat such as/],
    [['ntfy', '--chat-id', '5'], /--chat-id does not apply to ntfy/],
    [['ntfy', '--', 'program'], /a program does not apply to ntfy/],
    [['command'], /command needs a program and its arguments/],
    [['ntfy', 'My Phone'], /alerts channel add My Phone: not a name of up to 32 lower-case/],
    [['ntfy', 'heartbeat'], /alerts channel add heartbeat: not a name of up to 32 .*except heartbeat/],
    [
      ['smtp', '--host', 'mail.example.org', '--security', 'none', '--from', 'a@b.org', '--to', 'c@d.org'],
      /--security none is for a mail server on this machine only/,
    ],
    [['smtp', '--from', 'a@b.org'], /smtp needs --host/],
    [
      ['nostr', '--relay-url', 'ws://relay.example.org'],
      /--relay-url .*: not a list of up to 8 relays, each a wss/,
    ],
    [['ntfy', '--profile', 'other'], /--profile: no such profile: other/],
    [['ntfy', '--token', 'abc'], /--token rejected/],
  ])('%j', async (words, message) => {
    const world = await withProfile()
    expect(await world.run(...ADD, ...words)).toBe(2)
    expect(world.err()).toMatch(message)
    expect(world.file(CHANNELS)).toBeNull()
  })

  test.each([
    [
      'http://ntfy.example.org/canary',
      'the topic URL is not an https:// address; http:// is allowed for this machine',
    ],
    ['https://api.lnmarkets.com/canary', 'the topic URL is an address of LN Markets'],
    ['canary', 'the topic URL is not an https:// address'],
    ['', 'the topic URL is missing'],
    [`${TOPIC}\ntoken\ncanary`, 'the secret has more lines than ntfy needs'],
  ])('rejects the secret %j without repeating it', async (secret, message) => {
    const world = await withProfile()
    expect(await runWithStdin(world, secret, ...ADD, 'ntfy', '--secret-stdin')).toBe(2)
    expect(world.err()).toContain(message)
    expect(world.err()).not.toContain('canary')
    expect([world.file(CHANNELS), world.notifier.sent]).toEqual([null, []])
  })

  test('prompts again for a wrong answer, three times', async () => {
    const world = await withProfile({ terminal: true, typedKeys: 'canary\r\rhttps://lnmarkets.com\r' })
    expect(await world.run(...ADD, 'slack')).toBe(4)
    expect(world.prompted()).toContain('The webhook URL is not an https:// address.\n')
    expect(world.prompted()).toContain('The webhook URL is empty.\n')
    expect(world.err()).toMatch(/no valid webhook URL in 3 tries/)
    expect(world.prompted()).not.toContain('canary')
  })

  test('cannot prompt without a terminal', async () => {
    const world = await withProfile()
    expect(await world.run(...ADD, 'slack')).toBe(4)
    expect(world.err()).toBe(
      'axisor: cannot prompt for the webhook URL: stdin is not a terminal. Pass it on stdin, with --secret-stdin.\n',
    )
  })

  test('stops on Ctrl-C and stores nothing', async () => {
    const world = await withProfile({ terminal: true, typedKeys: `${TOPIC}\r\u0003` })
    expect(await world.run(...ADD, 'ntfy')).toBe(130)
    expect([world.file(CHANNELS), world.listeners()]).toEqual([null, 0])
  })

  test('stops while the test is sent', async () => {
    const world = await withProfile({ terminal: true, typedKeys: `${TOPIC}\r\r\u0003` })
    world.notifier.onSend = () => new Promise(() => {})
    expect(await world.run(...ADD, 'ntfy')).toBe(130)
    expect(world.file(CHANNELS)).toBeNull()
  })

  test('fails before the prompt if channels.json has mistakes', async () => {
    const world = await withProfile({ terminal: true, files: { [CHANNELS]: ownFile('{ "x": 1 }') } })
    expect(await world.run(...ADD, 'ntfy')).toBe(2)
    expect(world.err()).toMatch(
      /^channels\.json:1:3: unknown field "x" of the file; allowed: profiles\naxisor: 1 mistake in /,
    )
    expect(world.prompted()).toBe('')
  })
})
