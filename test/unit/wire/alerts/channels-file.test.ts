import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChannelConfig } from '../../../../src/domain/alerts/channel.ts'
import { decodeChannelsFile, editChannelsFile } from '../../../../src/wire/alerts/channels-file.ts'

const NPUB = `npub1${'q'.repeat(58)}`

const CHANNELS: readonly ChannelConfig[] = [
  { name: 'bell', settings: { type: 'bell' } },
  { name: 'osc', settings: { type: 'osc', variant: 777 } },
  { name: 'desktop', settings: { type: 'desktop' } },
  { name: 'hook', settings: { type: 'webhook' } },
  { name: 'phone', settings: { type: 'ntfy' } },
  { name: 'telegram', settings: { type: 'telegram', chatId: '-100123' } },
  { name: 'discord', settings: { type: 'discord' } },
  { name: 'slack', settings: { type: 'slack' } },
  { name: 'pushover', settings: { type: 'pushover' } },
  {
    name: 'mail',
    settings: {
      type: 'smtp',
      host: 'mail.example.org',
      port: 465,
      security: 'tls',
      user: null,
      from: 'axisor@example.org',
      to: 'you@example.org',
    },
  },
  { name: 'nostr', settings: { type: 'nostr', relays: ['wss://relay.example.org'], recipient: NPUB } },
  { name: 'script', settings: { type: 'command', argv: ['notify', '--title', 'a b "c"'] } },
]

function decode(text: string, profile = 'main') {
  const result = decodeChannelsFile(text)
  if (!result.ok) throw new Error(result.mistakes.join('\n'))
  return result.value.get(profile)
}

const add = (text: string, channel: ChannelConfig, profile = 'main') =>
  editChannelsFile(text, profile, { kind: 'channel', name: channel.name, channel })

const remove = (text: string, name: string) =>
  editChannelsFile(text, 'main', { kind: 'channel', name, channel: null })

describe('the file of channels', () => {
  test('decodes every type of channel that was added to it', () => {
    const text = CHANNELS.reduce((rest, channel) => add(rest, channel), '')
    expect(decode(text)).toEqual({ channels: CHANNELS, hasHeartbeat: false })
  })

  test('separates profiles', () => {
    const [bell, osc] = CHANNELS
    if (bell === undefined || osc === undefined) throw new Error('no channels')
    const text = add(add('', bell), osc, 'env')
    expect([decode(text), decode(text, 'env'), decode(text, 'other')]).toEqual([
      { channels: [bell], hasHeartbeat: false },
      { channels: [osc], hasHeartbeat: false },
      undefined,
    ])
  })

  test('keeps comments, order and line ends when a channel is added, replaced or removed', () => {
    const before =
      '\uFEFF// mine\r\n{\r\n  "profiles": {\r\n    "main": { /* two */\r\n      "channels": {\r\n        "a": { "type": "bell" }, // loud\r\n        "b": { "type": "slack" }\r\n      }\r\n    }\r\n  }\r\n}\r\n'
    const added = add(before, { name: 'c', settings: { type: 'osc', variant: 9 } })
    expect(decode(added)?.channels.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    const replaced = add(added, { name: 'a', settings: { type: 'desktop' } })
    expect(decode(replaced)?.channels[0]?.settings).toEqual({ type: 'desktop' })
    const removed = remove(replaced, 'b')
    expect(decode(removed)?.channels.map(({ name }) => name)).toEqual(['a', 'c'])
    for (const text of [added, replaced, removed]) {
      expect(text).toMatch(/^\/\/ mine\r\n/)
      expect(text).toContain('/* two */')
      expect(text).toContain('// loud')
      expect(text).not.toMatch(/[^\r]\n/)
    }
  })

  test('records that there is a heartbeat, and forgets a profile', () => {
    const set = editChannelsFile('', 'main', { kind: 'heartbeat', isSet: true })
    expect(decode(set)).toEqual({ channels: [], hasHeartbeat: true })
    expect(decode(editChannelsFile(set, 'main', { kind: 'heartbeat', isSet: false }))?.hasHeartbeat).toBe(
      false,
    )
    expect(decode(editChannelsFile(set, 'main', { kind: 'profile' }))).toBeUndefined()
  })

  test.each(['', '{}', '{ "profiles": {} }', '// none\n'])('removes nothing from %j', text => {
    expect(remove(text, 'a')).toBe(text)
    expect(editChannelsFile(text, 'main', { kind: 'profile' })).toBe(text)
  })

  test('stays valid after any changes', () => {
    const change = fc.tuple(fc.constantFrom('main', 'test'), fc.constantFrom(...CHANNELS), fc.boolean())
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), changes => {
        let text = ''
        const expected = new Map<string, ChannelConfig>()
        for (const [profile, channel, isAdded] of changes) {
          const { name } = channel
          text = editChannelsFile(text, profile, { kind: 'channel', name, channel: isAdded ? channel : null })
          if (isAdded) expected.set(`${profile} ${name}`, channel)
          else expected.delete(`${profile} ${name}`)
        }
        for (const profile of ['main', 'test'])
          for (const channel of CHANNELS)
            expect(decode(text, profile)?.channels.find(({ name }) => name === channel.name)).toEqual(
              expected.get(`${profile} ${channel.name}`),
            )
      }),
    )
  })

  test('gives a list of mistakes for any text that it cannot decode', () => {
    const paths = fc.constantFrom(
      (value: unknown) => value,
      (value: unknown) => ({ profiles: value }),
      (value: unknown) => ({ profiles: { main: value } }),
      (value: unknown) => ({ profiles: { main: { channels: value, heartbeat: value } } }),
      (value: unknown) => ({ profiles: { main: { channels: { a: value, b: { type: value } } } } }),
      (value: unknown) => ({
        profiles: { main: { channels: { a: { type: 'smtp', host: value, port: value, from: value } } } },
      }),
      (value: unknown) => ({ profiles: { main: { channels: { a: { type: 'nostr', relays: value } } } } }),
      (value: unknown) => ({ profiles: { main: { channels: { a: { type: 'command', argv: [value] } } } } }),
    )
    const expectResult = (text: string): void => {
      const result = decodeChannelsFile(text)
      if (result.ok) return
      expect(result.mistakes.length).toBeGreaterThan(0)
      for (const line of result.mistakes) expect(line).toMatch(/^channels\.json:[1-9]\d*:[1-9]\d*: [^\n]+$/)
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), expectResult))
    fc.assert(
      fc.property(fc.jsonValue(), paths, (value, path) => expectResult(JSON.stringify(path(value)) ?? '')),
    )
  })
})

describe('a mistake names its place and what is allowed', () => {
  const MAIL = '"type": "smtp", "host": "mail.example.org", "from": "a@b.org", "to": "c@d.org"'

  test.each([
    ['{ "type": "ntfi" }', '2:11: unknown type "ntfi" of a channel; did you mean ntfy?'],
    ['{ "chatId": "5" }', /^2:1: a channel without its type; add "type", one of bell, osc, /],
    ['"ntfy"', '2:1: a channel is "ntfy"; allowed: an object such as { "type": "ntfy" }'],
    [
      '{ "type": "ntfy", "url": "x" }',
      '2:19: field "url" of channel ntfy is not allowed; secrets do not belong in a config file; use: axisor alerts channel add',
    ],
    [
      '{ "type": "telegram", "botToken": "x", "chatId": "5" }',
      /^2:23: field "botToken" of channel telegram is not allowed; secrets/,
    ],
    ['{ "type": "telegram" }', /^2:1: chatId is missing; add it: the number of a chat such as 123456789/],
    [
      '{ "type": "telegram", "chatid": "5" }',
      '2:23: unknown field "chatid" of channel telegram; did you mean chatId?',
    ],
    ['{ "type": "telegram", "chatId": 5 }', /^2:33: chatId is 5; allowed: the number of a chat/],
    ['{ "type": "osc", "variant": 8 }', '2:29: variant is 8; allowed: 9, 777, 99'],
    [`{ ${MAIL}, "port": 0 }`, '2:91: port is 0; allowed: a number from 1 to 65535'],
    [`{ ${MAIL}, "security": "ssl" }`, '2:95: security is "ssl"; allowed: "tls", "starttls", "none"'],
    [
      `{ ${MAIL}, "security": "none" }`,
      /^2:95: security is "none"; allowed: "tls" or "starttls", except for a/,
    ],
    [
      '{ "type": "smtp", "host": "h", "from": "a@b", "to": "you" }',
      '2:53: to is "you"; allowed: an e-mail address such as you@example.org',
    ],
    [
      '{ "type": "nostr", "relays": [], "recipient": "npub" }',
      [
        /^2:30: relays is an empty list; allowed: a list of 1/,
        /^2:47: recipient is "npub"; allowed: a public key: npub1/,
      ],
    ],
    [
      `{ "type": "nostr", "relays": ["ws://relay.example.org"], "recipient": "${NPUB}" }`,
      /^2:30: relays is a list; allowed: a list of 1 to 8 addresses: a wss:\/\/ address/,
    ],
    [
      '{ "type": "command", "argv": "notify me" }',
      /^2:30: argv is "notify me"; allowed: a list of texts: a program/,
    ],
    ['{ "type": "command", "argv": ["a\\u0000"] }', /^2:30: argv is a list; allowed: a list of texts/],
  ])('%s', (channel, mistake) => {
    const result = decodeChannelsFile(`{ "profiles": { "main": { "channels": { "a":\n${channel}\n} } } }`)
    if (result.ok) throw new Error('decoded')
    const expected: readonly (string | RegExp)[] = Array.isArray(mistake) ? mistake : [mistake]
    expect(result.mistakes.map(line => line.replace(/^channels\.json:/, ''))).toEqual(
      expected.map(each => (typeof each === 'string' ? each : expect.stringMatching(each))),
    )
  })

  test.each([
    ['{ "channels": {} }', /^1:3: unknown field "channels" of the file; allowed: profiles/],
    [
      '{ "profiles": { "main": { "channels": { "My Phone": { "type": "ntfy" } } } } }',
      /^1:41: "My Phone" is not the name of a channel; allowed: a name of up to 32/,
    ],
    [
      '{ "profiles": { "main": { "channels": { "heartbeat": { "type": "ntfy" } } } } }',
      /^1:41: "heartbeat" is not the name of a channel; allowed: .*, except heartbeat$/,
    ],
    [
      '{ "profiles": { "main": { "heartbeat": "https://hc.example/abc" } } }',
      /^1:40: heartbeat is this text; allowed: true or false; the URL is a secret, use: axisor alerts heartbeat set$/,
    ],
    [
      '{ "profiles": { "main": { "channels": { "a": { "type": "bell" }, "a": { "type": "bell" } } } } }',
      /^1:66: this field occurs twice in one object; remove one of them$/,
    ],
  ])('%s', (text, mistake) => {
    const result = decodeChannelsFile(text)
    if (result.ok) throw new Error('decoded')
    expect(result.mistakes.map(line => line.replace(/^channels\.json:/, ''))).toEqual([
      expect.stringMatching(mistake),
    ])
  })
})
